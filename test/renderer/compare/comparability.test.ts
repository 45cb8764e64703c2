import { describe, expect, it } from 'vitest'
import { comparisonClass, obstacles } from '../../../src-renderer/views/compare/comparability.ts'
import { findRuns, latestPair } from '../../../src-renderer/views/compare/findRuns.ts'
import { runRow } from './runRows.ts'

const other = { fingerprint: '0'.repeat(64), name: 'sample' }

describe('obstacles', () => {
  it('are none on the same data under the same protocol', () => {
    expect(obstacles([runRow('a', { hr10: 0.6 }), runRow('b', { config: { model: 'GMF' } })])).toEqual([])
    expect(obstacles([])).toEqual([])
  })

  it('name the runs of each dataset', () => {
    const [obstacle] = obstacles([runRow('a'), runRow('b', { data: other }), runRow('c')])
    expect(obstacle.kind).toBe('data')
    expect(obstacle.explanation).toContain('ml-1m (ffffffff): a, c; sample (00000000): b.')
  })

  it('tell data of one name apart, and shorten long lists', () => {
    const same = { fingerprint: '1'.repeat(64) }
    const many = ['a', 'b', 'c', 'd', 'e'].map((id) => runRow(id))
    const [{ explanation }] = obstacles([...many, runRow('x', { data: same })])
    expect(explanation).toContain('ml-1m (ffffffff): a, b, c and 2 more; ml-1m (11111111): x.')
  })

  it('say why two selections do not go together', () => {
    const fair = runRow('fair', { config: { model: 'NeuMF', selection: 'validation' } })
    const [obstacle] = obstacles([runRow('peeking'), fair])
    expect(obstacle.kind).toBe('selection')
    expect(obstacle.explanation).toContain('By test items: peeking; by validation items: fair.')
  })
})

describe('comparisonClass', () => {
  it('differs for other data, another selection, other items; is none without figures', () => {
    const fair = { model: 'NeuMF', selection: 'validation' } as const
    const classes = [
      runRow('a', { hr10: 0.6 }),
      runRow('b', { hr10: 0.6, data: other }),
      runRow('c', { hr10: 0.6, config: fair }),
      runRow('d', { hr10: 0.6, config: fair, on: 'validation' }),
    ].map(comparisonClass)
    expect(new Set(classes).size).toBe(4)
    expect(comparisonClass(runRow('e'))).toBeUndefined()
  })
})

describe('findRuns', () => {
  const runs = [runRow('one', { name: 'wide NeuMF' }), runRow('two', { config: { model: 'GMF', seed: '7' } })]

  it('wants every word, in name, id, model, data or seed', () => {
    expect(findRuns(runs, '').map(({ id }) => id)).toEqual(['one', 'two'])
    expect(findRuns(runs, 'gmf seed:7').map(({ id }) => id)).toEqual(['two'])
    expect(findRuns(runs, 'WIDE ml-1m').map(({ id }) => id)).toEqual(['one'])
    expect(findRuns(runs, 'wide gmf')).toEqual([])
  })

  it('stops at fifty', () => {
    expect(
      findRuns(
        Array.from({ length: 2000 }, (_, i) => runRow(`r${i}`)),
        '',
      ),
    ).toHaveLength(50)
  })
})

describe('latestPair', () => {
  it('passes over runs that go with no other', () => {
    const runs = [
      runRow('newest', { hr10: 0.5, data: other }),
      runRow('training'),
      runRow('b', { hr10: 0.6 }),
      runRow('a', { hr10: 0.7 }),
    ]
    expect(latestPair(runs, comparisonClass)?.map(({ id }) => id)).toEqual(['b', 'a'])
    expect(latestPair(runs.slice(0, 3), comparisonClass)).toBeUndefined()
  })
})
