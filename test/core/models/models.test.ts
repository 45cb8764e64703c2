import { describe, expect, it } from 'vitest'
import { initialWeights } from '../../../src-main/core/models/initialWeights.ts'
import { modelSpec, ModelSpecError, predictWidth } from '../../../src-main/core/models/modelSpec.ts'
import {
  elementCount,
  parameterCount,
  parameterLayout,
} from '../../../src-main/core/models/parameterLayout.ts'
import { specFromTensors } from '../../../src-main/core/models/specFromTensors.ts'

const shapesOf = (choice: Parameters<typeof modelSpec>[0]) =>
  new Map(parameterLayout(modelSpec(choice), 5, 7).map(({ name, shape }) => [name, shape]))

describe('model widths', () => {
  it('follow the post: MLP embeddings F * 2^(L-1), a tower that halves down to F', () => {
    expect(modelSpec({ model: 'NeuMF', factors: 32, layers: 3 })).toEqual({
      model: 'NeuMF',
      gmfWidth: 32,
      mlpWidth: 128,
      hiddenSizes: [128, 64, 32],
    })
  })

  it("accept the authors' towers", () => {
    const spec = modelSpec({ model: 'NeuMF', factors: 8, layers: 3, tower: [64, 32, 16, 8] })
    expect(spec).toEqual({ model: 'NeuMF', gmfWidth: 8, mlpWidth: 32, hiddenSizes: [32, 16, 8] })
    expect(predictWidth(spec)).toBe(16)
  })

  it("concatenate to F outputs in the paper's MLP-0", () => {
    expect(modelSpec({ model: 'MLP', factors: 8, layers: 0 })).toMatchObject({ mlpWidth: 4, hiddenSizes: [] })
    expect(predictWidth(modelSpec({ model: 'MLP', factors: 8, layers: 0 }))).toBe(8)
  })

  it.each([
    [{ model: 'GMF', factors: 0, layers: 3 }, /factors/, 'factors'],
    [{ model: 'GMF', factors: 2.5, layers: 3 }, /factors/, 'factors'],
    [{ model: 'MLP', factors: 8, layers: -1 }, /layers/, 'layers'],
    [{ model: 'MLP', factors: 8, layers: 1, tower: [] }, /tower/, 'tower'],
    [{ model: 'MLP', factors: 8, layers: 1, tower: [63, 32] }, /even/, 'tower'],
    [{ model: 'NeuMF', factors: 8, layers: 1, tower: [64, 0] }, /Tower width 2/, 'tower'],
  ] as const)('refuse %j and name the size', (choice, message, field) => {
    expect(() => modelSpec(choice)).toThrow(ModelSpecError)
    expect(() => modelSpec(choice)).toThrow(expect.objectContaining({ field }))
    expect(() => modelSpec(choice)).toThrow(message)
  })
})

it('counts the parameters of NeuMF with F = 32 on ML-1M', () => {
  const tower = 256 * 128 + 128 + 128 * 64 + 64 + 64 * 32 + 32
  expect(parameterCount(modelSpec({ model: 'NeuMF', factors: 32, layers: 3 }), 6040, 3706)).toBe(
    (6040 + 3706) * 160 + tower + 65,
  )
})

describe('initial weights', () => {
  const spec = modelSpec({ model: 'NeuMF', factors: 16, layers: 2 })
  const weights = initialWeights(spec, 400, 300, '42')

  it('have embeddings of N(0, 0.01^2)', () => {
    for (const name of ['gmf.user.weight', 'mlp.item.weight']) {
      const values = weights[name]
      const mean = values.reduce((sum, x) => sum + x, 0) / values.length
      const deviation = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length)
      expect(Math.abs(mean)).toBeLessThan((4.5 * 0.01) / Math.sqrt(values.length))
      expect(Math.abs(deviation / 0.01 - 1)).toBeLessThan(4.5 / Math.sqrt(2 * values.length))
    }
  })

  it('fill the uniform ranges of Xavier and of Kaiming with a = 1; biases are 0', () => {
    for (const [name, bound] of [
      ['tower.0.weight', Math.sqrt(6 / (64 + 32))],
      ['predict.weight', Math.sqrt(3 / 32)],
    ] as const) {
      const largest = weights[name].reduce((most, x) => Math.max(most, Math.abs(x)), 0)
      expect(largest).toBeLessThanOrEqual(bound)
      expect(largest).toBeGreaterThan(0.8 * bound)
    }
    expect(weights['tower.0.bias'].every((x) => x === 0)).toBe(true)
    expect([...weights['predict.bias']]).toEqual([0])
  })

  it('are the same for the same seed, others for another, and shared by GMF and NeuMF', () => {
    expect(initialWeights(spec, 400, 300, '42')).toEqual(weights)
    expect(initialWeights(spec, 400, 300, '43')['gmf.user.weight']).not.toEqual(weights['gmf.user.weight'])
    const gmf = initialWeights(modelSpec({ model: 'GMF', factors: 16, layers: 0 }), 400, 300, '42')
    expect(gmf['gmf.user.weight']).toEqual(weights['gmf.user.weight'])
  })

  it('are as long as their shapes', () => {
    for (const parameter of parameterLayout(spec, 400, 300)) {
      expect(weights[parameter.name].length).toBe(elementCount(parameter))
    }
  })
})

describe('a model read from its tensors', () => {
  it.each([
    { model: 'GMF', factors: 5, layers: 0 },
    { model: 'MLP', factors: 4, layers: 0 },
    { model: 'MLP', factors: 4, layers: 3 },
    { model: 'NeuMF', factors: 3, layers: 2, tower: [6, 5, 9] },
  ] as const)('is what was written: %j', (choice) => {
    expect(specFromTensors(shapesOf(choice))).toEqual({ spec: modelSpec(choice), userCount: 5, itemCount: 7 })
  })

  it('is refused by the name of the tensor that is missing or misshapen', () => {
    const shapes = shapesOf({ model: 'NeuMF', factors: 4, layers: 2 })
    expect(() => specFromTensors(new Map([...shapes].filter(([name]) => name !== 'tower.1.bias')))).toThrow(
      /tower\.1\.bias is missing/,
    )
    expect(() => specFromTensors(new Map([...shapes, ['predict.weight', [1, 9]]]))).toThrow(
      /predict\.weight has the shape \[1, 9\]/,
    )
    expect(() => specFromTensors(new Map([['weight', [2, 2]]]))).toThrow(/no NCF model/)
  })
})
