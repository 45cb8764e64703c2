import type { Interval95 } from './interval95.ts'

/** How a difference was tested: see mcnemar, signFlips and seedsAndUsers. */
export const PAIRED_TESTS = ['McNemar', 'permutation', 'users and seeds'] as const
export type PairedTest = (typeof PAIRED_TESTS)[number]

export const VERDICTS = ['better', 'worse', 'noise'] as const
export type Verdict = (typeof VERDICTS)[number]

/** The level at which a difference is called real. */
export const LEVEL = 0.05

/** A difference as it was tested. */
export interface TestedDifference {
  difference: number
  interval: Interval95
  p: number
  adjustedP?: number
  test: PairedTest
}

/** Of a against b, by the adjusted p where several comparisons were made. */
export function verdictOf({ difference, p, adjustedP = p }: TestedDifference): Verdict {
  if (adjustedP >= LEVEL || difference === 0) return 'noise'
  return difference > 0 ? 'better' : 'worse'
}

/** `.0071`, `-.0030`: a share or a difference of shares. */
export function shareText(value: number, digits = 4): string {
  return value
    .toFixed(digits)
    .replace(/^(-?)0\./, '$1.')
    .replace(/^-(\.0+)$/, '$1')
}

/** `.31`, `.006`, `< .001`: two digits that mean something. */
export function pValueText(p: number): string {
  if (p < 0.001) return '< .001'
  return p >= 0.995 ? '1' : shareText(p, p < 0.095 ? 3 : 2)
}

/** `p = .31`, `p < .001` */
function pText(p: number): string {
  const text = pValueText(p)
  return text.startsWith('<') ? `p ${text}` : `p = ${text}`
}

/** What a sentence of a verdict needs to know. */
export interface VerdictContext {
  /** Of the two sides. */
  a: string
  b: string
  /** `HR@10`, `HR@10 among all items`. */
  metric: string
  users: number
  /** Runs of each side. */
  seeds: { a: number; b: number }
  /** How many comparisons p was adjusted for. */
  comparisons?: number
}

const ENGLISH = new Intl.NumberFormat('en-US')

function evidence({ p, adjustedP, test }: TestedDifference, context: VerdictContext): string {
  const { users, seeds, comparisons } = context
  const people = `${ENGLISH.format(users)} users`
  const runs =
    test === 'users and seeds' ? `${seeds.a} and ${seeds.b} seeds, ${people}` : `${test}, ${people}`
  const holm = adjustedP === undefined ? '' : `; ${pText(adjustedP)} by Holm for ${comparisons} comparisons`
  return `${pText(p)} (${runs})${holm}`
}

function judgement(verdict: Verdict, test: PairedTest): string {
  if (verdict === 'noise')
    return test === 'users and seeds' ? 'within the luck of users and seeds' : 'within noise'
  return test === 'users and seeds'
    ? 'real beyond the luck of users and seeds'
    : 'real between these two runs'
}

/**
 * A tested difference as people say it:
 * `HR@10 of GMF is higher than of MLP by .0071 (95 % interval -.0030 to .0172), within noise: p = .31 (McNemar, 6,040 users).`
 */
export function verdictSentence(tested: TestedDifference, context: VerdictContext): string {
  const { difference, interval, test } = tested
  const { a, b, metric, users } = context
  if (difference === 0 && interval.from === interval.to)
    return `${metric} of ${a} and ${b} is the same for each of ${ENGLISH.format(users)} users.`
  const range = `95 % interval ${shareText(interval.from)} to ${shareText(interval.to)}`
  const order =
    difference === 0
      ? `${metric} of ${a} and of ${b} is equal (${range})`
      : `${metric} of ${a} is ${difference > 0 ? 'higher' : 'lower'} than of ${b} by ${shareText(Math.abs(difference))} (${range})`
  return `${order}, ${judgement(verdictOf(tested), test)}: ${evidence(tested, context)}.`
}
