import type { ChartTable } from './chartTable.ts'
import type { ChartTheme } from './chartTheme.ts'
import { tooltipElement } from './chartTooltip.ts'
import type { ChartOption } from './echarts.ts'
import { logRange, niceRange } from './niceRange.ts'
import { formatLogTick, formatNumber, formatTick } from './numberFormat.ts'
import { plotBase, tooltipBase } from './plotParts.ts'
import { lineType, type SeriesStyle } from './seriesStyle.ts'

export interface ParallelColumn {
  /** Of the column, unique. */
  id: string
  title: string
  kind: 'number' | 'log' | 'category'
}

/** A run as a line: one value a column, null where it has none. */
export interface ParallelRow {
  id: string
  name: string
  style: SeriesStyle
  values: readonly (number | string | null)[]
}

export interface Parallel {
  columns: readonly ParallelColumn[]
  rows: readonly ParallelRow[]
}

/** Brushed stretches of the columns, by id: numbers, or places in the list of categories. */
export type Intervals = ReadonlyMap<string, readonly (readonly [number, number])[]>

/** The categories of a column in the order in which they first appear. */
export function categoriesOf({ rows }: Parallel, column: number): string[] {
  const named = rows.map(({ values }) => values[column]).filter((value) => value !== null)
  return [...new Set(named.map(String))]
}

/** Where a value stands on its axis; NaN for none: null, text among numbers, 0 and below among logarithms. */
function place(value: number | string | null, kind: ParallelColumn['kind'], categories: string[]): number {
  if (value === null) return NaN
  if (kind === 'category') return categories.indexOf(String(value))
  const number = Number(value)
  return kind === 'log' && number <= 0 ? NaN : number
}

function placesOf(parallel: Parallel, column: number): number[] {
  const categories = categoriesOf(parallel, column)
  const { kind } = parallel.columns[column]
  return parallel.rows.map(({ values }) => place(values[column], kind, categories))
}

/** Ids of the rows that lie in one of the stretches of every brushed column. */
export function idsInside(parallel: Parallel, intervals: Intervals): string[] {
  const inside = parallel.rows.map(() => true)
  parallel.columns.forEach(({ id }, column) => {
    const stretches = intervals.get(id) ?? []
    if (stretches.length === 0) return
    placesOf(parallel, column).forEach((at, row) => {
      inside[row] &&= stretches.some(([from, to]) => at >= from && at <= to)
    })
  })
  return parallel.rows.filter((_, row) => inside[row]).map(({ id }) => id)
}

function scaleOf(parallel: Parallel, column: number) {
  const { kind } = parallel.columns[column]
  if (kind === 'category') return { type: 'category' as const, data: categoriesOf(parallel, column) }
  const values = placesOf(parallel, column)
  if (kind === 'log') {
    const { min, max, base } = logRange(values)
    return { type: 'log' as const, min, max, logBase: base, axisLabel: { formatter: formatLogTick } }
  }
  const { min, max, step } = niceRange(values)
  const formatter = (value: number) => formatTick(value, step)
  return { type: 'value' as const, min, max, interval: step, axisLabel: { formatter } }
}

/** Pixels. */
const BRUSH_WIDTH = 16

/** How a brushed stretch looks. */
export function brushStyle(theme: ChartTheme) {
  return { borderColor: theme.accent, color: theme.accent, opacity: 0.25 }
}

function axis(parallel: Parallel, column: number, theme: ChartTheme) {
  const { id, title } = parallel.columns[column]
  const { axisLabel = {}, ...scale } = scaleOf(parallel, column)
  const text = { fontFamily: theme.font, fontSize: theme.fontSize }
  return {
    ...scale,
    // With the kind of scale in its id, an axis that changes its kind is made anew.
    id: `${scale.type} ${id}`,
    dim: column,
    name: title,
    nameTextStyle: { ...text, color: theme.text },
    nameTruncate: { maxWidth: 110 },
    axisLabel: {
      ...text,
      ...axisLabel,
      color: theme.text,
      textBorderColor: theme.surface,
      textBorderWidth: 3,
      width: 90,
      overflow: 'truncate' as const,
    },
    axisLine: { lineStyle: { color: theme.outline } },
    axisTick: { lineStyle: { color: theme.outline } },
    areaSelectStyle: { width: BRUSH_WIDTH, ...brushStyle(theme) },
  }
}

/** The column behind the id of an axis. */
export function columnOfAxis(axisId: string): string {
  return axisId.slice(axisId.indexOf(' ') + 1)
}

/** One axis a column, one line a run; lines outside what is brushed fade. */
export function parallelOption(parallel: Parallel, theme: ChartTheme): ChartOption {
  const places = parallel.columns.map((_, column) => placesOf(parallel, column))
  return {
    ...plotBase(theme),
    parallel: { left: 56, right: 72, top: 36, bottom: 20 },
    parallelAxis: parallel.columns.map((_, column) => axis(parallel, column, theme)),
    tooltip: {
      ...tooltipBase(theme),
      trigger: 'item',
      formatter: (params: unknown) =>
        rowTooltip(parallel, parallel.rows[(params as { dataIndex: number }).dataIndex]),
    },
    series: [
      {
        type: 'parallel',
        id: 'runs',
        inactiveOpacity: 0.07,
        activeOpacity: 1,
        smooth: false,
        data: parallel.rows.map(({ name, style }, row) => ({
          name,
          value: places.map((column) => column[row]),
          lineStyle: {
            color: theme.colour(style.colour),
            type: lineType(style.dash),
            width: 2,
            opacity: 0.8,
          },
        })),
      },
    ],
  }
}

function cell(value: number | string | null): string {
  return typeof value === 'string' ? value : formatNumber(value ?? NaN)
}

function rowTooltip({ columns }: Parallel, { name, values }: ParallelRow): HTMLElement {
  return tooltipElement(
    name,
    columns.map(({ title }, column) => ({ name: title, value: cell(values[column]) })),
  )
}

export function parallelTable({ columns, rows }: Parallel): ChartTable {
  return {
    columns: [{ title: 'run' }, ...columns.map(({ title }) => ({ title }))],
    rows: rows.map(({ name, values }) => [name, ...values.map((value) => value ?? NaN)]),
  }
}

/** In words: which columns, how many runs, and how many lie inside what is brushed. */
export function describeParallel({ columns, rows }: Parallel, inside: number): string {
  const titles = columns.map(({ title }) => title).join(', ')
  return `${rows.length} runs over ${titles}; ${inside} of them inside the brushed ranges.`
}
