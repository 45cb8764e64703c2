import type { ChartTheme } from './chartTheme.ts'
import type { CustomSeriesOption } from './echarts.ts'
import type { MetricLine } from './metricSeries.ts'

/** Of the surface between mean - deviation and mean + deviation: other lines stay seen through it. */
const OPACITY = 0.2

/** Where the band of a line begins and ends at each x; undefined for a line without one. */
export function bandEdges({ y, spread }: MetricLine): { low: number[]; high: number[] } | undefined {
  if (!spread) return undefined
  // Where there is no deviation, as of a single value, the band is as thin as the line.
  const wide = spread.drawn.map((deviation) => (Number.isFinite(deviation) ? deviation : 0))
  return { low: y.map((mean, i) => mean - wide[i]), high: y.map((mean, i) => mean + wide[i]) }
}

/**
 * The band as one surface. (Two stacked areas would do it only where no value is below 0 and no axis is logarithmic.)
 *
 * @param least Of a logarithmic axis, its lower end: below it the band has no place.
 */
export function bandSeries(line: MetricLine, theme: ChartTheme, least = -Infinity): CustomSeriesOption[] {
  const edges = bandEdges(line)
  if (!edges || line.x.length < 2) return []
  const outline: [number, number][] = [
    ...line.x.map((x, i): [number, number] => [x, edges.high[i]]),
    ...line.x.map((x, i): [number, number] => [x, Math.max(least, edges.low[i])]).reverse(),
  ]
  return [
    {
      type: 'custom',
      id: `${line.id}\nband`,
      silent: true,
      clip: true,
      z: 1,
      // One item stands for all points; a point of its own for each would give as many surfaces.
      data: [outline[0]],
      tooltip: { show: false },
      renderItem: (_, api) => ({
        type: 'polygon',
        shape: { points: outline.map((point) => api.coord(point)) },
        style: { fill: theme.colour(line.style.colour), opacity: OPACITY },
      }),
    },
  ]
}
