import type { ChartTheme } from './chartTheme.ts'
import { tooltipElement } from './chartTooltip.ts'
import type { ChartOption, LineSeriesOption, PlotSize } from './echarts.ts'
import { spreadLabels } from './labelSpread.ts'
import { bandEdges, bandSeries } from './metricBand.ts'
import {
  axisValue,
  nearestIndex,
  withSpread,
  type MetricAxis,
  type MetricLine,
  type ReferenceLine,
} from './metricSeries.ts'
import { logRange, niceRange } from './niceRange.ts'
import { formatLogTick, formatNumber, formatSeconds, formatTick } from './numberFormat.ts'
import { axisBase, PLOT_MARGIN, plotBase, tooltipBase } from './plotParts.ts'
import { lineType, symbolOf } from './seriesStyle.ts'

/** Everything that a metric chart shows. */
export interface MetricPlot {
  lines: readonly MetricLine[]
  references: readonly ReferenceLine[]
  axis: MetricAxis
  xTitle: string
  yTitle: string
  smoothing: number
  log: boolean
  /** Where the x axis ends at the earliest: the last epoch that is planned. */
  xEnd?: number
  /** The part of the x axis that is zoomed to: the y axis is tight around what lies in it. */
  window?: readonly [number, number]
  size: PlotSize
  theme: ChartTheme
}

/** Room for the names of reference lines at the right edge, where the plot is wide enough for it. */
const LABEL_ROOM = 150
const WIDE_ENOUGH = 520
const LABEL_HEIGHT = 15
/** Of the lines as measured, behind the smoothed ones. */
const GHOST_OPACITY = 0.4

/** The option of ECharts for a metric chart. */
export function metricOption(plot: MetricPlot): ChartOption {
  const y = yAxis(plot)
  return {
    ...plotBase(plot.theme),
    grid: { ...PLOT_MARGIN, right: rightMargin(plot), outerBoundsMode: 'none' },
    xAxis: xAxis(plot),
    yAxis: y,
    dataZoom: [
      {
        id: 'x',
        type: 'inside',
        xAxisIndex: 0,
        filterMode: 'none',
        // The plain wheel scrolls the page that the chart is on.
        zoomOnMouseWheel: 'ctrl',
        moveOnMouseWheel: false,
      },
    ],
    tooltip: {
      ...tooltipBase(plot.theme),
      trigger: 'axis',
      axisPointer: {
        type: 'line',
        snap: true,
        lineStyle: { color: plot.theme.outline, type: 'solid' },
      },
      formatter: (params: unknown) => metricTooltip(plot, hoveredX(params)),
    },
    series: [
      // Behind all lines.
      ...plot.lines.flatMap((line) => bandSeries(line, plot.theme, plot.log ? Number(y.min) : undefined)),
      ...plot.lines.flatMap((line) => lineSeries(line, plot)),
      referenceSeries(plot, [Number(y.min), Number(y.max)]),
    ],
  }
}

function rightMargin({ references, size }: MetricPlot): number {
  return references.length > 0 && size.width >= WIDE_ENOUGH ? LABEL_ROOM : PLOT_MARGIN.right
}

/** Between whole epochs there is nothing to name: a zoomed axis ends there. */
function wholeNumber(value: number): string {
  return Number.isInteger(value) ? formatNumber(value) : ''
}

function xAxis({ lines, axis, xTitle, xEnd = 0, theme }: MetricPlot) {
  const ends = lines.flatMap(({ x }) => (x.length > 0 ? [x[0], x.at(-1)!] : []))
  const [min, max] = ends.length > 0 ? [Math.min(...ends), Math.max(xEnd, ...ends)] : [0, 1]
  const base = axisBase(theme, xTitle, 'bottom')
  return {
    ...base,
    id: 'x',
    type: 'value' as const,
    min: axis === 'seconds' ? 0 : min,
    max: max > min ? max : min + 1,
    minInterval: axis === 'seconds' ? undefined : 1,
    axisLabel: {
      ...base.axisLabel,
      formatter: axis === 'seconds' ? formatSeconds : wholeNumber,
    },
  }
}

function yAxis(plot: MetricPlot) {
  const values = visibleValues(plot)
  if (plot.log) {
    const { min, max, base: logBase } = logRange(values)
    const base = axisBase(plot.theme, `${plot.yTitle}, logarithmic`, 'top')
    const axisLabel = { ...base.axisLabel, formatter: formatLogTick }
    return { ...base, id: 'y-log', type: 'log' as const, min, max, logBase, axisLabel }
  }
  const { min, max, step } = niceRange(values)
  const tick = (value: number) => formatTick(value, step)
  // An axis that does not begin at 0 makes differences look larger than they are: it says so.
  const name = min === 0 ? plot.yTitle : `${plot.yTitle} (axis ${tick(min)} to ${tick(max)})`
  const base = axisBase(plot.theme, name, 'top')
  const axisLabel = { ...base.axisLabel, formatter: tick }
  return { ...base, id: 'y', type: 'value' as const, min, max, interval: step, axisLabel }
}

/** What the y axis must hold: the lines in the window; reference lines far from them only when nothing is zoomed. */
function visibleValues({ lines, references, window, smoothing }: MetricPlot): number[] {
  const inside = (x: number) => !window || (x >= window[0] && x <= window[1])
  const values = lines.flatMap((line) => {
    const { low = [], high = [] } = bandEdges(line) ?? {}
    const drawn = [line.y, low, high, ...(smoothing > 0 ? [line.raw] : [])]
    return drawn.flatMap((column) => column.filter((_, i) => inside(line.x[i])))
  })
  const levels = references.map(({ y }) => y)
  if (!window || values.length === 0) return [...values, ...levels]
  const low = Math.min(...values)
  const high = Math.max(...values)
  const near = (high - low) / 2
  return [...values, ...levels.filter((level) => level >= low - near && level <= high + near)]
}

function pairs(x: readonly number[], y: readonly number[]): [number, number][] {
  return x.map((value, i) => [value, y[i]])
}

function lineSeries(line: MetricLine, { smoothing, theme }: MetricPlot): LineSeriesOption[] {
  const colour = theme.colour(line.style.colour)
  const type = lineType(line.style.dash)
  const shared = { type: 'line' as const, color: colour, silent: true }
  const drawn: LineSeriesOption = {
    ...shared,
    id: line.id,
    name: line.name,
    data: pairs(line.x, line.y),
    lineStyle: { width: 2, type },
    symbol: symbolOf(line.style.dash),
    symbolSize: 5,
    // Where epochs were left out, marks tell the measurements from the line between them.
    showSymbol: line.sparse || line.x.length === 1,
    markPoint: bestMark(line, theme),
  }
  if (smoothing === 0) return [drawn]
  const ghost: LineSeriesOption = {
    ...shared,
    id: `${line.id}\nraw`,
    data: pairs(line.x, line.raw),
    lineStyle: { width: 1, type, opacity: GHOST_OPACITY },
    showSymbol: false,
  }
  return [ghost, drawn]
}

function bestMark({ bestX, x, raw, style }: MetricLine, theme: ChartTheme): LineSeriesOption['markPoint'] {
  const best = bestX === undefined ? -1 : x.indexOf(bestX)
  if (best < 0) return undefined
  return {
    silent: true,
    animation: false,
    symbol: symbolOf(style.dash),
    symbolSize: 10,
    itemStyle: { color: theme.surface, borderColor: theme.colour(style.colour), borderWidth: 2 },
    label: { show: false },
    data: [{ name: 'best', coord: [x[best], raw[best]] }],
  }
}

/** One series without data carries all reference lines, so that they stand before any epoch has ended. */
function referenceSeries(plot: MetricPlot, [min, max]: [number, number]): LineSeriesOption {
  const { references, size, theme } = plot
  const outside = rightMargin(plot) === LABEL_ROOM
  /** Pixels of the plot itself, along which a label may stretch where there is no room beside it. */
  const inside = Math.max(LABEL_ROOM, size.width - PLOT_MARGIN.left - PLOT_MARGIN.right - 14)
  const scale = plot.log ? Math.log : (value: number) => value
  const height = Math.max(1, size.height - PLOT_MARGIN.top - PLOT_MARGIN.bottom)
  const shown = references.filter(({ y }) => y >= min && y <= max)
  const wanted = shown.map(({ y }) => (height * (scale(max) - scale(y))) / (scale(max) - scale(min)))
  const placed = spreadLabels(wanted, LABEL_HEIGHT, height)
  return {
    type: 'line',
    id: '\nreferences',
    data: [],
    lineStyle: { width: 0 },
    markLine: {
      silent: true,
      animation: false,
      symbol: 'none',
      precision: 9,
      data: shown.map(({ name, y, kind }, i) => ({
        name,
        yAxis: y,
        lineStyle: {
          color: theme.mutedText,
          width: 1.5,
          type: lineType(kind === 'published' ? 'dotted' : 'dashed'),
        },
        label: {
          position: outside ? ('end' as const) : ('insideEndTop' as const),
          distance: outside ? 6 : 2,
          offset: outside ? [0, placed[i] - wanted[i]] : [0, 0],
          formatter: () => `${formatNumber(y)} ${name}`,
          width: outside ? LABEL_ROOM - 14 : inside,
          overflow: 'truncate' as const,
          color: theme.mutedText,
          fontFamily: theme.font,
          fontSize: theme.fontSize - 1,
        },
      })),
    },
  }
}

function hoveredX(params: unknown): number {
  const [first] = Array.isArray(params) ? (params as { axisValue?: unknown }[]) : []
  return Number(first?.axisValue)
}

/** Every line's value at a position, the highest first. */
export function metricTooltip(plot: MetricPlot, x: number): HTMLElement {
  const rows = plot.lines.flatMap((line) => {
    const i = nearestIndex(line, x)
    if (i === undefined) return []
    return [{ line, y: line.y[i], raw: line.raw[i], deviation: line.spread?.raw[i] }]
  })
  rows.sort((a, b) => b.y - a.y)
  const title = plot.axis === 'K' ? `K = ${x}` : `${plot.xTitle} ${axisValue(plot.axis, x)}`
  return tooltipElement(
    title,
    rows.map(({ line, y, raw, deviation }) => ({
      name: line.name,
      style: line.style,
      value:
        plot.smoothing > 0
          ? `${formatNumber(y)} (measured ${withSpread(raw, deviation)})`
          : withSpread(y, deviation),
    })),
  )
}
