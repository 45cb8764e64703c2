import { describe, expect, it } from 'vitest'
import type { Dataset } from '../../src-main/core/dataset/dataset.ts'
import { datasetDistributions } from '../../src-main/core/dataset/datasetDistributions.ts'

/** Users with items [0], [0 1 2], none; item 3 is never seen in training. */
const dataset: Dataset = {
  userCount: 3,
  itemCount: 4,
  trainStart: Uint32Array.of(0, 1, 4, 4),
  trainItems: Int32Array.of(0, 0, 1, 2),
  heldOut: Int32Array.of(1, 3, -1),
  candidateStart: Uint32Array.of(0, 2, 4, 4),
  candidates: Int32Array.of(2, 3, 3, 1),
}
const items = [0, 1, 2, 3].map((item) => ({ itemId: `i${item}`, title: null, genres: [] }))

describe('the distributions of a dataset', () => {
  const found = datasetDistributions(dataset, items)

  it('count users and items in bins that double, none left out', () => {
    expect(found.activity).toEqual([
      { from: 0, to: 0, count: 1 },
      { from: 1, to: 1, count: 1 },
      { from: 2, to: 3, count: 1 },
    ])
    expect(found.popularity).toEqual([
      { from: 0, to: 0, count: 1 },
      { from: 1, to: 1, count: 2 },
      { from: 2, to: 3, count: 1 },
    ])
  })

  it('name the most popular items first, of equals the lower one', () => {
    expect(found.mostPopular.map(({ itemId, users }) => [itemId, users])).toEqual([
      ['i0', 2],
      ['i1', 1],
      ['i2', 1],
      ['i3', 0],
    ])
  })

  it('rank by popularity with the strict rule: a tie counts above, an item does not compete with itself', () => {
    // User 0: item 1 (one user) against 2 (a tie) and 3: rank 1. User 1: item 3 (none) against itself and 1: rank 1.
    expect(found.popularityBaseline).toEqual({ hr10: 1, ndcg10: 1 / Math.log2(3), users: 2 })
  })

  it('have no baseline without test items', () => {
    const untested = { ...dataset, heldOut: Int32Array.of(-1, -1, -1) }
    expect(datasetDistributions(untested, items).popularityBaseline).toBeNull()
  })
})
