import { groupKeyOf } from '../run/groupKey.ts'
import type { RunConfig } from '../run/runConfig.ts'
import type { RunRanks } from '../run/runRanks.ts'
import type { RunData } from '../run/runRecord.ts'
import { metricValues, type RankedMetric, type Ranking } from './metricValues.ts'
import { isClosedForm } from '../run/runConfig.ts'
import { modelTitle } from './modelTitle.ts'

/** A finished run as it is compared. */
export interface ComparedRun {
  id: string
  /** What people call it; '' for nothing. */
  name: string
  config: RunConfig
  data: RunData
  ranks: RunRanks
}

/** Raised for runs whose figures must not be held against each other; the message says why, and what to do. */
export class ComparisonError extends Error {
  override name = 'ComparisonError'

  constructor(
    readonly code: 'other-data' | 'other-users' | 'same-runs' | 'mixed-group',
    message: string,
  ) {
    super(message)
  }
}

/** One run, or one for each seed of runs that differ in nothing else. */
export interface ComparedGroup {
  /** At least one, each of another seed. */
  runs: readonly ComparedRun[]
  /** Runs that were left out since their seed was there already: the same run twice is no second witness. */
  repeated: readonly ComparedRun[]
}

/** The seed of a run; a model in closed form comes out the same from every seed. */
function seedOf({ config }: ComparedRun): string {
  return isClosedForm(config) ? '' : config.seed
}

/** A group of runs. Throws ComparisonError `mixed-group` where they differ in more than their seed. */
export function groupOf(runs: readonly ComparedRun[]): ComparedGroup {
  const [first, ...others] = runs
  const stranger = others.find((run) => groupKeyOf(run) !== groupKeyOf(first))
  if (stranger)
    throw new ComparisonError(
      'mixed-group',
      `${first.id} and ${stranger.id} differ in more than their seed, so they are no group: compare them with each other, or group runs of equal data and settings.`,
    )
  const isNew = (run: ComparedRun, i: number) =>
    runs.findIndex((other) => seedOf(other) === seedOf(run)) === i
  return { runs: runs.filter(isNew), repeated: runs.filter((run, i) => !isNew(run, i)) }
}

/** The configuration that all runs of a group share but for the seed. */
export function configOf({ runs }: ComparedGroup): RunConfig {
  return runs[0].config
}

/** The name that all runs have, or the model's. */
export function groupName({ runs }: ComparedGroup): string {
  const [{ name, config }] = runs
  return name !== '' && runs.every((run) => run.name === name) ? name : modelTitle(config)
}

/** The rankings that every run has. */
export function sharedRankings(groups: readonly ComparedGroup[]): Ranking[] {
  const hasFull = groups.every(({ runs }) => runs.every(({ ranks }) => ranks.full !== undefined))
  return hasFull ? ['sampled', 'full'] : ['sampled']
}

/** A metric of each user, for each run of a group. */
export function valuesOf(
  { runs }: ComparedGroup,
  ranking: Ranking,
  metric: RankedMetric,
  k: number,
): Float64Array[] {
  return runs.map(({ ranks }) => metricValues(ranks[ranking]!, metric, k))
}

function haveSameUsers(a: RunRanks, b: RunRanks): boolean {
  return a.users.length === b.users.length && a.users.every((user, place) => user === b.users[place])
}

function describeData({ id, data }: ComparedRun): string {
  return `${id} is of ${data.name} (${data.fingerprint.slice(0, 8)})`
}

/** Throws ComparisonError `other-data`, `other-users` or `same-runs` for groups that cannot be compared. */
export function requireComparable(a: ComparedGroup, b: ComparedGroup): void {
  const [first] = a.runs
  const all = [...a.runs, ...b.runs]
  const stranger = all.find(({ data }) => data.fingerprint !== first.data.fingerprint)
  if (stranger)
    throw new ComparisonError(
      'other-data',
      `These runs cannot be compared, since their data differ: ${describeData(first)}, ${describeData(stranger)}. Split, candidates and items must be the same${first.data.name === stranger.data.name ? ' (they may be the same files with and without validation items)' : ''}: train both on one dataset.`,
    )
  const shared = a.runs.find(({ id }) => b.runs.some((run) => run.id === id))
  if (shared)
    throw new ComparisonError('same-runs', `Run ${shared.id} is on both sides: compare it with another run.`)
  const odd = all.find(({ ranks }) => !haveSameUsers(ranks, first.ranks))
  if (odd)
    throw new ComparisonError(
      'other-users',
      `The stored ranks of ${odd.id} are of other users than those of ${first.id}, although their data are the same: rank both anew with "ncf evaluate --run".`,
    )
}
