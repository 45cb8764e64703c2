import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { auc } from '../../src-main/core/metrics/auc.ts'
import { hitRate } from '../../src-main/core/metrics/hitRate.ts'
import { halfWidth95, wilsonInterval } from '../../src-main/core/metrics/interval.ts'
import { ndcg } from '../../src-main/core/metrics/ndcg.ts'
import { heldOutRank, MISS, remainingCandidates } from '../../src-main/core/metrics/rank.ts'
import { CURVE_LENGTH, rankingMetrics } from '../../src-main/core/metrics/rankingMetrics.ts'
import { reciprocalRank } from '../../src-main/core/metrics/reciprocalRank.ts'

interface GoldenCase {
  name: string
  /** The positive first, then the negatives. */
  items: number[]
  scores: (number | 'NaN')[]
  strict_rank: number | null
  strict: [hr: number, ndcg: number]
}

interface Golden {
  k: number
  cases: GoldenCase[]
  aggregate_mean_HR_NDCG: { strict: [hr: number, ndcg: number] }
}

const golden = JSON.parse(readFileSync(new URL('../golden/metrics.json', import.meta.url), 'utf8')) as Golden

/** Rank and number of negatives of a case; Number('NaN') is NaN, and -0 stays -0. */
function rankOf({ items, scores }: GoldenCase): { rank: number; negatives: number } {
  const [heldOutScore, ...rest] = scores.map(Number)
  const candidates = items.slice(1)
  return {
    rank: heldOutRank(rest, heldOutScore, candidates, items[0]),
    negatives: remainingCandidates(candidates, items[0]),
  }
}

describe('the golden ranking cases, strict', () => {
  it('are all 25 there', () => {
    expect(golden.cases).toHaveLength(25)
  })

  it.each(golden.cases)('$name', (example) => {
    const { rank } = rankOf(example)
    expect(rank).toBe(example.strict_rank ?? MISS)
    expect(hitRate(rank, golden.k)).toBe(example.strict[0])
    expect(ndcg(rank, golden.k)).toBeCloseTo(example.strict[1], 14)
  })

  it('have the golden means', () => {
    const ranked = golden.cases.map(rankOf)
    const metrics = rankingMetrics(
      Int32Array.from(ranked, ({ rank }) => rank),
      ranked.map(({ negatives }) => negatives),
    )
    expect(metrics.hr[golden.k - 1]).toBeCloseTo(golden.aggregate_mean_HR_NDCG.strict[0], 14)
    expect(metrics.ndcg[golden.k - 1]).toBeCloseTo(golden.aggregate_mean_HR_NDCG.strict[1], 14)
  })
})

describe('heldOutRank', () => {
  const score = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double())
  const list = fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), score), { maxLength: 40 })
  const rank = (pairs: [number, number][], heldOutScore: number, heldOut: number) =>
    heldOutRank(
      pairs.map(([, value]) => value),
      heldOutScore,
      pairs.map(([item]) => item),
      heldOut,
    )

  it('does not depend on the order of the candidates', () => {
    const shuffled = list.chain((pairs) =>
      fc.record({
        pairs: fc.constant(pairs),
        permuted: fc.shuffledSubarray(pairs, { minLength: pairs.length }),
      }),
    )
    fc.assert(
      fc.property(shuffled, score, ({ pairs, permuted }, heldOutScore) => {
        expect(rank(permuted, heldOutScore, 0)).toBe(rank(pairs, heldOutScore, 0))
      }),
    )
  })

  it('ignores candidates that are the held-out item, whatever their score', () => {
    fc.assert(
      fc.property(list, score, score, (pairs, heldOutScore, copyScore) => {
        const without = pairs.filter(([item]) => item !== 0)
        expect(rank([...without, [0, copyScore]], heldOutScore, 0)).toBe(rank(without, heldOutScore, 0))
      }),
    )
  })

  it('never gets better when a negative is added, and never passes their number', () => {
    fc.assert(
      fc.property(list, score, score, (pairs, heldOutScore, added) => {
        fc.pre(!Number.isNaN(heldOutScore))
        const before = rank(pairs, heldOutScore, 99)
        const after = rank([...pairs, [98, added]], heldOutScore, 99)
        expect(after - before).toBe(added < heldOutScore ? 0 : 1)
        expect(after).toBeLessThanOrEqual(pairs.length + 1)
      }),
    )
  })

  it('puts a constant model last, so that its HR is 0', () => {
    const candidates = Array.from({ length: 99 }, (_, i) => i + 1)
    const last = heldOutRank(new Float32Array(99).fill(0.5), 0.5, candidates, 0)
    expect(last).toBe(99)
    expect(rankingMetrics([last], [99])).toMatchObject({
      hr: Array(CURVE_LENGTH).fill(0),
      ndcg: Array(CURVE_LENGTH).fill(0),
      auc: 0,
    })
  })

  it('lets infinities tie with themselves and stand above or below all else', () => {
    expect(heldOutRank([Infinity, 1], Infinity, [1, 2], 0)).toBe(1)
    expect(heldOutRank([-Infinity, 1], -Infinity, [1, 2], 0)).toBe(2)
  })
})

describe('metrics of one rank', () => {
  it.each([
    [0, 1, 1, 1],
    [1, 0.5, 1 - 1 / 99, 0.6309297535714575],
    [2, 1 / 3, 1 - 2 / 99, 0.5],
    [9, 0.1, 1 - 9 / 99, 0.2890648263178879],
    [99, 0.01, 0, 0],
    [MISS, 0, 0, 0],
  ])('rank %i: reciprocal rank %d, AUC %d, NDCG@10 %d', (rank, reciprocal, area, gain) => {
    expect(reciprocalRank(rank)).toBeCloseTo(reciprocal, 14)
    expect(auc(rank, 99)).toBeCloseTo(area, 14)
    expect(ndcg(rank, 10)).toBeCloseTo(gain, 14)
  })

  it('calls a user without a single negative ranked right, and a NaN there a miss', () => {
    expect(rankingMetrics([0], [0])).toMatchObject({ mrr: 1, auc: 1 })
    expect(rankingMetrics([MISS], [0])).toMatchObject({ mrr: 0, auc: 0 })
  })
})

describe('rankingMetrics', () => {
  const ranks = fc.array(fc.integer({ min: MISS, max: 99 }), { minLength: 1, maxLength: 200 })
  const counts = (of: number[]) => of.map(() => 99)

  it('has NDCG <= HR at every K, both non-decreasing in K and within 0..1', () => {
    fc.assert(
      fc.property(ranks, (of) => {
        const { hr, ndcg: gain } = rankingMetrics(of, counts(of))
        for (let k = 0; k < CURVE_LENGTH; k++) {
          expect(gain[k]).toBeLessThanOrEqual(hr[k])
          expect(hr[k]).toBeLessThanOrEqual(1)
          expect(hr[k]).toBeGreaterThanOrEqual(hr[k - 1] ?? 0)
          expect(gain[k]).toBeGreaterThanOrEqual(gain[k - 1] ?? 0)
        }
        expect(gain[0]).toBe(hr[0])
      }),
    )
  })

  it('improves in every metric when every rank does', () => {
    fc.assert(
      fc.property(ranks, (of) => {
        const better = of.map((rank) => (rank === MISS ? 99 : Math.max(0, rank - 1)))
        const [low, high] = [rankingMetrics(of, counts(of)), rankingMetrics(better, counts(of))]
        expect(high.hr[9]).toBeGreaterThanOrEqual(low.hr[9])
        expect(high.ndcg[9]).toBeGreaterThanOrEqual(low.ndcg[9])
        expect(high.mrr).toBeGreaterThanOrEqual(low.mrr)
        expect(high.auc).toBeGreaterThanOrEqual(low.auc)
      }),
    )
  })

  it('counts the users and averages over them', () => {
    const metrics = rankingMetrics(Int32Array.of(0, 1, MISS, 12), [99, 98, 99, 12])
    expect(metrics.users).toBe(4)
    expect(metrics.hr[0]).toBe(0.25)
    expect(metrics.hr[9]).toBe(0.5)
    expect(metrics.hr[12]).toBe(0.75)
    expect(metrics.mrr).toBeCloseTo((1 + 1 / 2 + 1 / 13) / 4, 14)
    expect(metrics.auc).toBeCloseTo((1 + (1 - 1 / 98) + 0) / 4, 14)
  })

  it.each([
    ['no-users', [], []],
    ['length-mismatch', [1, 2], [99]],
    ['impossible-rank', [100], [99]],
    ['impossible-rank', [-2], [99]],
    ['impossible-rank', [Number.NaN], [99]],
  ])('refuses input with code %s', (code, of, negatives) => {
    expect(() => rankingMetrics(of, negatives)).toThrow(expect.objectContaining({ code }))
  })
})

describe('95 % intervals of a hit rate', () => {
  it('has a half-width of .0116 for .7 on the users of ML-1M', () => {
    expect(halfWidth95(0.7, 6040)).toBeCloseTo(0.01156, 5)
  })

  it('reproduces a published Wilson interval: 81 of 263 is .2553 to .3662 (Newcombe 1998, method 3)', () => {
    const [low, high] = wilsonInterval(81 / 263, 263)
    expect(low).toBeCloseTo(0.2553, 4)
    expect(high).toBeCloseTo(0.3662, 4)
  })

  it('holds the rate, stays within 0..1 and never has no width', () => {
    fc.assert(
      fc.property(fc.nat(5000), fc.integer({ min: 1, max: 5000 }), (hits, users) => {
        const rate = Math.min(1, hits / users)
        const [low, high] = wilsonInterval(rate, users)
        expect(low).toBeGreaterThanOrEqual(0)
        expect(low).toBeLessThanOrEqual(rate + 1e-12)
        expect(high).toBeGreaterThanOrEqual(rate - 1e-12)
        expect(high).toBeLessThanOrEqual(1)
        expect(high - low).toBeGreaterThan(0)
      }),
    )
  })
})
