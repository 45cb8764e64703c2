import { distinctNames, lineTable, type ChartTable, type TableColumn } from './chartTable.ts'
import { formatNumber, formatSeconds } from './numberFormat.ts'
import type { SeriesStyle } from './seriesStyle.ts'
import { smoothed } from './smoothing.ts'

/** A metric of a run. */
export interface MetricSeries {
  id: string
  name: string
  style: SeriesStyle
  /** Rising. */
  x: Float64Array
  /** NaN where nothing was measured: the line goes on to the next measurement, which gets a mark. */
  y: Float64Array
  /** Of a mean: the standard deviation at each x, drawn as a band around the line; NaN where there is none. */
  deviation?: Float64Array
  /** Marked on the line: the epoch that stands for the run. */
  bestX?: number
}

/** A level to compare with. */
export interface ReferenceLine {
  name: string
  y: number
  /** 'published' is dotted, 'baseline' (ranking by popularity) dashed. */
  kind: 'published' | 'baseline'
}

export type MetricAxis = 'epoch' | 'step' | 'seconds' | 'K'

/** A position of an axis in words. */
export function axisValue(axis: MetricAxis, x: number): string {
  return axis === 'seconds' ? formatSeconds(x) : formatNumber(x)
}

/** A series ready to be drawn: only what was measured, and can be. */
export interface MetricLine extends Omit<MetricSeries, 'x' | 'y' | 'deviation'> {
  x: number[]
  /** As measured. */
  raw: number[]
  /** Smoothed; the same as raw with weight 0. */
  y: number[]
  /** Of a mean: its standard deviation as measured, and as wide as it is drawn. */
  spread?: { raw: number[]; drawn: number[] }
  /** Whether epochs within the line were not measured. */
  sparse: boolean
  /** Values of 0 and below, left out because their logarithm does not exist. */
  leftOut: number
}

/** The lines of series under names of their own. Throws RangeError for a weight outside 0..1. */
export function metricLines(
  series: readonly MetricSeries[],
  { smoothing, log }: { smoothing: number; log: boolean },
): MetricLine[] {
  const names = distinctNames(series.map(({ name }) => name))
  return series.map((one, index) => {
    const all = smoothed(one.y, smoothing)
    const measured = Array.from(one.y.keys()).filter((i) => Number.isFinite(one.y[i]))
    const drawn = log ? measured.filter((i) => one.y[i] > 0) : measured
    const { deviation, ...shared } = one
    // Smoothing is linear: the edges of the band, smoothed like the line, lie the smoothed deviation away from it.
    const wide = deviation && smoothed(deviation, smoothing)
    return {
      ...shared,
      name: names[index],
      x: drawn.map((i) => one.x[i]),
      raw: drawn.map((i) => one.y[i]),
      y: drawn.map((i) => all[i]),
      ...(deviation &&
        wide && { spread: { raw: drawn.map((i) => deviation[i]), drawn: drawn.map((i) => wide[i]) } }),
      sparse: drawn.length > 0 && drawn.at(-1)! - drawn[0] >= drawn.length,
      leftOut: measured.length - drawn.length,
    }
  })
}

/** The measurement nearest to a position, unless the line has ended or not yet begun there; its index. */
export function nearestIndex({ x }: MetricLine, position: number): number | undefined {
  if (x.length === 0) return undefined
  const slack = x.length > 1 ? (x.at(-1)! - x[0]) / (x.length - 1) / 2 : 0.5
  if (position < x[0] - slack || position > x.at(-1)! + slack) return undefined
  let best = 0
  for (let i = 1; i < x.length; i++) {
    if (Math.abs(x[i] - position) < Math.abs(x[best] - position)) best = i
  }
  return best
}

/** The numbers of a chart: as measured and, where it smooths, as drawn; then the levels to compare with. */
export function metricTable(
  x: TableColumn,
  lines: readonly MetricLine[],
  references: readonly ReferenceLine[],
  smoothing: number,
): ChartTable {
  const columns = lines.flatMap((line) => [
    { name: line.name, x: line.x, y: line.raw },
    ...(line.spread ? [{ name: `${line.name}, standard deviation`, x: line.x, y: line.spread.raw }] : []),
    ...(smoothing > 0 ? [{ name: `${line.name}, smoothed by ${smoothing}`, x: line.x, y: line.y }] : []),
  ])
  const table = lineTable(x, columns)
  return {
    columns: [...table.columns, ...references.map(({ name }) => ({ title: name }))],
    rows: table.rows.map((row) => [...row, ...references.map(({ y }) => y)]),
  }
}

/** A mean with its standard deviation, where there is one: 0.684 ± 0.003. */
export function withSpread(mean: number, deviation: number | undefined): string {
  const alone = formatNumber(mean)
  return deviation === undefined || Number.isNaN(deviation) ? alone : `${alone} ± ${formatNumber(deviation)}`
}

const MOST_DESCRIBED = 8

/** The chart in words, for people who cannot see it: what over what, and where each series stands. */
export function describeLines(
  what: { yTitle: string; xTitle: string; axis: MetricAxis },
  lines: readonly MetricLine[],
  references: readonly ReferenceLine[],
): string {
  const described = lines.slice(0, MOST_DESCRIBED).map((line) => describeLine(line, what))
  if (lines.length > MOST_DESCRIBED) described.push(`and ${lines.length - MOST_DESCRIBED} more`)
  const levels = references.map(({ name, y }) => `${name} ${formatNumber(y)}`)
  const sentences = [
    `${what.yTitle} over ${what.xTitle}, ${lines.length} series`,
    ...described,
    ...(levels.length > 0 ? [`To compare: ${levels.join(', ')}`] : []),
  ]
  return `${sentences.join('. ')}.`
}

function describeLine(line: MetricLine, { xTitle, axis }: { xTitle: string; axis: MetricAxis }): string {
  if (line.x.length === 0) return `${line.name}: nothing measured yet`
  const value = withSpread(line.raw.at(-1)!, line.spread?.raw.at(-1))
  const last = `${line.name}: last ${value} at ${xTitle} ${axisValue(axis, line.x.at(-1)!)}`
  const best = line.bestX === undefined ? -1 : line.x.indexOf(line.bestX)
  return best < 0 ? last : `${last}, best ${formatNumber(line.raw[best])} at ${axisValue(axis, line.x[best])}`
}
