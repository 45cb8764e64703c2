import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { activityGroups } from '../../src-main/core/metrics/activityGroups.ts'
import { gini } from '../../src-main/core/metrics/gini.ts'
import { meanHalfWidth95 } from '../../src-main/core/metrics/interval.ts'
import { itemCoverage } from '../../src-main/core/metrics/itemCoverage.ts'
import {
  averagePopularity,
  meanPopularityRank,
} from '../../src-main/core/metrics/popularityOfRecommendations.ts'
import { topItems } from '../../src-main/core/metrics/topItems.ts'
import { rankingMetrics } from '../../src-main/core/metrics/rankingMetrics.ts'
import { parseEvaluationReport } from '../../src-main/core/run/evaluationReport.ts'
import { finalEvaluation, metricsOf } from '../../src-main/core/training/finalEvaluation.ts'
import { datasetOf, modelOf, undisturbed } from './rankingModels.ts'

const ITEMS = 300
/** 80 users with one to four training items, test item 4 + user, 99 negatives behind it. */
const data = datasetOf(
  ITEMS,
  Array.from({ length: 80 }, (_, user) => ({
    train: [0, 1, 2, 3].slice(0, 1 + (user % 4)),
    test: 4 + user,
    negatives: Array.from({ length: 99 }, (_, i) => 4 + user + 1 + i),
  })),
)
const known = (user: number) => 1 + (user % 4)
const counts = (...values: number[]) => Uint32Array.from(values)

async function measured(score: (user: number, item: number) => number) {
  const evaluation = await finalEvaluation(modelOf(score, ITEMS), data, true, undisturbed)
  expect(parseEvaluationReport(JSON.parse(JSON.stringify(evaluation!.report)))).toEqual(evaluation!.report)
  expect(metricsOf(evaluation!.ranks.sampled)).toEqual(evaluation!.test)
  expect(metricsOf(evaluation!.ranks.full!)).toEqual(evaluation!.full)
  return evaluation!
}

describe('the final evaluation', () => {
  it('gives a constant model no hit in either ranking, and says that all of it was lost to ties', async () => {
    const { test, full, ranks, report } = await measured(() => 0.25)
    expect([test.hr.at(-1), test.ndcg.at(-1), full!.hr.at(-1), full!.ndcg.at(-1)]).toEqual([0, 0, 0, 0])
    expect([test.auc, full!.auc]).toEqual([0, 0])
    expect([...ranks.sampled.rank]).toEqual([...ranks.sampled.ties])
    expect([...ranks.full!.rank]).toEqual([...ranks.full!.ties])
    expect([...ranks.full!.negatives]).toEqual(
      [...data.heldOut.keys()].map((user) => ITEMS - 1 - known(user)),
    )
    // The first ten unknown items of everybody, by their order.
    expect(report.recommendations!.coverage).toBe(13 / ITEMS)
  })

  it('gives a model of NaN nothing but misses', async () => {
    const { test, full, ranks, report } = await measured(() => NaN)
    for (const { hr, ndcg, mrr, auc } of [test, full!])
      expect([...hr, ...ndcg, mrr, auc].every((value) => value === 0)).toBe(true)
    expect(new Set([...ranks.sampled.rank, ...ranks.full!.rank])).toEqual(new Set([-1]))
    expect(new Set([...ranks.sampled.ties, ...ranks.full!.ties])).toEqual(new Set([0]))
    expect(report.groups.every(({ sampled, full: all }) => sampled.hr10 === 0 && all!.ndcg10 === 0)).toBe(
      true,
    )
  })

  it('gives a two-level model the strict value: only users alone on the upper level hit', async () => {
    // Half of the users have their item alone on top; the others share the level with five of their negatives.
    const isAlone = (user: number) => user % 2 === 0
    const { test, full, ranks } = await measured((user, item) => {
      const distance = item - (4 + user)
      return distance === 0 || (!isAlone(user) && distance > 0 && distance <= 5) ? 1 : 0
    })
    const expected = 0.5 + 0.5 / Math.log2(7)
    for (const { hr, ndcg } of [test, full!]) {
      expect([hr[0], hr[4], hr[5], hr[9]]).toEqual([0.5, 0.5, 1, 1])
      expect(ndcg[9]).toBeCloseTo(expected, 12)
    }
    expect([...ranks.full!.ties]).toEqual([...data.heldOut.keys()].map((user) => (isAlone(user) ? 0 : 5)))
  })

  it('leaves full ranking and recommendations out where they are not asked for', async () => {
    const evaluation = (await finalEvaluation(
      modelOf((_, item) => -item, ITEMS),
      data,
      false,
      undisturbed,
    ))!
    expect(evaluation.full).toBeUndefined()
    expect(evaluation.ranks.full).toBeUndefined()
    expect(evaluation.report.recommendations).toBeUndefined()
    expect(evaluation.report.groups.map(({ full }) => full)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ])
    expect(evaluation.test.hr[0]).toBe(1)
  })

  it('stores nothing half: a stop in the middle gives no result', async () => {
    let looks = 0
    const host = { shouldStop: () => ++looks > 2, ranked: () => undefined }
    expect(
      await finalEvaluation(
        modelOf(() => 1, ITEMS),
        data,
        true,
        host,
      ),
    ).toBeUndefined()
  })

  it('tells the groups of users apart by what they have in train', async () => {
    // Users with few training items get their test item on top, the others at the end.
    const { report } = await measured((user, item) => (item === 4 + user ? 3 - known(user) : 0.5))
    expect(report.groups).toEqual(
      [1, 2, 3, 4].map((items) => ({
        from: items,
        to: items,
        users: 20,
        sampled: { hr10: items < 3 ? 1 : 0, ndcg10: items < 3 ? 1 : 0 },
        full: { hr10: items < 3 ? 1 : 0, ndcg10: items < 3 ? 1 : 0 },
      })),
    )
  })
})

describe('groups by activity', () => {
  it('cover everybody once, in order, and never part users of equal activity', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(12), { minLength: 1, maxLength: 60 }), (activity) => {
        const groups = activityGroups(activity)
        expect(groups.length).toBeLessThanOrEqual(4)
        expect(groups.flatMap(({ members }) => members).sort((a, b) => a - b)).toEqual([...activity.keys()])
        for (const { from, to, members } of groups) {
          const counts = members.map((user) => activity[user])
          expect([from, to]).toEqual([Math.min(...counts), Math.max(...counts)])
        }
        groups.slice(1).forEach(({ from }, i) => expect(from).toBeGreaterThan(groups[i].to))
      }),
    )
  })

  it('are quarters where all activities differ', () => {
    const groups = activityGroups(Array.from({ length: 100 }, (_, user) => 100 - user))
    expect(groups.map(({ from, to, members }) => [from, to, members.length])).toEqual([
      [1, 25, 25],
      [26, 50, 25],
      [51, 75, 25],
      [76, 100, 25],
    ])
  })
})

describe('the best items', () => {
  it('come in order, equals by their items, scores that are not numbers last, known ones never', () => {
    const scores = Float32Array.of(NaN, 1, 2, 2, -1, NaN, -Infinity, 2)
    const isKnown = Uint8Array.of(0, 1, 0, 0, 0, 0, 0, 0)
    expect(topItems(scores, isKnown, 10)).toEqual([2, 3, 7, 4, 0, 5, 6])
    expect(topItems(scores, isKnown, 2)).toEqual([2, 3])
    expect(topItems(scores, isKnown, 5)).toEqual([2, 3, 7, 4, 0])
  })

  it('are those of sorting all of them', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9), { maxLength: 60 }), fc.integer({ min: 1, max: 20 }), (values, top) => {
        const order = [...values.keys()].sort((a, b) => values[b] - values[a] || a - b)
        expect(topItems(Float32Array.from(values), new Uint8Array(values.length), top)).toEqual(
          order.slice(0, top),
        )
      }),
    )
  })
})

describe('what recommendations say', () => {
  it('covers the items that anybody gets', () => {
    expect(itemCoverage(counts(0, 3, 0, 1))).toBe(0.5)
    expect(itemCoverage(counts(0, 0))).toBe(0)
    expect(itemCoverage(counts())).toBe(0)
  })

  it('is 0 in Gini where all items are recommended alike, 1 where one gets all', () => {
    expect(gini(counts(4, 4, 4))).toBe(0)
    expect(gini(counts(0, 9, 0, 0))).toBe(1)
    expect(gini(counts(0, 0))).toBe(0)
    expect(gini(counts(5))).toBe(0)
    // (1 (2 1 - 3 - 1) + 2 (2 2 - 3 - 1) + 3 (2 3 - 3 - 1)) / (2 * 6) = 4 / 12.
    expect(gini(counts(3, 1, 2))).toBeCloseTo(1 / 3, 12)
  })

  it('is the mean difference of all pairs over twice the mean, corrected for the number of items', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50), { minLength: 2, maxLength: 30 }), (values) => {
        const total = values.reduce((a, b) => a + b, 0)
        fc.pre(total > 0)
        const differences = values
          .flatMap((a) => values.map((b) => Math.abs(a - b)))
          .reduce((a, b) => a + b, 0)
        expect(gini(counts(...values))).toBeCloseTo(differences / (2 * (values.length - 1) * total), 10)
      }),
    )
  })

  it('averages popularity over recommendations, not over items', () => {
    expect(averagePopularity(counts(3, 1, 0), counts(10, 2, 99))).toBe(8)
    expect(averagePopularity(counts(0, 0), counts(1, 2))).toBe(0)
  })

  it('shares ranks of popularity among items of the same', () => {
    // Ranks: 1 for 9, 2.5 for both 5s, 4 for 0.
    expect(meanPopularityRank(counts(1, 0, 0, 0), counts(5, 9, 5, 0))).toBe(2.5)
    expect(meanPopularityRank(counts(0, 1, 1, 2), counts(5, 9, 5, 0))).toBe((1 + 2.5 + 2 * 4) / 4)
  })
})

describe('the interval of NDCG@10', () => {
  it('comes from the deviation over users', () => {
    // Ranks 0 and a miss: NDCG 1 and 0, deviation sqrt(1/2).
    const { ndcg10Deviation } = rankingMetrics([0, -1], [5, 5])
    expect(ndcg10Deviation).toBeCloseTo(Math.SQRT1_2, 12)
    expect(meanHalfWidth95(ndcg10Deviation, 2)).toBeCloseTo(1.959963984540054 / 2, 12)
    expect(rankingMetrics([3], [5]).ndcg10Deviation).toBe(0)
  })
})
