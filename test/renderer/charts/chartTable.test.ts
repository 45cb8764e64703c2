import { describe, expect, it } from 'vitest'
import { cellText, distinctNames, lineTable } from '../../../src-renderer/charts/chartTable.ts'

describe('the table of a chart', () => {
  it('joins lines that were measured at different places', () => {
    const table = lineTable({ title: 'epoch' }, [
      { name: 'a', x: [1, 3], y: [0.1, 0.3] },
      { name: 'b', x: [2, 3], y: [0.2, NaN] },
    ])
    expect(table.columns.map(({ title }) => title)).toEqual(['epoch', 'a', 'b'])
    expect(table.rows).toEqual([
      [1, 0.1, NaN],
      [2, NaN, 0.2],
      [3, 0.3, NaN],
    ])
  })

  it('shows numbers by the format of their column and text as it is', () => {
    expect(cellText(0.68772, { title: 'HR' })).toBe('0.688')
    expect(cellText(60, { title: 'time', format: (x) => `${x} s` })).toBe('60 s')
    expect(cellText('GMF', { title: 'model' })).toBe('GMF')
  })
})

it('tells runs of the same name apart', () => {
  expect(distinctNames(['a', 'a', 'a (2)', 'b'])).toEqual(['a', 'a (2)', 'a (2) (2)', 'b'])
})
