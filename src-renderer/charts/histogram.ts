import type { ChartTable } from './chartTable.ts'
import type { ChartTheme } from './chartTheme.ts'
import { tooltipElement } from './chartTooltip.ts'
import type { ChartOption } from './echarts.ts'
import { formatNumber } from './numberFormat.ts'
import { axisBase, PLOT_MARGIN, plotBase, tooltipBase } from './plotParts.ts'

/** How many have a value in from..to, both included. */
export interface Bin {
  from: number
  to: number
  count: number
}

export interface Histogram {
  bins: readonly Bin[]
  /** What the bins are over: 'training items of a user'. */
  xTitle: string
  /** What is counted: 'users'. */
  yTitle: string
}

export function binName({ from, to }: Bin): string {
  return from === to ? formatNumber(from) : `${formatNumber(from)}–${formatNumber(to)}`
}

function total(bins: readonly Bin[]): number {
  return bins.reduce((sum, { count }) => sum + count, 0)
}

function share(count: number, all: number): string {
  return all === 0 ? '0.0%' : `${((100 * count) / all).toFixed(1)}%`
}

/** Bars side by side, one a bin, whatever its width: bins that double make a logarithmic axis. */
export function histogramOption(histogram: Histogram, theme: ChartTheme): ChartOption {
  const { bins, xTitle, yTitle } = histogram
  const all = total(bins)
  const x = axisBase(theme, xTitle, 'bottom')
  const y = axisBase(theme, yTitle, 'top')
  return {
    ...plotBase(theme),
    grid: { ...PLOT_MARGIN, left: 60, outerBoundsMode: 'none' },
    xAxis: { ...x, id: 'x', type: 'category', data: bins.map(binName), axisTick: { show: false } },
    yAxis: {
      ...y,
      id: 'y',
      type: 'value',
      min: 0,
      minInterval: 1,
      axisLabel: { ...y.axisLabel, formatter: (value: number) => formatNumber(value) },
    },
    tooltip: {
      ...tooltipBase(theme),
      trigger: 'axis',
      axisPointer: { type: 'shadow', shadowStyle: { color: theme.outline, opacity: 0.15 } },
      formatter: (params: unknown) => {
        const bin = bins[(params as { dataIndex: number }[])[0].dataIndex]
        const value = `${formatNumber(bin.count)} (${share(bin.count, all)})`
        return tooltipElement(`${binName(bin)} ${xTitle}`, [{ name: yTitle, value }])
      },
    },
    series: [
      {
        type: 'bar',
        id: 'count',
        name: yTitle,
        data: bins.map(({ count }) => count),
        barCategoryGap: 1,
        color: theme.accent,
        emphasis: { disabled: true },
      },
    ],
  }
}

export function histogramTable({ bins, yTitle }: Histogram): ChartTable {
  const all = total(bins)
  return {
    columns: [
      { title: 'from' },
      { title: 'to' },
      { title: yTitle },
      { title: 'share', format: (value) => `${(100 * value).toFixed(1)}%` },
    ],
    rows: bins.map(({ from, to, count }) => [from, to, count, all === 0 ? NaN : count / all]),
  }
}

/** In words: how many in all, and where most are. */
export function describeHistogram({ bins, xTitle, yTitle }: Histogram): string {
  const all = total(bins)
  const [most] = bins.toSorted((a, b) => b.count - a.count)
  const peak = most
    ? ` Most have ${binName(most)}: ${formatNumber(most.count)}, ${share(most.count, all)}.`
    : ''
  return `${formatNumber(all)} ${yTitle} by ${xTitle}, ${bins.length} bins.${peak}`
}
