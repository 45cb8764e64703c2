import type { ChartTable } from './chartTable.ts'
import type { ChartTheme } from './chartTheme.ts'
import { tooltipElement } from './chartTooltip.ts'
import type { ChartOption } from './echarts.ts'
import { logRange, niceRange } from './niceRange.ts'
import { formatLogTick, formatNumber, formatTick } from './numberFormat.ts'
import { axisBase, PLOT_MARGIN, plotBase, tooltipBase } from './plotParts.ts'
import { symbolOf, type SeriesStyle } from './seriesStyle.ts'

/** A run as a dot; NaN where it has no such number. */
export interface ScatterPoint {
  id: string
  name: string
  style: SeriesStyle
  x: number
  y: number
}

export interface Scatter {
  points: readonly ScatterPoint[]
  selected: ReadonlySet<string>
  xTitle: string
  yTitle: string
  xLog: boolean
  yLog: boolean
}

/** The points that have a place on both axes. */
export function placedPoints({ points, xLog, yLog }: Scatter): ScatterPoint[] {
  const hasPlace = (value: number, log: boolean) => Number.isFinite(value) && (!log || value > 0)
  return points.filter(({ x, y }) => hasPlace(x, xLog) && hasPlace(y, yLog))
}

/** Ids of the points within a rectangle of the data, its edges included. */
export function idsWithin(
  points: readonly ScatterPoint[],
  [[left, right], [bottom, top]]: readonly (readonly [number, number])[],
): string[] {
  return points.filter(({ x, y }) => x >= left && x <= right && y >= bottom && y <= top).map(({ id }) => id)
}

function axis(values: number[], log: boolean, id: 'x' | 'y', title: string, theme: ChartTheme) {
  const base = axisBase(theme, log ? `${title}, logarithmic` : title, id === 'x' ? 'bottom' : 'top')
  const splitLine = { show: true, lineStyle: { color: theme.hairline } }
  if (log) {
    const { min, max, base: logBase } = logRange(values)
    const axisLabel = { ...base.axisLabel, formatter: formatLogTick }
    return { ...base, splitLine, axisLabel, id: `${id}-log`, type: 'log' as const, min, max, logBase }
  }
  const { min, max, step } = niceRange(values)
  const axisLabel = { ...base.axisLabel, formatter: (value: number) => formatTick(value, step) }
  return { ...base, splitLine, axisLabel, id, type: 'value' as const, min, max, interval: step }
}

/** Dots in the colour and with the symbol of their run, ringed where selected; dragging brushes. */
export function scatterOption(scatter: Scatter, theme: ChartTheme): ChartOption {
  const points = placedPoints(scatter)
  const { selected, xTitle, yTitle, xLog, yLog } = scatter
  const xs = points.map(({ x }) => x)
  const ys = points.map(({ y }) => y)
  const brushed = { color: theme.accent, borderColor: theme.accent, borderWidth: 1, opacity: 0.16 }
  return {
    ...plotBase(theme),
    grid: { ...PLOT_MARGIN, left: 60, outerBoundsMode: 'none' },
    xAxis: axis(xs, xLog, 'x', xTitle, theme),
    yAxis: axis(ys, yLog, 'y', yTitle, theme),
    toolbox: { show: false },
    brush: {
      toolbox: [],
      xAxisIndex: 0,
      yAxisIndex: 0,
      brushStyle: brushed,
      outOfBrush: { opacity: 0.4 },
    },
    tooltip: {
      ...tooltipBase(theme),
      trigger: 'item',
      formatter: (params: unknown) =>
        pointTooltip(scatter, points[(params as { dataIndex: number }).dataIndex]),
    },
    series: [
      {
        type: 'scatter',
        id: 'runs',
        symbolSize: 10,
        data: points.map((point) => dot(point, selected.has(point.id), theme)),
        label: {
          show: true,
          position: 'right',
          formatter: '{b}',
          color: theme.mutedText,
          fontFamily: theme.font,
          fontSize: theme.fontSize - 1,
          width: 140,
          overflow: 'truncate',
        },
        labelLayout: { hideOverlap: true },
      },
    ],
  }
}

function dot({ name, x, y, style }: ScatterPoint, selected: boolean, theme: ChartTheme) {
  return {
    name,
    value: [x, y],
    symbol: symbolOf(style.dash),
    symbolSize: selected ? 14 : 10,
    itemStyle: {
      color: theme.colour(style.colour),
      borderColor: selected ? theme.text : theme.surface,
      borderWidth: selected ? 2 : 1,
    },
  }
}

function pointTooltip({ xTitle, yTitle }: Scatter, { name, x, y }: ScatterPoint): HTMLElement {
  return tooltipElement(name, [
    { name: xTitle, value: formatNumber(x) },
    { name: yTitle, value: formatNumber(y) },
  ])
}

export function scatterTable({ points, xTitle, yTitle }: Scatter): ChartTable {
  return {
    columns: [{ title: 'run' }, { title: xTitle }, { title: yTitle }],
    rows: points.map(({ name, x, y }) => [name, x, y]),
  }
}

/** In words: what over what, how many, and which is highest. */
export function describeScatter(scatter: Scatter): string {
  const { xTitle, yTitle, selected } = scatter
  const points = placedPoints(scatter)
  const [highest] = points.toSorted((a, b) => b.y - a.y)
  const top = highest
    ? ` Highest ${yTitle}: ${highest.name}, ${formatNumber(highest.y)} at ${xTitle} ${formatNumber(highest.x)}.`
    : ''
  return `${yTitle} over ${xTitle}, ${points.length} runs, ${selected.size} selected.${top}`
}
