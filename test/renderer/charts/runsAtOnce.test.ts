// @vitest-environment happy-dom
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import CurveAtKChart from '../../../src-renderer/charts/CurveAtKChart.vue'
import ParallelChart from '../../../src-renderer/charts/ParallelChart.vue'
import ScatterChart from '../../../src-renderer/charts/ScatterChart.vue'
import {
  categoriesOf,
  idsInside,
  parallelTable,
  type Parallel,
} from '../../../src-renderer/charts/parallel.ts'
import { idsWithin, placedPoints, type ScatterPoint } from '../../../src-renderer/charts/scatter.ts'
import { layTokens, mountChart, style } from './chartFixture.ts'

let chart: ReturnType<typeof mountChart> | undefined
beforeAll(layTokens)
afterEach(() => chart?.unmount())

const point = (id: string, x: number, y: number): ScatterPoint => ({ id, name: id, style: style(1), x, y })
const points = [point('a', 0.001, 0.6), point('b', 0, 0.65), point('c', 0.01, NaN), point('d', 0.1, 0.7)]

describe('a scatter chart', () => {
  const axes = { title: 'HR@10', xTitle: 'rate', yTitle: 'HR@10' }
  const scatter = { points, selected: new Set<string>(), xTitle: 'rate', yTitle: 'HR@10', yLog: false }

  it('leaves out what has no place on its axes and says how many', () => {
    expect(placedPoints({ ...scatter, xLog: false }).map(({ id }) => id)).toEqual(['a', 'b', 'd'])
    expect(placedPoints({ ...scatter, xLog: true }).map(({ id }) => id)).toEqual(['a', 'd'])
    chart = mountChart(ScatterChart, { ...axes, points, xLog: true })
    expect(chart.text()).toContain('2 of 4 runs have no place')
  })

  it('finds the runs within a rectangle, edges included', () => {
    expect(
      idsWithin(points, [
        [0.001, 0.1],
        [0.6, 0.69],
      ]),
    ).toEqual(['a'])
  })

  it('selects with the keyboard, from left to right', async () => {
    chart = mountChart(ScatterChart, { ...axes, points })
    const plot = chart.get('[role=img]')
    for (const key of ['ArrowRight', 'ArrowRight', 'Enter', 'ArrowLeft', ' '])
      await plot.trigger('keydown', { key })
    expect(chart.emitted('select')).toEqual([[['a']], [['b']]])
  })

  it('says when no run has both numbers', () => {
    chart = mountChart(ScatterChart, { ...axes, points: [point('c', 1, NaN)] })
    expect(chart.text()).toContain('No run has both numbers')
  })
})

const parallel: Parallel = {
  columns: [
    { id: 'model', title: 'model', kind: 'category' },
    { id: 'rate', title: 'rate', kind: 'log' },
    { id: 'hr', title: 'HR@10', kind: 'number' },
  ],
  rows: [
    { id: 'a', name: 'a', style: style(1), values: ['GMF', 0.001, 0.6] },
    { id: 'b', name: 'b', style: style(2), values: ['NeuMF', 0.01, 0.7] },
    { id: 'c', name: 'c', style: style(3), values: ['GMF', null, 0.65] },
  ],
}

describe('parallel coordinates', () => {
  it('list categories once, in the order of their first run', () => {
    expect(categoriesOf(parallel, 0)).toEqual(['GMF', 'NeuMF'])
  })

  it('hold every run inside where nothing is brushed', () => {
    expect(idsInside(parallel, new Map([['hr', []]]))).toEqual(['a', 'b', 'c'])
  })

  it('hold inside what lies in a stretch of every brushed axis; what has no value lies in none', () => {
    expect(idsInside(parallel, new Map([['model', [[-0.4, 0.4]]]]))).toEqual(['a', 'c'])
    expect(idsInside(parallel, new Map([['rate', [[1e-4, 1]]]]))).toEqual(['a', 'b'])
    const both = new Map<string, [number, number][]>([
      ['rate', [[1e-4, 1]]],
      ['hr', [[0, 0.61], [0.65, 0.66]]], // prettier-ignore
    ])
    expect(idsInside(parallel, both)).toEqual(['a'])
  })

  it('have a table with a row a run', () => {
    expect(parallelTable(parallel).rows[2]).toEqual(['c', 'GMF', NaN, 0.65])
  })

  it('are drawn with a line a run', () => {
    chart = mountChart(ParallelChart, { title: 'Configurations', ...parallel })
    const strokes = chart.findAll('svg path').map((path) => path.attributes('stroke'))
    for (const colour of ['#0072b2', '#d55e00', '#009e73']) expect(strokes).toContain(colour)
  })

  it('ask for two columns', () => {
    chart = mountChart(ParallelChart, { title: 'Configurations', ...parallel, columns: [] })
    expect(chart.text()).toContain('two columns')
  })
})

it('curves over K begin at K = 1', () => {
  const series = [{ id: 'a', name: 'NeuMF', style: style(1), values: [0.2, 0.35, 0.45] }]
  chart = mountChart(CurveAtKChart, { title: 'HR@K', metric: 'HR', series })
  expect(chart.get('[role=img]').attributes('aria-label')).toBe(
    'HR@K over K, 1 series. NeuMF: last 0.450 at K 3.',
  )
})
