import { describe, expect, it } from 'vitest'
import { baselineSide, comparedSides } from '../../../src-renderer/views/compare/comparedSides.ts'
import { intervalText, metricTitle, pText } from '../../../src-renderer/views/compare/verdictWords.ts'
import { runRow } from '../runs/runRows.ts'

const seeds = ['1', '2'].map((seed) =>
  runRow({ id: `gmf-${seed}`, groupKey: 'g', config: { model: 'GMF', seed } }),
)
const ease = runRow({ id: 'ease-9', groupKey: 'e', name: 'my EASE', config: { model: 'EASE' } })
const live = runRow({ id: 'live', groupKey: 'l', state: 'running' })

describe('the sides of a test', () => {
  const sides = comparedSides([seeds[0], ease, live, seeds[1]])

  it('are finished runs, seeds of one configuration together', () => {
    expect(sides).toEqual([
      { key: 'run:gmf-1', name: 'GMF F = 32, 2 seeds', ids: ['gmf-1', 'gmf-2'] },
      { key: 'run:ease-9', name: 'my EASE', ids: ['ease-9'] },
    ])
  })

  it('are tested against the baseline of the table, whichever of its seeds that is, else the first', () => {
    expect(baselineSide(sides, 'run:gmf-2')?.key).toBe('run:gmf-1')
    expect(baselineSide(sides, 'run:ease-9')?.key).toBe('run:ease-9')
    expect(baselineSide(sides, 'published:0')?.key).toBe('run:gmf-1')
    expect(baselineSide([], '')).toBeUndefined()
  })
})

describe('the words of a test', () => {
  it.each([
    [0.31, '.31'],
    [0.0472, '.047'],
    [0.00004, '< .001'],
    [1, '1.00'],
  ])('p = %d is written %s', (p, text) => {
    expect(pText(p)).toBe(text)
  })

  it('tell the two rankings apart, and signs of bounds', () => {
    expect(metricTitle({ name: 'HR@10', ranking: 'full' })).toBe('HR@10, all items')
    expect(intervalText({ from: -0.003, to: 0.0172 })).toBe('−0.003 to +0.017')
  })
})
