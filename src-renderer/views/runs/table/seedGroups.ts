import type { RunRow } from '../../../../src-main/contract/runContract.ts'

/** A line of the table: a run, or runs that differ in nothing but their seed. */
export type TableLine =
  | { kind: 'run'; key: string; run: RunRow; member: boolean }
  | { kind: 'group'; key: string; runs: readonly RunRow[]; open: boolean }

/** Mean and spread over seeds. */
export interface Spread {
  mean: number
  /** Sample standard deviation (n - 1); undefined for a single value, which has none. */
  deviation: number | undefined
  count: number
}

/** Mean and sample standard deviation; undefined without values. */
export function spreadOf(values: readonly number[]): Spread | undefined {
  const count = values.length
  if (count === 0) return undefined
  const mean = values.reduce((sum, value) => sum + value, 0) / count
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, deviation: count > 1 ? Math.sqrt(squares / (count - 1)) : undefined, count }
}

/** 0.684 ± 0.003 (5) */
export function formatSpread(spread: Spread | undefined): string {
  if (!spread) return '–'
  const deviation = spread.deviation === undefined ? '' : ` ± ${spread.deviation.toFixed(3)}`
  return `${spread.mean.toFixed(3)}${deviation}`
}

/** Runs by what they share but for their seed, in the order of each group's first; an unreadable one is alone. */
export function bySeedGroup(runs: readonly RunRow[]): Map<string, RunRow[]> {
  const groups = new Map<string, RunRow[]>()
  for (const run of runs) {
    const key = run.groupKey ?? run.id
    const members = groups.get(key)
    if (members) members.push(run)
    else groups.set(key, [run])
  }
  return groups
}

/** Runs as lines in their order, none folded. */
export function plainLines(runs: readonly RunRow[]): TableLine[] {
  return runs.map((run) => ({ kind: 'run', key: run.id, run, member: false }))
}

/**
 * Runs with equal groupKey folded into one line, which stands where its first run stands; a run without siblings stays
 * a line of its own. Open groups are followed by their runs.
 */
export function groupedLines(runs: readonly RunRow[], isOpen: (key: string) => boolean): TableLine[] {
  return [...bySeedGroup(runs)].flatMap(([groupKey, members]) => {
    if (members.length === 1) return plainLines(members)
    const key = `group:${groupKey}`
    const open = isOpen(key)
    const group: TableLine = { kind: 'group', key, runs: members, open }
    const inside = open ? plainLines(members).map((line) => ({ ...line, member: true })) : []
    return [group, ...inside]
  })
}

/** The runs behind a line. */
export function runsOf(line: TableLine): readonly RunRow[] {
  return line.kind === 'run' ? [line.run] : line.runs
}
