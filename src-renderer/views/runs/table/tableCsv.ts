import type { RunRow } from '../../../../src-main/contract/runContract.ts'
import { toCsv } from '../../../charts/csv.ts'
import { runName } from '../runFacts.ts'
import type { RunColumn } from './runColumns.ts'

/** Columns whose sorting value is an order, not a content. */
const SHOWN_AS_TEXT: readonly string[] = ['starred', 'name', 'state', 'seed', 'tags', 'dataset']

function cell(column: RunColumn, run: RunRow): string | number {
  if (column.id === 'name') return runName(run)
  const content = SHOWN_AS_TEXT.includes(column.id) ? column.text(run) : column.value(run)
  return content ?? ''
}

/** The runs as CSV, in the order and with the columns shown; numbers with all their digits, ids first. */
export function runsCsv(runs: readonly RunRow[], columns: readonly RunColumn[]): string {
  const shown = columns.filter(({ id }) => id !== 'curve')
  return toCsv({
    columns: [{ title: 'Id' }, ...shown.map(({ title }) => ({ title }))],
    rows: runs.map((run) => [run.id, ...shown.map((column) => cell(column, run))]),
  })
}
