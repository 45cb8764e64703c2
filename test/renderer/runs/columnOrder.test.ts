import { describe, expect, it } from 'vitest'
import { movedBefore, movedBy, orderedColumns } from '../../../src-renderer/views/runs/table/columnOrder.ts'
import { RUN_COLUMNS } from '../../../src-renderer/views/runs/table/runColumns.ts'

const FIRST = RUN_COLUMNS.map(({ id }) => id)

describe('the order of columns', () => {
  it('is the first one until somebody moves a column', () => {
    expect(orderedColumns([])).toEqual(FIRST)
  })

  it('keeps star and name at the left, whatever is stored', () => {
    expect(orderedColumns(['tags', 'name', 'starred']).slice(0, 2)).toEqual(['starred', 'name'])
  })

  it('gives columns that a stored order does not know their place behind the one before them', () => {
    const older = FIRST.filter((id) => id !== 'ndcg10').toReversed()
    const order = orderedColumns(older)
    expect(order).toHaveLength(FIRST.length)
    expect(order.indexOf('ndcg10')).toBe(order.indexOf('hr10') + 1)
  })

  it('does not fall for columns that are unknown or named twice', () => {
    const order = orderedColumns(['seed', 'nonsense', 'seed', 'model'])
    expect(order.toSorted()).toEqual(FIRST.toSorted())
    expect(order.indexOf('model')).toBeGreaterThan(order.indexOf('seed'))
  })

  it('puts a column before another, or to the end', () => {
    expect(movedBefore(FIRST, 'created', 'state').slice(2, 4)).toEqual(['created', 'state'])
    expect(movedBefore(FIRST, 'state', undefined).at(-1)).toBe('state')
    expect(movedBefore(FIRST, 'name', 'tags')).toEqual(FIRST)
    expect(movedBefore(FIRST, 'tags', 'starred')).toEqual(FIRST)
  })

  it('steps over the columns that are shown, not over hidden ones', () => {
    const shown = ['starred', 'name', 'state', 'hr10']
    const right = movedBy(FIRST, shown, 'state', 1)
    expect(right.indexOf('state')).toBe(right.indexOf('hr10') + 1)
    const left = movedBy(FIRST, shown, 'hr10', -1)
    expect(left.indexOf('hr10')).toBe(left.indexOf('state') - 1)
    expect(movedBy(FIRST, shown, 'state', -1)).toEqual(FIRST)
    expect(movedBy(FIRST, shown, 'hr10', 1)).toEqual(FIRST)
  })
})
