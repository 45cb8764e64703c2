import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openBaseline } from '../../../src-main/core/baselines/baselineFit.ts'
import { TripleSampler } from '../../../src-main/core/baselines/bpr.ts'
import type { NamedTensor } from '../../../src-main/core/baselines/namedTensor.ts'
import { scorerOfTensors } from '../../../src-main/core/baselines/storedBaseline.ts'
import type { Dataset } from '../../../src-main/core/dataset/dataset.ts'
import { RandomStream } from '../../../src-main/core/random/streams.ts'
import {
  plannedEpochs,
  runConfigSchema,
  type BaselineConfig,
  type RunConfigInput,
} from '../../../src-main/core/run/runConfig.ts'
import { isTrainItem } from '../../../src-main/core/sampling/negatives.ts'
import { HeldOutEvaluation } from '../../../src-main/core/training/heldOutEvaluation.ts'
import { createLinearAlgebra } from '../../../src-main/engines/cpu/linearAlgebra.ts'
import { datasetOf } from '../rankingModels.ts'
import { referenceLinearAlgebra } from './referenceLinearAlgebra.ts'

const kernel = createLinearAlgebra({ assets: new URL('../../../out/engines/cpu/', import.meta.url) })

function fitted(input: RunConfigInput, set: Dataset, algebra = kernel) {
  const config = runConfigSchema.parse(input) as BaselineConfig
  const fit = openBaseline(config, set, algebra)
  const losses: (number | undefined)[] = []
  for (let epoch = 1; epoch <= plannedEpochs(config); epoch++) {
    let loss: number | undefined
    for (let slice = 0; slice < fit.slices; slice++) {
      const part = fit.work(epoch, slice)
      if (part !== undefined) loss = (loss ?? 0) + part
    }
    losses.push(loss)
  }
  return { fit, losses, tensors: fit.tensors() }
}

const valuesOf = (tensors: readonly NamedTensor[], name: string) => [
  ...tensors.find((tensor) => tensor.name === name)!.data,
]

/** Three users, four items, nobody has item 3. */
const tiny = datasetOf(4, [
  { train: [0, 1], test: 2, negatives: [3] },
  { train: [0, 1, 2], test: 3, negatives: [3, 3] },
  { train: [0], test: 1, negatives: [2, 3] },
])

/** A world of two tastes: a user mostly has items of the parity of their own number. */
function tastes(users = 60, items = 30, seed = 1): Dataset {
  const stream = new RandomStream([seed, 3])
  return datasetOf(
    items,
    Array.from({ length: users }, (_, user) => {
      const liked = Array.from({ length: items / 2 }, (_, i) => 2 * i + (user % 2))
      const train = liked.filter(() => stream.nextUnit() < 0.6)
      const test = liked.find((item) => !train.includes(item)) ?? -1
      const negatives = Array.from({ length: items / 2 }, (_, i) => 2 * i + 1 - (user % 2))
      return { train, test, negatives }
    }),
  )
}

describe('by hand', () => {
  it('ItemPop counts users', () => {
    expect(valuesOf(fitted({ model: 'ItemPop' }, tiny).tensors, 'item.popularity')).toEqual([3, 2, 1, 0])
  })

  it('ItemKNN keeps each item’s most similar others by cosine', async () => {
    // Users of items: {0, 1, 2}, {0, 1}, {1}: cosines 2 / sqrt(6), 1 / sqrt(3), 1 / sqrt(2).
    const { tensors, fit } = fitted({ model: 'ItemKNN', neighbors: 1 }, tiny)
    expect(valuesOf(tensors, 'item.similarity.indptr')).toEqual([0, 1, 2, 3, 3])
    expect(valuesOf(tensors, 'item.similarity.indices')).toEqual([1, 0, 1])
    const [a, b] = [Math.fround(2 / Math.sqrt(6)), Math.fround(1 / Math.sqrt(2))]
    expect(valuesOf(tensors, 'item.similarity.data')).toEqual([a, a, b])
    expect([...(await fit.scorer().scoreAllItems(0))]).toEqual([a, a, b, 0])
  })

  it('ItemKNN adds the shrinkage to the denominator', () => {
    const { tensors } = fitted({ model: 'ItemKNN', shrinkage: 10 }, tiny)
    expect(valuesOf(tensors, 'item.similarity.data')[0]).toBe(Math.fround(2 / (Math.sqrt(6) + 10)))
  })

  it('ItemKNN takes the first of equally similar items', () => {
    const alike = datasetOf(3, [{ train: [0, 1, 2], test: -1, negatives: [] }])
    const { tensors } = fitted({ model: 'ItemKNN', neighbors: 1 }, alike)
    expect(valuesOf(tensors, 'item.similarity.indices')).toEqual([1, 0, 0])
  })

  it('EASE solves two items', async () => {
    // Gram matrix [[2, 1], [1, 1]] + I = [[3, 1], [1, 2]]: P = [[2, -1], [-1, 3]] / 5, so B = [[0, 1/3], [1/2, 0]].
    const two = datasetOf(2, [
      { train: [0, 1], test: -1, negatives: [] },
      { train: [0], test: 1, negatives: [] },
    ])
    const { tensors, fit } = fitted({ model: 'EASE', lambda: 1 }, two)
    expect(valuesOf(tensors, 'item.weight')).toEqual([0, 1 / 3, 1 / 2, 0].map(Math.fround))
    expect([...(await fit.scorer().scoreAllItems(1))]).toEqual([0, Math.fround(1 / 3)])
  })

  it('EASE says what to do where items cannot be told apart and lambda is next to nothing', () => {
    const alike = datasetOf(3, [{ train: [0, 1, 2], test: -1, negatives: [] }])
    expect(() => fitted({ model: 'EASE', lambda: 1e-300 }, alike)).toThrow(/larger lambda/)
  })

  it('iALS solves the last item of a fixed user', () => {
    // One user, one item, one factor: w is fixed in the item half, so h = w / (w^2 (1 + alpha) + lambda (1 + alpha)).
    const one = datasetOf(1, [{ train: [0], test: -1, negatives: [] }])
    const { tensors, losses } = fitted({ model: 'iALS', factors: 1, epochs: 1, alpha: 0.5, lambda: 0.1 }, one)
    const [w] = valuesOf(tensors, 'user.factors')
    const [h] = valuesOf(tensors, 'item.factors')
    expect(h).toBeCloseTo(w / (1.5 * w * w + 0.15), 6)
    const objective = (w * h - 1) ** 2 + 0.5 * (w * h) ** 2 + 0.15 * (w * w + h * h)
    expect(losses[0]).toBeCloseTo(objective, 6)
  })
})

describe('against the reference of linear algebra', () => {
  it.each<RunConfigInput>([
    { model: 'EASE', lambda: 3 },
    { model: 'iALS', factors: 6, epochs: 3 },
  ])('$model has the same tensors and losses', (config) => {
    const set = tastes()
    const [one, two] = [fitted(config, set), fitted(config, set, referenceLinearAlgebra)]
    one.tensors.forEach(({ data }, t) =>
      data.forEach((value, k) => expect(Math.abs(value - two.tensors[t].data[k])).toBeLessThan(1e-5)),
    )
    one.losses.forEach((loss, epoch) => loss && expect(loss).toBeCloseTo(two.losses[epoch]!, 3))
  })
})

describe('what training lowers', () => {
  it('iALS: its objective, at every epoch', () => {
    const { losses } = fitted({ model: 'iALS', factors: 4, epochs: 8 }, tastes())
    for (let epoch = 1; epoch < losses.length; epoch++)
      expect(losses[epoch]!).toBeLessThanOrEqual(losses[epoch - 1]! * (1 + 1e-6))
  })

  it('BPR: its loss, which begins at ln 2 for each positive', () => {
    const set = tastes()
    const { losses } = fitted({ model: 'BPR', factors: 4, epochs: 30, learningRate: 0.1 }, set)
    expect(losses[0]! / set.trainItems.length).toBeCloseTo(Math.log(2), 1)
    expect(losses[29]!).toBeLessThan(losses[0]! / 2)
  })
})

describe('triples of BPR', () => {
  it('have each positive once an epoch, with an item that the user lacks, whatever the pieces', () => {
    const set = tastes()
    const sampler = new TripleSampler(set, '7')
    const count = set.trainItems.length
    const whole = [...sampler.triples(2, 0, count)]
    expect([...sampler.triples(2, 0, 100), ...sampler.triples(2, 100, count)]).toEqual(whole)
    expect(whole.every(({ user, positive }) => isTrainItem(set, user, positive))).toBe(true)
    expect(whole.some(({ user, negative }) => isTrainItem(set, user, negative))).toBe(false)
    expect(new Set(whole.map(({ user, positive }) => `${user} ${positive}`)).size).toBe(count)
    expect([...sampler.triples(3, 0, count)]).not.toEqual(whole)
  })
})

const MODELS: RunConfigInput[] = [
  { model: 'ItemPop' },
  { model: 'ItemKNN', neighbors: 7, shrinkage: 1 },
  { model: 'EASE', lambda: 5 },
  { model: 'iALS', factors: 5, epochs: 4 },
  { model: 'BPR', factors: 5, epochs: 15, learningRate: 0.1 },
]

describe.each(MODELS.map((config) => [config.model, config] as const))('%s as a scorer', (model, config) => {
  it('gives pairs and whole rows the same bits, in any order of pairs', async () => {
    const set = tastes()
    const scorer = fitted(config, set).fit.scorer()
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(59), fc.nat(29)), { maxLength: 50 }), async (pairs) => {
        const users = Int32Array.from(pairs, ([user]) => user)
        const scores = await scorer.scorePairs(
          users,
          Int32Array.from(pairs, ([, item]) => item),
        )
        for (const [place, [user, item]] of pairs.entries())
          expect(scores[place]).toBe((await scorer.scoreAllItems(user))[item])
      }),
      { numRuns: 20 },
    )
  })

  it('ranks held-out items as their scores say, ties against it', async () => {
    const set = tastes()
    const scorer = fitted(config, set).fit.scorer()
    const evaluation = new HeldOutEvaluation(set, 'test')
    const ranks = await scorer.rankHeldOut(set)
    const { rank } = await evaluation.rankWithTies(scorer)
    expect([...rank]).toEqual([...evaluation.users].map((user) => ranks[user]))
  })

  it('has the same bits again, and another seed changes only what is drawn', () => {
    const set = tastes()
    const { tensors } = fitted(config, set)
    expect(fitted(config, set).tensors).toEqual(tensors)
    const isDrawn = model === 'iALS' || model === 'BPR'
    const other = fitted({ ...config, seed: '43' }, set).tensors
    if (isDrawn) expect(other).not.toEqual(tensors)
    else expect(other).toEqual(tensors)
  })

  it('scores with its tensors alone as it did itself', async () => {
    const set = tastes()
    const { fit, tensors } = fitted(config, set)
    const again = scorerOfTensors(tensors, set)
    for (const user of [0, 1, 59])
      expect(await again.scoreAllItems(user)).toEqual(await fit.scorer().scoreAllItems(user))
  })

  it('refuses tensors of other sizes, and says which', () => {
    const { tensors } = fitted(config, tastes())
    expect(() => scorerOfTensors(tensors, tastes(60, 32))).toThrow(/(item|user)\.[a-z]+/)
    expect(() => scorerOfTensors(tensors.slice(1), tastes())).toThrow(/missing|no baseline/)
  })

  it('tells the two tastes apart, but for popularity', async () => {
    const set = tastes()
    const { hr } = await new HeldOutEvaluation(set, 'test').evaluate(fitted(config, set).fit.scorer())
    if (model === 'ItemPop') expect(hr[0]).toBeLessThan(0.5)
    else expect(hr[0]).toBeGreaterThan(0.95)
  })

  it('scores a user without a training item without a number that is none', async () => {
    const set = datasetOf(4, [
      { train: [0, 1, 2], test: -1, negatives: [] },
      { train: [1, 2], test: -1, negatives: [] },
      { train: [], test: 0, negatives: [3] },
    ])
    const scores = await fitted(config, set).fit.scorer().scoreAllItems(2)
    expect(scores.every(Number.isFinite)).toBe(true)
  })
})

describe.each(MODELS.slice(3).map((config) => [config.model, config] as const))(
  '%s in pieces',
  (_, config) => {
    it('goes on from its tensors with the same bits', () => {
      const set = tastes()
      const parsed = runConfigSchema.parse(config) as BaselineConfig
      const whole = fitted(config, set).tensors
      const fit = openBaseline(parsed, set, kernel)
      for (let epoch = 1; epoch <= plannedEpochs(parsed); epoch++)
        for (let slice = 0; slice < fit.slices; slice++) {
          const saved = fit.tensors().map((tensor) => ({ ...tensor, data: tensor.data.slice() }))
          const other = openBaseline(parsed, set, kernel)
          other.restore!(saved)
          other.work(epoch, slice)
          fit.work(epoch, slice)
          expect(other.tensors()).toEqual(fit.tensors())
        }
      expect(fit.tensors()).toEqual(whole)
    })
  },
)
