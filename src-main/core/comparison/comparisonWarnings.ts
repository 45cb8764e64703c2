import { configOf, type ComparedGroup } from './comparedRuns.ts'
import { isClosedForm } from '../run/runConfig.ts'

interface Sides {
  a: ComparedGroup
  b: ComparedGroup
  names: { a: string; b: string }
  users: number
}

/** Fewer users than that, and intervals and p-values are rough. */
const FEW_USERS = 50

/** Whether the best of many epochs was taken; a model in closed form has only one state. */
function isChosen(group: ComparedGroup): boolean {
  return !isClosedForm(configOf(group))
}

function selectionWarning({ a, b, names }: Sides): string[] {
  const onTest = [a, b].map((side) => isChosen(side) && configOf(side).selection === 'paper')
  if (onTest[0] && onTest[1])
    return [
      'Both best epochs were chosen on the test items, so both figures are a little too good. With selection by validation they would be honest.',
    ]
  if (!onTest[0] && !onTest[1]) return []
  const [flattered, other] = onTest[0] ? [names.a, names.b] : [names.b, names.a]
  return [
    `The best epoch of ${flattered} was chosen on the test items, which flatters it; ${other} had no such help. Select it by validation before you conclude.`,
  ]
}

function seedWarning({ a, b, names }: Sides): string[] {
  const single = [a, b].map((side) => isChosen(side) && side.runs.length === 1)
  const isGroup = a.runs.length > 1 || b.runs.length > 1
  if (isGroup) {
    if (!single[0] && !single[1]) return []
    const [lonely, other] = single[0] ? [names.a, names.b] : [names.b, names.a]
    return [`${lonely} has a single seed: its luck is taken to be as large as that of the seeds of ${other}.`]
  }
  if (!single[0] && !single[1]) return []
  const who = single[0] && single[1] ? 'each' : single[0] ? names.a : names.b
  return [
    `One seed of ${who}: the test tells whether these two runs differ, not whether another seed would turn it. Repeat with several seeds to know.`,
  ]
}

function repetitionWarning({ a, b }: Sides): string[] {
  const repeated = [...a.repeated, ...b.repeated].map(({ id }) => id)
  return repeated.length === 0
    ? []
    : [`Left out, since a run of the same seed is there already: ${repeated.join(', ')}.`]
}

function userWarning({ users }: Sides): string[] {
  return users >= FEW_USERS ? [] : [`There are only ${users} users: intervals and p-values are rough.`]
}

/** What to bear in mind about a comparison, in sentences. */
export function comparisonWarnings(sides: Sides): string[] {
  return [
    ...selectionWarning(sides),
    ...seedWarning(sides),
    ...repetitionWarning(sides),
    ...userWarning(sides),
  ]
}
