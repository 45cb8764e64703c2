import type { ComparedRun } from '../../../src-main/core/comparison/comparedRuns.ts'
import type { RankedRun } from '../../../src-main/core/comparison/leaderboard.ts'
import type { RunMetrics } from '../../../src-main/core/run/epochRecord.ts'
import { runConfigSchema, type RunConfig, type RunConfigInput } from '../../../src-main/core/run/runConfig.ts'
import type { HeldOutRanks } from '../../../src-main/core/run/runRanks.ts'
import type { RunSummary } from '../../../src-main/core/run/runSummary.ts'

export const data = {
  datasetId: '0123456789ab',
  name: 'ml-1m',
  fingerprint: 'f00d',
  userCount: 6040,
  itemCount: 3706,
  interactions: 988_129,
}

export function configOf(input: RunConfigInput): RunConfig {
  return runConfigSchema.parse(input)
}

/** Ranks among 99 candidates, of users 0, 1, 2 and so on. */
export function ranksOf(rank: number[], ties: number[] = rank.map(() => 0)): HeldOutRanks {
  const negatives = Int32Array.from(rank, () => 99)
  return { rank: Int32Array.from(rank), ties: Int32Array.from(ties), negatives }
}

export function usersOf(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, user) => user)
}

let created = 0

/** A run as it is compared, of users 0, 1, 2 and so on. */
export function compared(
  input: RunConfigInput,
  rank: number[],
  change: Partial<ComparedRun> = {},
): ComparedRun {
  return {
    id: `run-${++created}`,
    name: '',
    config: configOf(input),
    data,
    ranks: { users: usersOf(rank.length), sampled: ranksOf(rank) },
    ...change,
  }
}

/** Metrics with this HR@10 and NDCG@10 over 6,040 users. */
export function metrics(hr10: number, ndcg10: number): RunMetrics {
  const flat = (value: number) => new Array<number>(20).fill(value)
  return { users: 6040, hr: flat(hr10), ndcg: flat(ndcg10), ndcg10Deviation: 0.35, mrr: 0.3, auc: 0.9 }
}

/** The summary of 20 epochs, of which the last is .003 below the best. */
export function summary(
  hr10: number,
  ndcg10: number,
  selection: RunSummary['selection'] = 'paper',
): RunSummary & { test: RunMetrics } {
  return {
    epochsCompleted: 20,
    bestEpoch: 15,
    selection,
    selected: selection === 'paper' ? metrics(hr10, ndcg10) : metrics(hr10 + 0.02, ndcg10 + 0.02),
    test: metrics(hr10, ndcg10),
    trainSeconds: 20,
  }
}

/** A finished run for a leaderboard. */
export function ranked(input: RunConfigInput, hr10: number, change: Partial<RankedRun> = {}): RankedRun {
  const config = configOf(input)
  return {
    id: `run-${++created}`,
    config,
    data,
    summary: summary(hr10, hr10 - 0.28, config.selection),
    ...change,
  }
}
