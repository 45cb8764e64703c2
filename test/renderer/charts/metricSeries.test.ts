import { describe, expect, it } from 'vitest'
import { bandEdges } from '../../../src-renderer/charts/metricBand.ts'
import {
  describeLines,
  metricLines,
  metricTable,
  nearestIndex,
  type MetricSeries,
} from '../../../src-renderer/charts/metricSeries.ts'
import { smoothed } from '../../../src-renderer/charts/smoothing.ts'
import { style } from './chartFixture.ts'

function series(name: string, y: number[], bestX?: number): MetricSeries {
  const x = Float64Array.from(y, (_, i) => i + 1)
  return { id: name, name, style: style(1), x, y: Float64Array.from(y), bestX }
}

const plain = { smoothing: 0, log: false }

describe('the lines of a metric', () => {
  it('hold what was measured and say when epochs were left out', () => {
    const [every, second] = metricLines([series('a', [0.1, 0.2]), series('b', [0.1, NaN, 0.3])], plain)
    expect(every).toMatchObject({ x: [1, 2], y: [0.1, 0.2], sparse: false })
    expect(second).toMatchObject({ x: [1, 3], y: [0.1, 0.3], sparse: true })
  })

  it('are not sparse for epochs that are still to come', () => {
    expect(metricLines([series('a', [NaN, 0.2, 0.3, NaN])], plain)[0].sparse).toBe(false)
  })

  it('leave out and count what has no logarithm', () => {
    const [line] = metricLines([series('a', [0.5, 0, -1, NaN, 0.25])], { smoothing: 0, log: true })
    expect(line).toMatchObject({ x: [1, 5], leftOut: 2 })
  })

  it('keep the measurements beside the smoothed values', () => {
    const [line] = metricLines([series('a', [1, 4])], { smoothing: 0.5, log: false })
    expect(line.raw).toEqual([1, 4])
    expect(line.y[1]).toBeCloseTo(3, 12)
  })

  it('find the measurement nearest to the crosshair, and none where a line has ended', () => {
    const [line] = metricLines([series('a', [0.1, 0.2, 0.3])], plain)
    expect(nearestIndex(line, 2.2)).toBe(1)
    expect(nearestIndex(line, 3.4)).toBe(2)
    expect(nearestIndex(line, 4)).toBeUndefined()
    expect(nearestIndex(metricLines([series('a', [])], plain)[0], 1)).toBeUndefined()
  })
})

describe('a mean over seeds', () => {
  const mean = { ...series('seeds', [0.5, 0.6, 0.6]), deviation: Float64Array.from([NaN, 0.1, 0.2]) }
  const what = { yTitle: 'HR@10', xTitle: 'epoch', axis: 'epoch' as const }

  it('has a band of a deviation to each side, as thin as the line where there is none', () => {
    const [line, other] = metricLines([mean, series('run', [0.5])], plain)
    const { low, high } = bandEdges(line)!
    expect(low.map((value) => value.toFixed(3))).toEqual(['0.500', '0.500', '0.400'])
    expect(high.map((value) => value.toFixed(3))).toEqual(['0.500', '0.700', '0.800'])
    expect(bandEdges(other)).toBeUndefined()
  })

  it('smooths its band as the line, and keeps what was measured for the table', () => {
    const known = { ...mean, deviation: Float64Array.from([0, 0.1, 0.2]) }
    const [line] = metricLines([known], { smoothing: 0.5, log: false })
    const low = Float64Array.from(mean.y, (value, i) => value - known.deviation[i])
    expect(bandEdges(line)!.low.at(-1)).toBeCloseTo(smoothed(low, 0.5).at(-1)!, 12)
    expect(line.spread?.raw).toEqual([0, 0.1, 0.2])
  })

  it('is told with its deviation, which has a column of its own', () => {
    const lines = metricLines([mean], plain)
    expect(describeLines(what, lines, [])).toContain('seeds: last 0.600 ± 0.200 at epoch 3')
    const table = metricTable({ title: 'epoch' }, lines, [], 0)
    expect(table.columns.map(({ title }) => title)).toEqual(['epoch', 'seeds', 'seeds, standard deviation'])
    expect(table.rows).toEqual([
      [1, 0.5, NaN],
      [2, 0.6, 0.1],
      [3, 0.6, 0.2],
    ])
  })
})

describe('a metric chart in words and numbers', () => {
  const lines = metricLines([series('NeuMF', [0.5, 0.6881, 0.68], 2), series('GMF', [])], plain)
  const level = { name: 'Popularity', y: 0.4535, kind: 'baseline' as const }

  it('says where each series stands', () => {
    expect(describeLines({ yTitle: 'HR@10', xTitle: 'epoch', axis: 'epoch' }, lines, [level])).toBe(
      'HR@10 over epoch, 2 series. NeuMF: last 0.680 at epoch 3, best 0.688 at 2. ' +
        'GMF: nothing measured yet. To compare: Popularity 0.454.',
    )
  })

  it('has a column for each series and each level, and the smoothed ones where it smooths', () => {
    const titles = (smoothing: number) =>
      metricTable({ title: 'epoch' }, lines, [level], smoothing).columns.map(({ title }) => title)
    expect(titles(0)).toEqual(['epoch', 'NeuMF', 'GMF', 'Popularity'])
    expect(titles(0.5)).toContain('NeuMF, smoothed by 0.5')
  })
})
