import { describe, expect, it } from 'vitest'
import { groupOf, type ComparedRun } from '../../../src-main/core/comparison/comparedRuns.ts'
import { adjustedTogether, compareRuns } from '../../../src-main/core/comparison/compareRuns.ts'
import { modelTitle, unusualSettings } from '../../../src-main/core/comparison/modelTitle.ts'
import { headlines } from '../../../src-main/core/comparison/runIntervals.ts'
import {
  pValueText,
  shareText,
  verdictOf,
  verdictSentence,
  type TestedDifference,
} from '../../../src-main/core/comparison/verdict.ts'
import { compared, configOf, ranksOf, usersOf } from './runs.ts'

const GMF = { model: 'GMF', factors: 8 } as const

/** So many hits at rank 0, the others at rank 50. */
function hits(count: number, users = 200): number[] {
  return Array.from({ length: users }, (_, user) => (user < count ? 0 : 50))
}

function compareTwo(a: ComparedRun, b: ComparedRun, k = 10) {
  return compareRuns(groupOf([a]), groupOf([b]), k)
}

describe('two runs', () => {
  it('have means, difference and discordant users as counted by hand', async () => {
    const a = compared(GMF, [0, 0, 5, 12, 50, -1])
    const b = compared({ ...GMF, seed: 1 }, [0, 12, 30, 5, 50, 0])
    const { metrics } = await compareTwo(a, b)
    const [hr, ndcg, mrr] = metrics
    expect(hr).toMatchObject({ name: 'HR@10', a: 3 / 6, b: 3 / 6, discordant: { onlyA: 2, onlyB: 2 }, p: 1 })
    expect(ndcg.a).toBeCloseTo((1 + 1 + 1 / Math.log2(7)) / 6, 12)
    expect(ndcg.b).toBeCloseTo((1 + 1 / Math.log2(7) + 1) / 6, 12)
    expect(mrr.a).toBeCloseTo((1 + 1 + 1 / 6 + 1 / 13 + 1 / 51) / 6, 12)
    expect(mrr.name).toBe('MRR')
  })

  it('are told to be the same where they are the same for each user', async () => {
    const { metrics } = await compareTwo(compared(GMF, hits(40)), compared({ ...GMF, seed: 1 }, hits(40)))
    expect(metrics[1].sentence).toBe(
      'NDCG@10 of GMF F = 8 (seed 42) and GMF F = 8 (seed 1) is the same for each of 200 users.',
    )
    expect(metrics.map(({ verdict }) => verdict)).toEqual(['noise', 'noise', 'noise'])
  })

  it('let others have their turn all the while, whatever the number of users', async () => {
    let turns = 0
    const pause = async () => void turns++
    const [a, b] = [200, 300].map((count, seed) => compared({ ...GMF, seed }, hits(count, 6000)))
    await compareRuns(groupOf([a]), groupOf([b]), 10, pause)
    // Two bootstraps of 10,000 resamples of 6,000 users are 1.2e8 draws, 2e6 a step.
    expect(turns).toBeGreaterThan(60)
    expect(turns).toBeLessThan(100)
  })

  it('are compared among all items only where both were ranked there', async () => {
    const full = (count: number) => ({
      users: usersOf(200),
      sampled: ranksOf(hits(count)),
      full: ranksOf(hits(5)),
    })
    const a = compared(GMF, [], { ranks: full(20) })
    const b = compared({ ...GMF, seed: 1 }, [], { ranks: full(30) })
    expect((await compareTwo(a, b)).metrics).toHaveLength(6)
    expect((await compareTwo(a, compared({ ...GMF, seed: 2 }, hits(30)))).metrics).toHaveLength(3)
    expect((await compareTwo(a, b)).metrics[3].sentence).toMatch(/^HR@10 among all items of /)
  })

  it('of other data, other users or the same run are refused', async () => {
    const run = compared(GMF, hits(20))
    const other = { ...compared(GMF, hits(20)), data: { ...run.data, fingerprint: 'beef' } }
    await expect(compareTwo(run, other)).rejects.toMatchObject({
      code: 'other-data',
      message: expect.stringMatching(/with and without validation items/),
    })
    await expect(compareTwo(run, run)).rejects.toMatchObject({ code: 'same-runs' })
    await expect(compareTwo(run, compared(GMF, hits(20, 199)))).rejects.toMatchObject({ code: 'other-users' })
  })
})

describe('several comparisons', () => {
  it('are adjusted by Holm for each metric, and judged by the adjusted p', async () => {
    const base = compared(GMF, hits(100))
    const better = [114, 112, 104].map((count, i) => compared({ ...GMF, seed: i }, hits(count)))
    const alone = await Promise.all(better.map((run) => compareTwo(run, base)))
    const together = adjustedTogether(alone)
    const [first] = together.map(({ metrics }) => metrics[0])
    expect(first.adjustedP).toBeCloseTo(3 * alone[0].metrics[0].p, 12)
    together.forEach(({ metrics }) =>
      metrics.forEach(({ p, adjustedP, sentence }) => {
        expect(adjustedP).toBeGreaterThanOrEqual(p)
        expect(sentence).toMatch(/by Holm for 3 comparisons\.$/)
      }),
    )
    expect(adjustedTogether(alone.slice(0, 1))).toEqual(alone.slice(0, 1))
  })
})

describe('a group', () => {
  it('has the name of all its runs, or that of the model', async () => {
    const run = (seed: number, name: string) => compared({ ...GMF, seed }, hits(20 + seed), { name })
    const other = groupOf([compared({ model: 'ItemPop' }, hits(10))])
    const named = await compareRuns(groupOf([run(1, 'mine'), run(2, 'mine')]), other, 10)
    expect(named.names).toEqual({ a: 'mine', b: 'ItemPop' })
    const unlike = await compareRuns(groupOf([run(1, 'mine'), run(2, 'yours')]), other, 10)
    expect(unlike.names.a).toBe('GMF F = 8')
  })

  it('counts a seed once, and a model without seeds once at all', () => {
    const seeds = [1, 2, 1].map((seed) => compared({ ...GMF, seed }, hits(20)))
    expect(groupOf(seeds)).toEqual({ runs: seeds.slice(0, 2), repeated: [seeds[2]] })
    const closed = [1, 2].map((seed) => compared({ model: 'EASE', seed }, hits(20)))
    expect(groupOf(closed).runs).toHaveLength(1)
  })

  it('is told from another of the same name by its settings, or by its seeds', async () => {
    const other = groupOf([compared({ ...GMF, epochs: 5, l2: { gmfUser: 0.1 } }, hits(30))])
    const { names } = await compareRuns(groupOf([compared(GMF, hits(20))]), other, 10)
    expect(names).toEqual({ a: 'GMF F = 8', b: 'GMF F = 8, epochs 5, L2 gmfUser 0.1' })
    const of = (...seeds: number[]) =>
      groupOf(seeds.map((seed) => compared({ ...GMF, seed }, hits(20 + seed))))
    const split = await compareRuns(of(1, 2), of(3), 10)
    expect(split.names).toEqual({ a: 'GMF F = 8 (seed 1, seed 2)', b: 'GMF F = 8 (seed 3)' })
  })

  it('is refused where runs differ in more than the seed, but not for how often all items are ranked', () => {
    const [a, b] = [compared(GMF, hits(20)), compared({ ...GMF, seed: 1, epochs: 10 }, hits(20))]
    expect(() => groupOf([a, b])).toThrow(/differ in more than their seed/)
    expect(groupOf([a, compared({ ...GMF, seed: 1, fullRanking: 'end' }, hits(20))]).runs).toHaveLength(2)
  })

  it('has an interval that is wider than that of one of its runs where seeds lie apart', () => {
    const [low, high] = [compared({ ...GMF, seed: 1 }, hits(60)), compared({ ...GMF, seed: 2 }, hits(140))]
    const width = (runs: ComparedRun[]) => {
      const [{ interval }] = headlines(groupOf(runs), 10)
      return interval.to - interval.from
    }
    expect(width([low, high])).toBeGreaterThan(2 * width([low]))
  })
})

describe('words', () => {
  const context = { a: 'GMF', b: 'MLP', metric: 'HR@10', users: 6040, seeds: { a: 1, b: 1 } }
  const tested: TestedDifference = {
    difference: 0.0071,
    interval: { from: -0.003, to: 0.0172 },
    p: 0.31,
    test: 'McNemar',
  }

  it('say a verdict as people do', () => {
    expect(verdictSentence(tested, context)).toBe(
      'HR@10 of GMF is higher than of MLP by .0071 (95 % interval -.0030 to .0172), within noise: p = .31 (McNemar, 6,040 users).',
    )
    const worse = { ...tested, difference: -0.02, interval: { from: -0.031, to: -0.009 }, p: 0.0004 }
    expect(verdictSentence(worse, context)).toBe(
      'HR@10 of GMF is lower than of MLP by .0200 (95 % interval -.0310 to -.0090), real between these two runs: p < .001 (McNemar, 6,040 users).',
    )
    const groups = { ...worse, test: 'users and seeds', adjustedP: 0.06 } as const
    expect(verdictSentence(groups, { ...context, seeds: { a: 5, b: 3 }, comparisons: 4 })).toBe(
      'HR@10 of GMF is lower than of MLP by .0200 (95 % interval -.0310 to -.0090), within the luck of users and seeds: p < .001 (5 and 3 seeds, 6,040 users); p = .060 by Holm for 4 comparisons.',
    )
    expect(verdictSentence({ ...tested, difference: 0, p: 1 }, context)).toMatch(
      /^HR@10 of GMF and of MLP is equal/,
    )
  })

  it('judge by the adjusted p, at 5 %', () => {
    expect(verdictOf({ ...tested, p: 0.049 })).toBe('better')
    expect(verdictOf({ ...tested, p: 0.05 })).toBe('noise')
    expect(verdictOf({ ...tested, p: 0.01, adjustedP: 0.2 })).toBe('noise')
    expect(verdictOf({ ...tested, difference: -0.1, p: 0.01 })).toBe('worse')
  })

  it.each([
    [0.31, '.31'],
    [0.0994, '.10'],
    [0.0478, '.048'],
    [0.0061, '.006'],
    [0.00099, '< .001'],
    [0, '< .001'],
    [0.998, '1'],
    [1, '1'],
  ])('show p of %d as %s', (p, text) => {
    expect(pValueText(p)).toBe(text)
  })

  it.each([
    [0.7023, '.7023'],
    [-0.003, '-.0030'],
    [-0.00001, '.0000'],
    [1.0136, '1.0136'],
    [-1, '-1.0000'],
    [0, '.0000'],
  ])('show a share of %d as %s', (value, text) => {
    expect(shareText(value)).toBe(text)
  })

  it('name models by what tells them from others', () => {
    const parts = { gmf: { runId: 'a', groupKey: 'x' }, mlp: { runId: 'b', groupKey: 'y' } }
    const fused = configOf({ model: 'NeuMF', factors: 16, pretraining: parts, optimizer: 'sgd', epochs: 5 })
    expect(modelTitle(fused)).toBe('NeuMF pre-trained F = 16')
    expect(unusualSettings(fused)).toEqual(['epochs 5', 'optimizer sgd'])
    expect(modelTitle(configOf({ model: 'EASE', lambda: 300 }))).toBe('EASE λ = 300')
    expect(unusualSettings(configOf({ model: 'EASE', lambda: 300 }))).toEqual([])
    expect(unusualSettings(configOf({ model: 'iALS', lambda: 0.01 }))).toEqual(['lambda 0.01'])
    expect(modelTitle(configOf({ model: 'ItemKNN', neighbors: 50 }))).toBe('ItemKNN k = 50')
    expect(modelTitle(configOf({ model: 'MLP', tower: [64, 32, 16, 8] }))).toBe('MLP 64-32-16-8')
    expect(modelTitle(configOf({ model: 'ItemPop' }))).toBe('ItemPop')
  })
})
