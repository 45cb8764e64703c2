import { describe, expect, it } from 'vitest'
import type { RunCurves } from '../../../src-main/contract/runContract.ts'
import type { SeriesStyle } from '../../../src-renderer/charts/seriesStyle.ts'
import { comparedSeries } from '../../../src-renderer/views/compare/comparedSeries.ts'
import { seedCurves, seedGroupsOf } from '../../../src-renderer/views/compare/seedCurves.ts'
import { runRow } from '../runs/runRows.ts'

/** Epochs 1, 2, … with these values of HR@10; an epoch takes as many seconds as `pace` says. */
function curves(id: string, hr10: readonly number[], pace = 1): RunCurves {
  const column = (of: (value: number, i: number) => number) => Float64Array.from(hr10, of)
  return {
    id,
    epoch: column((_, i) => i + 1),
    hr10: column((value) => value),
    ndcg10: column((value) => value / 2),
    loss: column((value) => 1 - value),
    trainSeconds: column((_, i) => (i + 1) * pace),
    samplesPerSecond: column(() => 1000),
    thinned: false,
  }
}

describe('the curves of several seeds', () => {
  it('are mean and sample standard deviation at every epoch', () => {
    const { epoch, trainSeconds, columns } = seedCurves([
      curves('a', [0.5, 0.6], 1),
      curves('b', [0.6, 0.8], 3),
    ])
    expect([...epoch]).toEqual([1, 2])
    expect([...trainSeconds]).toEqual([2, 4])
    expect(columns.hr10.mean[0]).toBeCloseTo(0.55, 12)
    // Of two values, half their distance times the root of 2.
    expect(columns.hr10.deviation[0]).toBeCloseTo(0.05 * Math.SQRT2, 12)
    expect(columns.loss.mean[1]).toBeCloseTo(0.3, 12)
  })

  it('end where the first of them ends, so that no mean jumps for want of a seed', () => {
    const joined = seedCurves([curves('a', [0.1, 0.2, 0.9]), curves('b', [0.3]), curves('c', [])])
    expect([...joined.epoch]).toEqual([1])
    expect(joined.columns.hr10.mean[0]).toBeCloseTo(0.2, 12)
  })

  it('have no deviation where only one of them was measured', () => {
    const { columns } = seedCurves([curves('a', [0.5, NaN]), curves('b', [0.7, 0.6])])
    expect(columns.hr10.mean[1]).toBeCloseTo(0.6, 12)
    expect(columns.hr10.deviation[1]).toBeNaN()
  })

  it('of no run are empty', () => {
    expect(seedCurves([]).epoch).toHaveLength(0)
  })
})

describe('the lines of a comparison', () => {
  const rows = [
    runRow({ id: 'r1', name: 'twins', groupKey: 'a' }),
    runRow({ id: 'r2', name: 'alone', groupKey: 'b' }),
    runRow({ id: 'r3', name: 'twins', groupKey: 'a' }),
    runRow({ id: 'r4', name: 'twins', groupKey: 'a' }),
  ]
  const known = new Map(
    [curves('r1', [0.5, 0.6]), curves('r2', [0.4]), curves('r3', [0.7, 0.8]), curves('r4', [])].map((one) => [
      one.id,
      one,
    ]),
  )
  const drawing = {
    column: 'hr10',
    axis: 'epoch',
    groupSeeds: true,
    styleOf: (id: string): SeriesStyle => ({ colour: `--${id}`, dash: 'solid' }),
  } as const

  it('are those of the runs until seeds are grouped', () => {
    const series = comparedSeries(rows, known, { ...drawing, groupSeeds: false })
    expect(series.map(({ id }) => id)).toEqual(['r1', 'r2', 'r3', 'r4'])
    expect(series.every(({ deviation }) => deviation === undefined)).toBe(true)
  })

  it('are one for each group of seeds that have begun, in the style of its first run', () => {
    const [twins, alone, ...more] = comparedSeries(rows, known, drawing)
    expect(more).toEqual([])
    expect(alone.id).toBe('r2')
    expect(twins).toMatchObject({ name: 'twins · 2 seeds, mean ± sd', style: { colour: '--r1' } })
    expect(twins.y[1]).toBeCloseTo(0.7, 12)
    expect(twins.deviation?.[1]).toBeCloseTo(0.1 * Math.SQRT2, 12)
    expect(twins.bestX).toBeUndefined()
  })

  it('stay apart while fewer than two of a group have begun', () => {
    const first = new Map([...known].map(([id, one]) => [id, id === 'r3' ? curves(id, []) : one]))
    expect(comparedSeries(rows, first, drawing).map(({ id }) => id)).toEqual(['r1', 'r3', 'r4', 'r2'])
  })

  it('group what is there of the runs: those whose curves are not read yet are left out', () => {
    expect(comparedSeries(rows, new Map(), drawing)).toEqual([])
    expect(seedGroupsOf(rows).map((runs) => runs.length)).toEqual([3, 1])
  })
})
