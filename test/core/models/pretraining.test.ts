import { describe, expect, it } from 'vitest'
import { modelSpec, type ModelChoice } from '../../../src-main/core/models/modelSpec.ts'
import { elementCount, parameterLayout, type Weights } from '../../../src-main/core/models/parameterLayout.ts'
import { fuseParts, PretrainingError, requireFittingPart } from '../../../src-main/core/models/pretraining.ts'
import type { RecognisedModel } from '../../../src-main/core/models/specFromTensors.ts'
import { neuralConfigSchema } from '../../../src-main/core/run/runConfig.ts'
import { ReferenceModel } from '../../engines/referenceModel.ts'

const sizesOf = (choice: ModelChoice, userCount = 5, itemCount = 7): RecognisedModel => ({
  spec: modelSpec(choice),
  userCount,
  itemCount,
})

/** Weights that all differ, of both signs. */
function someWeights({ spec, userCount, itemCount }: RecognisedModel, start: number): Weights {
  let next = start
  const layout = parameterLayout(spec, userCount, itemCount)
  return Object.fromEntries(
    layout.map((parameter) => [
      parameter.name,
      Float32Array.from({ length: elementCount(parameter) }, () => Math.sin(next++)),
    ]),
  )
}

function logitOf({ spec, userCount, itemCount }: RecognisedModel, weights: Weights) {
  const set = {
    userCount,
    itemCount,
    trainStart: new Uint32Array(userCount + 1),
    trainItems: new Int32Array(0),
  }
  const options = neuralConfigSchema.parse({ model: spec.model, factors: 1 })
  const model = new ReferenceModel({ spec, set, options, weights })
  return (user: number, item: number) => model.logit(user, item)
}

describe('a NeuMF fused of a GMF and an MLP', () => {
  it.each([
    { alpha: 0.5, sizes: { factors: 4, layers: 2 } },
    { alpha: 0, sizes: { factors: 4, layers: 2 } },
    { alpha: 1, sizes: { factors: 4, layers: 2 } },
    { alpha: 0.3, sizes: { factors: 3, layers: 0 } },
    { alpha: 0.7, sizes: { factors: 2, layers: 1, tower: [10, 6, 5] } },
  ])(
    'has alpha times the logits of the one plus 1 - alpha times those of the other: %o',
    ({ alpha, sizes }) => {
      const [gmf, mlp, whole] = (['GMF', 'MLP', 'NeuMF'] as const).map((model) =>
        sizesOf({ model, ...sizes }),
      )
      const [gmfWeights, mlpWeights] = [someWeights(gmf, 1), someWeights(mlp, 1000)]
      const fused = logitOf(whole, fuseParts(gmfWeights, mlpWeights, whole, alpha))
      const [left, right] = [logitOf(gmf, gmfWeights), logitOf(mlp, mlpWeights)]
      for (let user = 0; user < 5; user++)
        for (let item = 0; item < 7; item++) {
          const expected = alpha * left(user, item) + (1 - alpha) * right(user, item)
          expect(fused(user, item)).toBeCloseTo(expected, 6)
        }
    },
  )

  it('keeps embeddings and tower, and halves prediction weights and biases at alpha 0.5', () => {
    const whole = sizesOf({ model: 'NeuMF', factors: 1, layers: 1 }, 1, 1)
    const gmf = {
      'gmf.user.weight': Float32Array.of(2),
      'gmf.item.weight': Float32Array.of(3),
      'predict.weight': Float32Array.of(4),
      'predict.bias': Float32Array.of(1),
    }
    const mlp = {
      'mlp.user.weight': Float32Array.of(5),
      'mlp.item.weight': Float32Array.of(6),
      'tower.0.weight': Float32Array.of(7, 8),
      'tower.0.bias': Float32Array.of(9),
      'predict.weight': Float32Array.of(-10),
      'predict.bias': Float32Array.of(-3),
    }
    const fused = fuseParts(gmf, mlp, whole, 0.5)
    expect(fused).toEqual({
      'gmf.user.weight': Float32Array.of(2),
      'gmf.item.weight': Float32Array.of(3),
      'mlp.user.weight': Float32Array.of(5),
      'mlp.item.weight': Float32Array.of(6),
      'tower.0.weight': Float32Array.of(7, 8),
      'tower.0.bias': Float32Array.of(9),
      'predict.weight': Float32Array.of(2, -5),
      'predict.bias': Float32Array.of(-1),
    })
    // By hand: 2 * 3 * 2 for GMF; 7 * 5 + 8 * 6 + 9 = 92, times -5, for MLP; the bias.
    expect(logitOf(whole, fused)(0, 0)).toBe(12 - 460 - 1)
  })

  it('shares no memory with its parts', () => {
    const whole = sizesOf({ model: 'NeuMF', factors: 2, layers: 1 })
    const gmf = someWeights(sizesOf({ model: 'GMF', factors: 2, layers: 1 }), 1)
    const mlp = someWeights(sizesOf({ model: 'MLP', factors: 2, layers: 1 }), 2)
    const fused = fuseParts(gmf, mlp, whole, 0.5)
    gmf['gmf.user.weight'].fill(99)
    expect([...fused['gmf.user.weight']]).not.toContain(99)
  })
})

describe('a part that does not fit', () => {
  const whole = sizesOf({ model: 'NeuMF', factors: 4, layers: 2 })
  it.each<['gmf' | 'mlp', RecognisedModel, string, RegExp]>([
    ['gmf', sizesOf({ model: 'GMF', factors: 8, layers: 2 }), 'part-of-other-size', /has 8 factors.* has 4/],
    [
      'gmf',
      sizesOf({ model: 'MLP', factors: 4, layers: 2 }),
      'part-of-other-model',
      /is an MLP.* from a GMF/,
    ],
    ['mlp', sizesOf({ model: 'NeuMF', factors: 4, layers: 2 }), 'part-of-other-model', /from an MLP/],
    ['mlp', sizesOf({ model: 'MLP', factors: 8, layers: 2 }), 'part-of-other-size', /width 16.* have 8/],
    [
      'mlp',
      sizesOf({ model: 'MLP', factors: 4, layers: 2, tower: [16, 4] }),
      'part-of-other-size',
      /layers of 4 units.* have 8, 4/,
    ],
    ['gmf', sizesOf({ model: 'GMF', factors: 4, layers: 2 }, 6), 'part-of-other-data', /6 users and 7 items/],
    [
      'mlp',
      sizesOf({ model: 'MLP', factors: 4, layers: 2 }, 5, 8),
      'part-of-other-data',
      /5 users and 8 items/,
    ],
  ])('as %s is refused with what is wrong: %o', (part, found, code, message) => {
    const check = () => requireFittingPart(part, found, whole, 'Run x')
    expect(check).toThrow(PretrainingError)
    expect(check).toThrow(message)
    expect(check).toThrow(expect.objectContaining({ code }))
  })

  it('is none of the sizes of the NeuMF itself', () => {
    requireFittingPart('gmf', sizesOf({ model: 'GMF', factors: 4, layers: 0 }), whole, 'Run x')
    requireFittingPart(
      'mlp',
      sizesOf({ model: 'MLP', factors: 1, layers: 0, tower: [16, 8, 4] }),
      whole,
      'Run x',
    )
  })
})
