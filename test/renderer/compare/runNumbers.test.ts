import { describe, expect, it } from 'vitest'
import {
  parallelAxes,
  parallelCoordinates,
  RUN_NUMBERS,
  runNumber,
} from '../../../src-renderer/views/compare/runNumbers.ts'
import { runRow } from './runRows.ts'

const neumf = runRow('a', { hr10: 0.68, config: { model: 'NeuMF', factors: 8 } })
const gmf = runRow('b', { hr10: 0.67, config: { model: 'GMF', factors: 16, dropout: 0.5 } })
const custom = runRow('c', { hr10: 0.66, config: { model: 'MLP', tower: [64, 32, 16] } })

describe('the numbers of a run', () => {
  it('leave out what its model does not have', () => {
    expect(runNumber('layers').value(neumf)).toBe(3)
    expect(runNumber('layers').value(gmf)).toBeUndefined()
    expect(runNumber('dropout').value(gmf)).toBeUndefined()
    expect(runNumber('layers').value(custom)).toBe(2)
    expect(runNumber('factors').value(custom)).toBeUndefined()
  })

  it('are none before the first epoch or where a run cannot be read', () => {
    const queued = runRow('q')
    const results = RUN_NUMBERS.filter(({ kind }) => kind === 'result')
    expect(results.map(({ value }) => value(queued))).toEqual(results.map(() => undefined))
    const unreadable = runRow('u', { more: { config: undefined } })
    expect(RUN_NUMBERS.every(({ value }) => value(unreadable) === undefined)).toBe(true)
  })

  it('have ids of their own', () => {
    expect(new Set(RUN_NUMBERS.map(({ id }) => id)).size).toBe(RUN_NUMBERS.length)
    expect(runNumber('secondsPerEpoch').value(neumf)).toBe(5)
  })
})

describe('parallel coordinates', () => {
  it('have the settings that differ, then results', () => {
    const ids = parallelAxes([neumf, gmf], false).map(({ id }) => id)
    expect(ids).toEqual(['model', 'factors', 'trainSeconds', 'ndcg10', 'hr10'])
    expect(parallelAxes([neumf, gmf], true).map(({ id }) => id)).toContain('batchSize')
  })

  it('have a value for each axis, null for none', () => {
    const style = { colour: '--run-1', dash: 'solid' } as const
    const { columns, rows } = parallelCoordinates([neumf, gmf, custom], false, () => style)
    expect(columns.slice(0, 3)).toEqual([
      { id: 'model', title: 'Model', kind: 'category' },
      { id: 'factors', title: 'Factors', kind: 'log' },
      { id: 'layers', title: 'Layers', kind: 'number' },
    ])
    expect(rows[1].values).toEqual(['GMF', 16, null, 100, 0.335, 0.67])
  })
})
