import type { RunCurves } from '../contract/runContract.ts'
import { SELECTION_K, type EpochRecord } from '../core/run/epochRecord.ts'
import type { Problem } from './ports.ts'

/** What a chart can show; more points only take time. */
const MAXIMUM_POINTS = 1000

/** The epochs of a run as columns: all, or first, last, best and evenly spaced ones between them. */
export function runCurves(
  id: string,
  epochs: readonly EpochRecord[],
  bestEpoch: number | undefined,
  problem?: Problem,
): RunCurves {
  const kept = keptIndices(epochs.length, bestEpoch === undefined ? undefined : bestEpoch - 1)
  const elapsed = cumulative(epochs.map(({ trainSeconds }) => trainSeconds))
  const column = (value: (epoch: EpochRecord, index: number) => number) =>
    Float64Array.from(kept, (index) => value(epochs[index], index))
  return {
    id,
    epoch: column(({ epoch }) => epoch),
    loss: column(({ loss }) => loss ?? NaN),
    hr10: column((epoch) => measured(epoch)?.hr[SELECTION_K - 1] ?? NaN),
    ndcg10: column((epoch) => measured(epoch)?.ndcg[SELECTION_K - 1] ?? NaN),
    ...(epochs.some(({ full }) => full) && {
      fullHr10: column(({ full }) => full?.hr[SELECTION_K - 1] ?? NaN),
      fullNdcg10: column(({ full }) => full?.ndcg[SELECTION_K - 1] ?? NaN),
    }),
    trainSeconds: column((_, index) => elapsed[index]),
    samplesPerSecond: column(({ samplesPerSecond }) => samplesPerSecond),
    thinned: kept.length < epochs.length,
    ...(problem && { problem: { code: problem.code, message: problem.message } }),
  }
}

/** A run that is selected by validation items has only those in its epochs. */
function measured({ validation, test }: EpochRecord) {
  return validation ?? test
}

function cumulative(values: readonly number[]): number[] {
  let sum = 0
  return values.map((value) => (sum += value))
}

/** Ascending; always with the first, the last and `best`. */
function keptIndices(count: number, best: number | undefined): number[] {
  if (count <= MAXIMUM_POINTS) return Array.from({ length: count }, (_, index) => index)
  const spaced = MAXIMUM_POINTS - 1
  const kept = new Set(Array.from({ length: spaced }, (_, i) => Math.round((i * (count - 1)) / (spaced - 1))))
  if (best !== undefined && best < count) kept.add(best)
  return [...kept].sort((a, b) => a - b)
}
