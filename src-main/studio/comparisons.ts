import type { Comparison, Intervals } from '../contract/comparisonContract.ts'
import { ContractError } from '../contract/contractError.ts'
import {
  configOf,
  groupOf,
  requireComparable,
  type ComparedGroup,
  type ComparedRun,
} from '../core/comparison/comparedRuns.ts'
import {
  adjustedTogether,
  compareRuns,
  type Comparison as CoreComparison,
} from '../core/comparison/compareRuns.ts'
import { headlines } from '../core/comparison/runIntervals.ts'
import { problemOf } from './failures.ts'
import type { Problem, RunsPort } from './ports.ts'

type ReadRuns = Pick<RunsPort, 'read' | 'readRanks'>

/** Lets other work have its turn. */
type Pause = () => Promise<void>

async function comparedRun(runs: ReadRuns, id: string): Promise<ComparedRun> {
  const { record, labels, problem } = await runs.read(id)
  if (!record) throw new ContractError(problem.code, problem.message)
  if (record.status !== 'finished')
    throw new ContractError(
      'run-not-finished',
      `Run ${id} is not finished, so it has no result to compare yet.`,
    )
  const ranks = await runs.readRanks(id)
  if (ranks) return { id, name: labels.name, config: record.config, data: record.data, ranks }
  const advice = `rank its test items first: "Rank all items" in its details, or in a terminal ncf evaluate --run ${id}`
  throw new ContractError('ranks-missing', `No ranks of single users are stored with run ${id}: ${advice}.`, {
    runId: id,
  })
}

async function comparedGroup(runs: ReadRuns, ids: readonly string[]): Promise<ComparedGroup> {
  return groupOf(await Promise.all([...new Set(ids)].map((id) => comparedRun(runs, id))))
}

function sideOf(group: ComparedGroup, name: string): Comparison['a'] {
  const { model, selection } = configOf(group)
  return { runIds: group.runs.map(({ id }) => id), name, model, selection, seeds: group.runs.length }
}

function described({ k, a, b, names, users, metrics, warnings }: CoreComparison): Comparison {
  return { k, a: sideOf(a, names.a), b: sideOf(b, names.b), users, metrics, warnings }
}

/** Whether a is better than b: runs, or groups of runs that differ in their seed. Rejects as the contract says. */
export async function compare(
  runs: ReadRuns,
  { a, b, k }: { a: readonly string[]; b: readonly string[]; k: number },
  pause?: Pause,
): Promise<Comparison> {
  const [groupA, groupB] = await Promise.all([comparedGroup(runs, a), comparedGroup(runs, b)])
  return described(await compareRuns(groupA, groupB, k, pause))
}

interface Attempt {
  runIds: string[]
  comparison?: CoreComparison
  problem?: Problem
}

async function attempt(runIds: string[], action: () => Promise<CoreComparison>): Promise<Attempt> {
  try {
    return { runIds, comparison: await action() }
  } catch (error) {
    const problem = problemOf(error)
    if (problem.code === 'unexpected') throw error
    return { runIds, problem }
  }
}

/**
 * Each of the others against one baseline, with p adjusted for their number. One that cannot be compared has a problem;
 * rejects where the baseline itself cannot be read.
 */
export async function compareAgainst(
  runs: ReadRuns,
  { baseline, others, k }: { baseline: readonly string[]; others: readonly string[][]; k: number },
  pause?: Pause,
): Promise<{ runIds: string[]; comparison?: Comparison; problem?: Problem }[]> {
  const base = await comparedGroup(runs, baseline)
  const attempts: Attempt[] = []
  for (const ids of others) {
    attempts.push(await attempt(ids, async () => compareRuns(await comparedGroup(runs, ids), base, k, pause)))
  }
  const adjusted = adjustedTogether(attempts.flatMap(({ comparison }) => comparison ?? []))
  return attempts.map(({ runIds, comparison, problem }) =>
    comparison ? { runIds, comparison: described(adjusted.shift()!) } : { runIds, problem },
  )
}

/** 95 % intervals of the figures of a run, or of a group over its seeds. Rejects as the contract says. */
export async function intervals(
  runs: ReadRuns,
  { ids, k }: { ids: readonly string[]; k: number },
): Promise<Intervals> {
  const group = await comparedGroup(runs, ids)
  const [first, ...others] = group.runs
  for (const run of others) requireComparable({ runs: [first], repeated: [] }, { runs: [run], repeated: [] })
  return {
    runIds: group.runs.map(({ id }) => id),
    k,
    users: first.ranks.users.length,
    metrics: headlines(group, k),
  }
}
