import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Dataset } from '../../src-main/core/dataset/dataset.ts'
import { MISS } from '../../src-main/core/metrics/rank.ts'
import { FullRanking, LIST_LENGTH } from '../../src-main/core/training/fullRanking.ts'
import { HeldOutEvaluation, type Split } from '../../src-main/core/training/heldOutEvaluation.ts'
import { datasetOf, modelOf, undisturbed } from './rankingModels.ts'

const ITEMS = 14
const item = fc.nat(ITEMS - 1)
/** Few values, so that ties are the rule; NaN, infinities and both zeros among them. */
const score = fc.constantFrom(-Infinity, -1, -0, 0, 0.5, 1, 2, Infinity, NaN)

const situation = fc.record({
  users: fc.array(
    fc.record({
      train: fc.array(item, { maxLength: ITEMS }),
      test: fc.integer({ min: -1, max: ITEMS - 1 }),
      validation: fc.integer({ min: -1, max: ITEMS - 1 }),
      negatives: fc.array(item, { maxLength: 8 }),
      scores: fc.array(score, { minLength: ITEMS, maxLength: ITEMS }),
    }),
    { minLength: 1, maxLength: 40 },
  ),
  split: fc.constantFrom<Split>('test', 'validation'),
})

/** By the definition, with sets and sorting and nothing of the product. */
function reference(dataset: Dataset, split: Split, user: number, scores: number[]) {
  const heldOut = (split === 'test' ? dataset.heldOut : dataset.validation!)[user]
  const known = new Set(dataset.trainItems.subarray(dataset.trainStart[user], dataset.trainStart[user + 1]))
  if (split === 'test') known.add(dataset.validation![user])
  const others = scores.flatMap((value, i) => (i !== heldOut && !known.has(i) ? [value] : []))
  const own = scores[heldOut]
  const offered = scores.flatMap((value, i) => (known.has(i) ? [] : [{ value, i }]))
  const height = (value: number) => (Number.isNaN(value) ? -Infinity : value)
  offered.sort((a, b) =>
    height(a.value) === height(b.value) ? a.i - b.i : height(b.value) - height(a.value),
  )
  return {
    rank: Number.isNaN(own) ? MISS : others.filter((value) => !(value < own)).length,
    ties: others.filter((value) => value === own).length,
    negatives: others.length,
    list: offered.slice(0, LIST_LENGTH).map(({ i }) => i),
  }
}

describe('full ranking', () => {
  it('ranks and recommends as the definition says, whatever is known, tied or not a number', async () => {
    await fc.assert(
      fc.asyncProperty(situation, async ({ users, split }) => {
        const dataset = datasetOf(ITEMS, users)
        const heldOut = split === 'test' ? dataset.heldOut : dataset.validation!
        fc.pre(heldOut.some((each) => each >= 0))
        const model = modelOf((user, i) => users[user].scores[i], ITEMS)
        const ranking = new FullRanking(dataset, split)
        const { ranks, recommended } = (await ranking.run(model, undisturbed))!
        const expected = Array.from(ranking.users, (user) =>
          reference(dataset, split, user, users[user].scores),
        )
        expect([...ranking.users]).toEqual([...heldOut.keys()].filter((user) => heldOut[user] >= 0))
        expect([...ranks.rank]).toEqual(expected.map(({ rank }) => rank))
        expect([...ranks.ties]).toEqual(expected.map(({ ties }) => ties))
        expect([...ranks.negatives]).toEqual(expected.map(({ negatives }) => negatives))
        const counts = new Uint32Array(ITEMS)
        for (const each of expected.flatMap(({ list }) => list)) counts[each]++
        expect(recommended).toEqual(counts)
      }),
      { numRuns: 300 },
    )
  })

  it('takes the scores of several users at once where a model offers them', async () => {
    const users = Array.from({ length: 37 }, (_, user) => ({ train: [user % 5], test: 5, negatives: [6] }))
    const dataset = datasetOf(8, users)
    const single = modelOf((user, i) => (user * 7 + i * 5) % 11, 8)
    const calls: number[] = []
    const several = {
      ...single,
      scoreAllItems: () => Promise.reject(new Error('One user after the other is slow.')),
      scoreUsers: (who: Int32Array) => {
        calls.push(who.length)
        const pairs = [...who].flatMap((user) => Array.from({ length: 8 }, (_, i) => [user, i]))
        return single.scorePairs(
          Int32Array.from(pairs, ([user]) => user),
          Int32Array.from(pairs, ([, i]) => i),
        )
      },
    }
    const ranking = new FullRanking(dataset, 'test')
    expect(await ranking.run(several, undisturbed)).toEqual(await ranking.run(single, undisturbed))
    expect(calls).toEqual([16, 16, 5])
  })

  it('keeps the validation item out when testing, and the test item in when validating', async () => {
    const dataset = datasetOf(4, [{ train: [0], test: 1, validation: 2, negatives: [3] }])
    const model = modelOf((_, i) => [9, 1, 2, 0][i], 4)
    const testing = await new FullRanking(dataset, 'test').run(model, undisturbed)
    // Item 2 scores higher, but is known by then; only item 3 is left to beat.
    expect(testing!.ranks).toEqual({
      rank: Int32Array.of(0),
      ties: Int32Array.of(0),
      negatives: Int32Array.of(1),
    })
    const validating = await new FullRanking(dataset, 'validation').run(model, undisturbed)
    expect(validating!.ranks.negatives).toEqual(Int32Array.of(2))
  })

  it('looks at its host every few users, tells how far it is, and stops when asked', async () => {
    const users = Array.from({ length: 50 }, () => ({ train: [0], test: 1, negatives: [2] }))
    const dataset = datasetOf(3, users)
    const told: number[] = []
    const ranked = (place: number, of: number) => {
      expect(of).toBe(50)
      told.push(place)
    }
    const model = modelOf(() => 0, 3)
    await new FullRanking(dataset, 'test').run(model, { shouldStop: () => false, ranked })
    expect(told).toEqual([0, 16, 32, 48, 50])
    told.length = 0
    const stopped = await new FullRanking(dataset, 'test').run(model, {
      shouldStop: () => told.length === 2,
      ranked,
    })
    expect(stopped).toBeUndefined()
    expect(told).toEqual([0, 16])
  })

  it('refuses a dataset without items of the split', () => {
    const dataset = datasetOf(3, [{ train: [0], test: -1, negatives: [] }])
    expect(() => new FullRanking(dataset, 'test')).toThrow(/no test items/)
    expect(() => new FullRanking(dataset, 'validation')).toThrow(/without validation items/)
  })
})

describe('sampled ranking with ties', () => {
  it('gives the ranks of rankHeldOut(), and with them how many were lost to ties', async () => {
    await fc.assert(
      fc.asyncProperty(situation, async ({ users }) => {
        const dataset = datasetOf(ITEMS, users)
        fc.pre(dataset.heldOut.some((each) => each >= 0))
        const model = modelOf((user, i) => users[user].scores[i], ITEMS)
        const evaluation = new HeldOutEvaluation(dataset, 'test')
        const { rank, ties, negatives } = await evaluation.rankWithTies(model)
        const ranks = await model.rankHeldOut(dataset)
        evaluation.users.forEach((user, place) => {
          const { test, scores } = users[user]
          const others = users[user].negatives.filter((each) => each !== test)
          expect(rank[place]).toBe(ranks[user])
          expect(negatives[place]).toBe(others.length)
          expect(ties[place]).toBe(others.filter((each) => scores[each] === scores[test]).length)
        })
      }),
    )
  })

  it('needs several calls for many pairs, and gives every user its own scores', async () => {
    const ITEM_COUNT = 6000
    const users = Array.from({ length: 60 }, (_, user) => ({
      train: [],
      test: user,
      negatives: Array.from({ length: 5000 }, (_, i) => (user + 1 + i) % ITEM_COUNT),
    }))
    const calls: number[] = []
    // Item i is above item u of user u where (i - u) mod 6000 is below 10 u.
    const model = modelOf((user, i) => {
      const distance = (i - user + ITEM_COUNT) % ITEM_COUNT
      return distance === 0 ? 1 : distance <= 10 * user ? 2 : 0
    }, ITEM_COUNT)
    const counting = {
      ...model,
      scorePairs: (who: Int32Array, what: Int32Array) => {
        calls.push(who.length)
        return model.scorePairs(who, what)
      },
    }
    const { rank } = await new HeldOutEvaluation(datasetOf(ITEM_COUNT, users), 'test').rankWithTies(counting)
    expect([...rank]).toEqual(users.map((_, user) => 10 * user))
    expect(calls.length).toBeGreaterThan(1)
    expect(Math.max(...calls)).toBeLessThan(270_000)
  })
})
