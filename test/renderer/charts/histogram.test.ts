// @vitest-environment happy-dom
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import HistogramChart from '../../../src-renderer/charts/HistogramChart.vue'
import { binName, describeHistogram, histogramTable } from '../../../src-renderer/charts/histogram.ts'
import { layTokens, mountChart } from './chartFixture.ts'

const bins = [
  { from: 1, to: 1, count: 10 },
  { from: 2, to: 3, count: 30 },
  { from: 1024, to: 2047, count: 0 },
]
const histogram = { bins, xTitle: 'items of a user', yTitle: 'users' }

let chart: ReturnType<typeof mountChart> | undefined
beforeAll(layTokens)
afterEach(() => chart?.unmount())

describe('a histogram', () => {
  it('names its bins', () => {
    expect(bins.map(binName)).toEqual(['1', '2–3', '1,024–2,047'])
  })

  it('has a table with shares', () => {
    expect(histogramTable(histogram).rows.map((row) => row[3])).toEqual([0.25, 0.75, 0])
  })

  it('says in words where most are', () => {
    expect(describeHistogram(histogram)).toBe(
      '40 users by items of a user, 3 bins. Most have 2–3: 30, 75.0%.',
    )
  })

  it('draws a bar for each bin, as high as its count', () => {
    chart = mountChart(HistogramChart, { title: 'Activity', ...histogram })
    const bars = chart.findAll('svg path').filter((path) => path.attributes('fill') === '#0b62b0')
    const heights = bars.map((bar) => height(bar.attributes('d')!))
    expect(heights[1] / heights[0]).toBeCloseTo(3, 3)
    expect(heights[2]).toBe(0)
  })

  it('says when there is nothing to count', () => {
    chart = mountChart(HistogramChart, { title: 'Activity', ...histogram, bins: [] })
    expect(chart.text()).toContain('Nothing to count')
  })
})

/** Of a rectangle that SVG draws by steps from its corner: M x y l dx dy l dx dy ... */
function height(path: string): number {
  const steps = [...path.matchAll(/l(-?[\d.]+) (-?[\d.]+)/g)].map(([, , dy]) => Math.abs(Number(dy)))
  return Math.max(...steps)
}
