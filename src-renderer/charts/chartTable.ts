import { formatNumber } from './numberFormat.ts'

export interface TableColumn {
  title: string
  /** How its numbers read; formatNumber without it. */
  format?: (value: number) => string
}

/** The numbers of a chart, in full precision; NaN where nothing was measured. */
export interface ChartTable {
  columns: readonly TableColumn[]
  rows: readonly (readonly (number | string)[])[]
}

/** A cell as the table view shows it. */
export function cellText(cell: number | string, column: TableColumn): string {
  return typeof cell === 'string' ? cell : (column.format ?? formatNumber)(cell)
}

export interface TableLine {
  name: string
  x: ArrayLike<number>
  y: ArrayLike<number>
}

/** One row for each x that any line has, in rising order, and one column for each line. */
export function lineTable(x: TableColumn, lines: readonly TableLine[]): ChartTable {
  const rows = new Map<number, (number | string)[]>()
  lines.forEach((line, column) => {
    for (let i = 0; i < line.x.length; i++) {
      const row = rows.get(line.x[i]) ?? [line.x[i], ...lines.map(() => NaN)]
      row[column + 1] = line.y[i]
      rows.set(line.x[i], row)
    }
  })
  return {
    columns: [x, ...lines.map(({ name }) => ({ title: name }))],
    rows: [...rows.entries()].sort(([a], [b]) => a - b).map(([, row]) => row),
  }
}

/** The same names, told apart by a number where two are equal: runs may share one. */
export function distinctNames(names: readonly string[]): string[] {
  const taken = new Set<string>()
  return names.map((name) => {
    let distinct = name
    for (let n = 2; taken.has(distinct); n++) distinct = `${name} (${n})`
    taken.add(distinct)
    return distinct
  })
}
