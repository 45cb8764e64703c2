import { modelTitle } from '../../../src-main/contract/vocabulary.ts'
import type { RunRow } from '../../../src-main/contract/runContract.ts'
import { runName } from '../runs/runFacts.ts'

/** A run, or the runs of one configuration from several seeds, as one side of a test. */
export interface ComparedSide {
  /** 'run:<id>' of its first run: as baselines of runs are called. */
  key: string
  name: string
  ids: readonly string[]
}

function sideName(runs: readonly RunRow[]): string {
  if (runs.length === 1) return runName(runs[0])
  const [{ name, config }] = runs
  const shared = name !== '' && runs.every((run) => run.name === name) ? name : undefined
  return `${shared ?? (config ? modelTitle(config) : name)}, ${runs.length} seeds`
}

/** The finished runs of a comparison, those that differ in their seed alone together, in their order. */
export function comparedSides(rows: readonly RunRow[]): ComparedSide[] {
  const groups = new Map<string, RunRow[]>()
  for (const row of rows) {
    if (row.state !== 'finished') continue
    const key = row.groupKey ?? row.id
    groups.set(key, [...(groups.get(key) ?? []), row])
  }
  return [...groups.values()].map((runs) => ({
    key: `run:${runs[0].id}`,
    name: sideName(runs),
    ids: runs.map(({ id }) => id),
  }))
}

/** The side that the others are tested against: that of the baseline of the table, else the first. */
export function baselineSide(sides: readonly ComparedSide[], baselineKey: string): ComparedSide | undefined {
  return sides.find(({ ids }) => ids.some((id) => baselineKey === `run:${id}`)) ?? sides.at(0)
}
