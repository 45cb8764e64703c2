import { toCsv } from '../../charts/csv.ts'
import { signedMetric } from '../runs/inspector/comparisonRows.ts'
import { latexEscaped, latexFigures, markdownEscaped } from '../runs/resultRow.ts'
import type { ComparisonCell, ComparisonColumn, ComparisonRow, ComparisonTable } from './comparisonTable.ts'

const FIRST = 'Run'

const withDelta = ({ text, delta }: ComparisonCell) =>
  delta === undefined ? text : `${text} (${signedMetric(delta)})`

const titles = ({ columns }: ComparisonTable) => [FIRST, ...columns.map(({ label }) => label)]

/** The comparison as a Markdown table; the best figures are bold. */
export function comparisonMarkdown(table: ComparisonTable): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const cell = (one: ComparisonCell) => {
    const text = markdownEscaped(withDelta(one))
    return one.best ? `**${text}**` : text
  }
  const rows = table.rows.map(({ name, cells }) => line([markdownEscaped(name), ...cells.map(cell)]))
  const rule = ['---', ...table.columns.map(({ kind }) => (kind === 'metric' ? '---:' : '---'))]
  return [line(titles(table).map(markdownEscaped)), line(rule), ...rows].join('\n')
}

/** The comparison as a LaTeX tabular (package booktabs); the best figures are bold. */
export function comparisonLatex(table: ComparisonTable): string {
  const line = (cells: readonly string[]) => `${cells.join(' & ')} \\\\`
  const cell = (one: ComparisonCell) => {
    const text = latexFigures(withDelta(one))
    return one.best ? `\\textbf{${text}}` : text
  }
  const columns = ['l', ...table.columns.map(({ kind }) => (kind === 'metric' ? 'r' : 'l'))].join('')
  return [
    `\\begin{tabular}{${columns}}`,
    '\\toprule',
    line(titles(table).map(latexEscaped)),
    '\\midrule',
    ...table.rows.map(({ name, cells }) => line([latexFigures(name), ...cells.map(cell)])),
    '\\bottomrule',
    '\\end{tabular}',
  ].join('\n')
}

/** Columns of a CSV: a metric is followed by its difference to the baseline, where any row has one. */
function csvColumns({ columns, rows }: ComparisonTable) {
  return columns.flatMap((column: ComparisonColumn, place) => {
    const value = (row: ComparisonRow) => row.cells[place].value ?? row.cells[place].text
    const delta = (row: ComparisonRow) => row.cells[place].delta ?? ''
    const plain = { title: column.label, value }
    const hasDelta = rows.some((row) => row.cells[place].delta !== undefined)
    return hasDelta ? [plain, { title: `${column.label} difference`, value: delta }] : [plain]
  })
}

/** The comparison as CSV, figures with all their digits. */
export function comparisonCsv(table: ComparisonTable): string {
  const columns = csvColumns(table)
  return toCsv({
    columns: [{ title: FIRST }, ...columns.map(({ title }) => ({ title }))],
    rows: table.rows.map((row) => [row.name, ...columns.map(({ value }) => value(row))]),
  })
}
