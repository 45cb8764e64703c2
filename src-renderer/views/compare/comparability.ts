import type { RunRow } from '../../../src-main/contract/runContract.ts'
import { bestResult, runName } from '../runs/runFacts.ts'

/** Why figures of the runs must not be held against each other. */
export interface Obstacle {
  kind: 'data' | 'selection'
  title: string
  explanation: string
}

/** Runs by what `key` says of them, runs of which it says nothing left out. */
function grouped(runs: readonly RunRow[], key: (run: RunRow) => string | undefined): Map<string, RunRow[]> {
  const groups = new Map<string, RunRow[]>()
  for (const run of runs) {
    const name = key(run)
    if (name !== undefined) groups.set(name, [...(groups.get(name) ?? []), run])
  }
  return groups
}

/** "A, B and 2 more" */
function names(runs: readonly RunRow[]): string {
  const shown = runs.slice(0, 3).map(runName)
  const more = runs.length - shown.length
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ')
}

/** Name and the beginning of the fingerprint: two datasets may share a name. */
function dataName({ data }: RunRow): string {
  return `${data?.name} (${data?.fingerprint.slice(0, 8)})`
}

function dataObstacle(runs: readonly RunRow[]): Obstacle[] {
  const groups = grouped(runs, ({ data }) => data?.fingerprint)
  if (groups.size < 2) return []
  const parts = [...groups.values()].map((members) => `${dataName(members[0])}: ${names(members)}`)
  return [
    {
      kind: 'data',
      title: 'Different data: these figures cannot be compared.',
      explanation: `Users, items or candidates differ, so the same model would have other figures too. ${parts.join('; ')}.`,
    },
  ]
}

function selectionObstacle(runs: readonly RunRow[]): Obstacle[] {
  const groups = grouped(runs, ({ config }) => config?.selection)
  const byTest = groups.get('paper')
  const byValidation = groups.get('validation')
  if (!byTest || !byValidation) return []
  const reason =
    'the best of many epochs by the test items is a little too good, a fair choice by validation items is not'
  const who = `By test items: ${names(byTest)}; by validation items: ${names(byValidation)}.`
  return [
    {
      kind: 'selection',
      title: 'Different protocols: the best epoch was not chosen alike.',
      explanation: `These figures cannot be compared: ${reason}. ${who}`,
    },
  ]
}

/** Every reason not to compare these runs; none for runs on the same data under the same protocol. */
export function obstacles(runs: readonly RunRow[]): Obstacle[] {
  return [...dataObstacle(runs), ...selectionObstacle(runs)]
}

/** What the best figures of a set of runs may be looked for among: the same data, protocol and items. */
export function comparisonClass(run: RunRow): string | undefined {
  const best = bestResult(run)
  if (!best || !run.data) return undefined
  return [run.data.fingerprint, run.config?.selection, best.on].join(' ')
}
