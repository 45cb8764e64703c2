import type { ChartTable } from './chartTable.ts'

/** A cell as RFC 4180 wants it: in quotes, with quotes doubled, where it holds a comma, a quote or a line break. */
function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** NaN, which is no measurement, is an empty cell; other numbers keep every digit. */
function plain(cell: number | string): string {
  return typeof cell === 'number' && Number.isNaN(cell) ? '' : String(cell)
}

/** A table as CSV (RFC 4180: lines end in CR LF), its first line the titles of the columns. */
export function toCsv({ columns, rows }: ChartTable): string {
  const lines = [columns.map(({ title }) => title), ...rows.map((row) => row.map(plain))]
  return lines.map((line) => `${line.map(quoted).join(',')}\r\n`).join('')
}

/** A table for the clipboard: tabs between cells, which spreadsheets paste as columns. */
export function toTabSeparated({ columns, rows }: ChartTable): string {
  const lines = [columns.map(({ title }) => title), ...rows.map((row) => row.map(plain))]
  return lines.map((line) => line.map((cell) => cell.replace(/[\t\r\n]+/g, ' ')).join('\t')).join('\n')
}
