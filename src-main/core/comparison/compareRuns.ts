import { deriveKey, keyFromSeed } from '../random/streams.ts'
import {
  configOf,
  groupName,
  requireComparable,
  sharedRankings,
  valuesOf,
  type ComparedGroup,
} from './comparedRuns.ts'
import { comparisonWarnings } from './comparisonWarnings.ts'
import { holmAdjusted } from './holm.ts'
import { countDiscordant, hitRateDifferenceInterval, mcnemarMidP, type Discordant } from './mcnemar.ts'
import { metricName, RANKED_METRICS, type RankedMetric, type Ranking } from './metricValues.ts'
import { isClosedForm } from '../run/runConfig.ts'
import { unusualSettings } from './modelTitle.ts'
import { mean } from './moments.ts'
import { bootstrapSteps } from './pairedBootstrap.ts'
import { compareGroups, meansOfUsers } from './seedsAndUsers.ts'
import { signFlipSteps } from './signFlips.ts'
import { finishWithPauses, type Steps } from './steps.ts'
import { verdictOf, verdictSentence, type TestedDifference, type Verdict } from './verdict.ts'

/** A metric of two runs or groups. */
export interface ComparedMetric extends TestedDifference {
  metric: RankedMetric
  ranking: Ranking
  name: string
  a: number
  b: number
  discordant?: Discordant
  verdict: Verdict
  sentence: string
}

export interface Comparison {
  k: number
  a: ComparedGroup
  b: ComparedGroup
  /** What the sides are called: never the same. */
  names: { a: string; b: string }
  users: number
  metrics: ComparedMetric[]
  warnings: string[]
}

/** Resamples do not depend on what is compared: the same runs give the same p and intervals every time. */
const RESAMPLING = deriveKey(keyFromSeed(0), 'comparison')

function testHits(a: Float64Array, b: Float64Array): TestedDifference & { discordant: Discordant } {
  const discordant = countDiscordant(a, b)
  return {
    difference: mean(a) - mean(b),
    interval: hitRateDifferenceInterval(discordant, a.length),
    p: mcnemarMidP(discordant),
    test: 'McNemar',
    discordant,
  }
}

function* testGains(a: Float64Array, b: Float64Array): Steps<TestedDifference> {
  const differences = a.map((value, user) => value - b[user])
  return {
    difference: mean(differences),
    interval: yield* bootstrapSteps(differences, deriveKey(RESAMPLING, 'bootstrap')),
    p: yield* signFlipSteps(differences, deriveKey(RESAMPLING, 'flips')),
    test: 'permutation',
  }
}

/** Two runs by their users; groups, or a run against a group, by users and seeds. */
function* testDifference(
  a: Float64Array[],
  b: Float64Array[],
  metric: RankedMetric,
  isSeeded: { a: boolean; b: boolean },
): Steps<TestedDifference & { discordant?: Discordant }> {
  if (a.length > 1 || b.length > 1) return { ...compareGroups(a, b, isSeeded), test: 'users and seeds' }
  return metric === 'hr' ? testHits(a[0], b[0]) : yield* testGains(a[0], b[0])
}

const CHOSEN = { paper: 'best on test', validation: 'by validation' } as const

/** What may tell a side from one of the same name, the most telling first. */
const DISTINCTIONS: readonly ((group: ComparedGroup) => string)[] = [
  (group) => [groupName(group), ...unusualSettings(configOf(group))].join(', '),
  (group) => `${groupName(group)} (${CHOSEN[configOf(group).selection]})`,
  (group) => `${groupName(group)} (${group.runs.map(({ config }) => `seed ${config.seed}`).join(', ')})`,
]

/** Names that tell two sides apart: with their settings, selection or seeds where the names are the same. */
function distinctNames(a: ComparedGroup, b: ComparedGroup): Comparison['names'] {
  const telling = [groupName, ...DISTINCTIONS].find((nameOf) => nameOf(a) !== nameOf(b))
  const nameOf = telling ?? ((group: ComparedGroup) => `${groupName(group)} (${group.runs[0].id})`)
  return { a: nameOf(a), b: nameOf(b) }
}

/** `HR@10`, or of full ranking `HR@10 among all items`. */
function labelOf({ name, ranking }: Pick<ComparedMetric, 'name' | 'ranking'>): string {
  return ranking === 'full' ? `${name} among all items` : name
}

type Judged = Omit<Comparison, 'metrics' | 'warnings'>

function judge(
  tested: Omit<ComparedMetric, 'verdict' | 'sentence'>,
  sides: Judged,
  comparisons?: number,
): ComparedMetric {
  const context = {
    ...sides.names,
    metric: labelOf(tested),
    users: sides.users,
    seeds: { a: sides.a.runs.length, b: sides.b.runs.length },
    ...(comparisons !== undefined && { comparisons }),
  }
  return { ...tested, verdict: verdictOf(tested), sentence: verdictSentence(tested, context) }
}

function* compareMetric(sides: Judged, ranking: Ranking, metric: RankedMetric): Steps<ComparedMetric> {
  const { a, b, k } = sides
  const [valuesA, valuesB] = [valuesOf(a, ranking, metric, k), valuesOf(b, ranking, metric, k)]
  const isSeeded = { a: !isClosedForm(configOf(a)), b: !isClosedForm(configOf(b)) }
  const tested = yield* testDifference(valuesA, valuesB, metric, isSeeded)
  const means = { a: mean(meansOfUsers(valuesA)), b: mean(meansOfUsers(valuesB)) }
  return judge({ metric, ranking, name: metricName(metric, k), ...means, ...tested }, sides)
}

/**
 * Whether a is better than b, metric by metric, over the users that both have ranks of.
 *
 * @param k Length of the lists of HR@K and NDCG@K, 1..20.
 * @param pause Called every few ten milliseconds of resampling, which takes up to a second in all: lets others have
 *   their turn.
 * @throws ComparisonError for groups that cannot be compared.
 */
export async function compareRuns(
  a: ComparedGroup,
  b: ComparedGroup,
  k: number,
  pause: () => Promise<void> = async () => undefined,
): Promise<Comparison> {
  requireComparable(a, b)
  const sides = { k, a, b, names: distinctNames(a, b), users: a.runs[0].ranks.users.length }
  const metrics: ComparedMetric[] = []
  for (const ranking of sharedRankings([a, b])) {
    for (const metric of RANKED_METRICS) {
      metrics.push(await finishWithPauses(compareMetric(sides, ranking, metric), pause))
    }
  }
  return { ...sides, metrics, warnings: comparisonWarnings(sides) }
}

/**
 * Comparisons that were made at once, with p adjusted by Holm's rule, for each metric and ranking on its own. One alone
 * stays as it is.
 */
export function adjustedTogether(comparisons: readonly Comparison[]): Comparison[] {
  if (comparisons.length < 2) return [...comparisons]
  const keyOf = ({ metric, ranking }: ComparedMetric) => `${ranking} ${metric}`
  const family = (key: string) =>
    comparisons
      .map(({ metrics }) => metrics.find((each) => keyOf(each) === key))
      .filter((each) => each !== undefined)
  const adjusted = new Map<ComparedMetric, { p: number; size: number }>()
  for (const key of new Set(comparisons.flatMap(({ metrics }) => metrics.map(keyOf)))) {
    const members = family(key)
    const pValues = holmAdjusted(members.map(({ p }) => p))
    members.forEach((member, i) => adjusted.set(member, { p: pValues[i], size: members.length }))
  }
  return comparisons.map((comparison) => ({
    ...comparison,
    metrics: comparison.metrics.map((metric) => {
      const { p, size } = adjusted.get(metric)!
      return size < 2 ? metric : judge({ ...metric, adjustedP: p }, comparison, size)
    }),
  }))
}
