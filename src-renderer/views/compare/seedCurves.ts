import type { RunCurves, RunRow } from '../../../src-main/contract/runContract.ts'
import { bySeedGroup, spreadOf } from '../runs/table/seedGroups.ts'

/** A metric over seeds: mean and sample standard deviation at each epoch. */
export interface MeanColumn {
  mean: Float64Array
  deviation: Float64Array
}

/** The curves of several seeds as one. */
export interface SeedCurves {
  epoch: Float64Array
  /** Mean over the seeds, since the start of each. */
  trainSeconds: Float64Array
  columns: Record<'hr10' | 'ndcg10' | 'loss', MeanColumn>
}

/** Runs of a comparison in their order: alone, or with those that differ in nothing but their seed. */
export function seedGroupsOf(rows: readonly RunRow[]): RunRow[][] {
  return [...bySeedGroup(rows).values()]
}

type Column = 'hr10' | 'ndcg10' | 'loss' | 'trainSeconds'

function meanOf(curves: readonly RunCurves[], places: readonly number[][], column: Column): MeanColumn {
  const spreads = places.map((place) =>
    spreadOf(curves.map((one, run) => one[column][place[run]]).filter((value) => Number.isFinite(value))),
  )
  return {
    mean: Float64Array.from(spreads, (spread) => spread?.mean ?? NaN),
    deviation: Float64Array.from(spreads, (spread) => spread?.deviation ?? NaN),
  }
}

/**
 * Mean and standard deviation at the epochs that all the runs have reached: where one has ended and others go on, their
 * mean would jump without any of them having changed. Runs without an epoch are left out of account.
 */
export function seedCurves(all: readonly RunCurves[]): SeedCurves {
  const curves = all.filter(({ epoch }) => epoch.length > 0)
  const placeOf = curves.map(({ epoch }) => new Map(Array.from(epoch, (value, place) => [value, place])))
  const shared = Array.from(curves[0]?.epoch ?? []).filter((value) =>
    placeOf.every((place) => place.has(value)),
  )
  const places = shared.map((value) => placeOf.map((place) => place.get(value)!))
  const mean = (column: Column) => meanOf(curves, places, column)
  return {
    epoch: Float64Array.from(shared),
    trainSeconds: mean('trainSeconds').mean,
    columns: { hr10: mean('hr10'), ndcg10: mean('ndcg10'), loss: mean('loss') },
  }
}
