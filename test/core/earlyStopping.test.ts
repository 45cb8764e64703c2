import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeEarlyStop, isOutOfPatience } from '../../src-main/core/run/earlyStopping.ts'
import type { EpochRecord } from '../../src-main/core/run/epochRecord.ts'

/** Epochs of which only HR@10 on the test items matters. */
function epochsOf(hits: number[]): EpochRecord[] {
  return hits.map((hr10, i) => ({
    epoch: i + 1,
    test: { users: 10, hr: Array(20).fill(hr10), ndcg: Array(20).fill(0), mrr: 0, auc: 0 },
    ...{ trainSeconds: 1, evaluateSeconds: 0, samplesPerSecond: 1, step: i + 1 },
  }))
}

const stops = (hits: number[], patience?: number) =>
  isOutOfPatience(epochsOf(hits), { selection: 'paper', patience })

describe('early stopping', () => {
  it('waits so many epochs for a better one, equal being no better', () => {
    expect(stops([0.5, 0.5], 2)).toBe(false)
    expect(stops([0.5, 0.5, 0.4], 2)).toBe(true)
    expect(stops([0.5, 0.4, 0.6, 0.6], 2)).toBe(false)
    expect(stops([0.5, 0.4, 0.6, 0.6, 0.59], 2)).toBe(true)
    expect(stops([0.5, 0.4], 1)).toBe(true)
  })

  it('never ends a run without patience, nor one without an epoch', () => {
    expect(stops([0.9, 0.1, 0.1, 0.1])).toBe(false)
    expect(stops([], 1)).toBe(false)
  })

  it('ends at the first epoch whose last `patience` ones bring no new maximum', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 25 }),
        fc.integer({ min: 1, max: 6 }),
        (values, patience) => {
          const hits = values.map((value) => value / 5)
          const first = hits.findIndex((_, i) => stops(hits.slice(0, i + 1), patience))
          const expected = hits.findIndex((_, i) => {
            const before = hits.slice(0, Math.max(0, i + 1 - patience))
            return before.length > 0 && Math.max(...before) >= Math.max(...hits.slice(0, i + 1))
          })
          expect(first).toBe(expected)
        },
      ),
    )
  })

  it('says what it did', () => {
    expect(describeEarlyStop(9, { patience: 3 })).toBe('Stopped after epoch 9: no better HR@10 for 3 epochs.')
    expect(describeEarlyStop(4, { patience: 1 })).toBe('Stopped after epoch 4: no better HR@10 for an epoch.')
  })
})
