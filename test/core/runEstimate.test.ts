import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { groupKey } from '../../src-main/core/run/groupKey.ts'
import {
  neuralConfigSchema,
  runConfigSchema,
  type BaselineConfig,
  type NeuralConfig,
  type NeuralConfigInput,
  type RunConfigInput,
} from '../../src-main/core/run/runConfig.ts'
import { estimateRun, type FinishedWork } from '../../src-main/core/run/runEstimate.ts'

const data = { userCount: 6040, itemCount: 3706, interactions: 994_169 }
const parse = (input: NeuralConfigInput) => neuralConfigSchema.parse(input)
const neumf = parse({ model: 'NeuMF', factors: 32 })
const gmf = parse({ model: 'GMF', factors: 32 })

/** A run that trained at a speed, in samples per second. */
function work(config: NeuralConfig, speed: number, epochs = 4): FinishedWork {
  const samples = data.interactions * (1 + config.negativesPerPositive)
  return { config, data, summary: { epochsCompleted: epochs, trainSeconds: (epochs * samples) / speed } }
}

describe('the estimate of a run', () => {
  it('counts parameters, samples and steps as training does', () => {
    const estimate = estimateRun(gmf, data, [], 2, 123)
    expect(estimate).toMatchObject({
      parameters: (6040 + 3706) * 32 + 32 + 1,
      samplesPerEpoch: 4_970_845,
      stepsPerEpoch: 19_418,
      memoryBytes: 123,
      fits: true,
      basis: 'guess',
    })
    expect(estimateRun(gmf, data, [], 2, undefined).fits).toBe(false)
  })

  it('takes the median speed of runs of the same model, batch and optimizer, whatever their seed', () => {
    const seeds = [1e6, 3e6, 2e6].map((speed, i) => work({ ...neumf, seed: String(i) }, speed))
    const others = [work(gmf, 9e6), work({ ...neumf, batchSize: 4096 }, 8e6)]
    const { secondsPerEpoch, basis } = estimateRun(neumf, data, [...others, ...seeds], 2, 0)
    expect(basis).toBe('measured')
    expect(secondsPerEpoch).toBeCloseTo(4_970_845 / 2e6, 9)
  })

  it('scales the speed of other models by what a sample costs', () => {
    const scaled = estimateRun(neumf, data, [work(gmf, 4.5e6)], 2, 0)
    expect(scaled.basis).toBe('scaled')
    // Measured on the machine that the constants come from: 18 to 25 s.
    expect(scaled.secondsPerEpoch).toBeGreaterThan(10)
    expect(scaled.secondsPerEpoch).toBeLessThan(40)
  })

  it('ignores runs that took no time', () => {
    const none = { ...work(gmf, 1), summary: { epochsCompleted: 1, trainSeconds: 0 } }
    expect(estimateRun(gmf, data, [none], 2, 0).basis).toBe('guess')
  })
})

describe('the key of a seed group', () => {
  it('is the same for every seed and any order of fields, and other for other data or settings', () => {
    const key = groupKey(neumf, 'f00d')
    expect(key).toMatch(/^[0-9a-f]{16}$/)
    expect(groupKey({ ...neumf, seed: '7' }, 'f00d')).toBe(key)
    const reversed = Object.fromEntries(Object.entries(neumf).reverse()) as typeof neumf
    expect(groupKey(reversed, 'f00d')).toBe(key)
    expect(groupKey(neumf, 'beef')).not.toBe(key)
    for (const change of [{ factors: 16 }, { l2: { ...neumf.l2, predict: 0.1 } }, { tower: [64, 32] }])
      expect(groupKey({ ...neumf, ...change }, 'f00d')).not.toBe(key)
  })

  it('tells thousands of configurations apart', () => {
    const keys = new Set<string>()
    for (let i = 0; i < 20_000; i++) keys.add(groupKey({ ...gmf, learningRate: (i + 1) / 1e6 }, 'f00d'))
    expect(keys.size).toBe(20_000)
  })

  it('does not depend on the seed for any configuration', () => {
    const arbitrary = fc.record({
      factors: fc.integer({ min: 1, max: 64 }),
      epochs: fc.integer({ min: 1, max: 9 }),
    })
    fc.assert(
      fc.property(arbitrary, fc.nat(), fc.nat(), (change, a, b) => {
        const key = (seed: number) => groupKey({ ...gmf, ...change, seed: String(seed) }, 'f00d')
        expect(key(a)).toBe(key(b))
      }),
    )
  })
})

describe('the estimate of a baseline', () => {
  const baseline = (input: RunConfigInput) => runConfigSchema.parse(input) as BaselineConfig
  const iAls = baseline({ model: 'iALS', factors: 64 })
  const done = (config: BaselineConfig, trainSeconds: number, epochsCompleted = 12): FinishedWork => ({
    config,
    data,
    summary: { epochsCompleted, trainSeconds },
  })

  it('counts the numbers that are kept, and guesses the time of a machine that has fitted none', () => {
    expect(estimateRun(iAls, data, [], 2, 7)).toMatchObject({
      parameters: (6040 + 3706) * 64,
      samplesPerEpoch: 994_169,
      memoryBytes: 7,
      fits: true,
      basis: 'guess',
    })
    const ease = estimateRun(baseline({ model: 'EASE' }), data, [work(gmf, 1e6)], 2, 7)
    expect(ease).toMatchObject({ parameters: 3706 ** 2, basis: 'guess' })
    expect(ease.secondsPerEpoch).toBeGreaterThan(1)
    expect(ease.secondsPerEpoch).toBeLessThan(30)
    expect(estimateRun(baseline({ model: 'EASE' }), data, [], 2, undefined).fits).toBe(false)
  })

  it('takes the time of the same work, and scales that of other sizes of the model', () => {
    const works = [done(iAls, 12), done({ ...iAls, factors: 128 } as BaselineConfig, 1200)]
    const same = estimateRun(iAls, data, works, 2, 0)
    expect(same.basis).toBe('measured')
    expect(same.secondsPerEpoch).toBeCloseTo(1, 9)
    const larger = estimateRun({ ...iAls, factors: 256 } as BaselineConfig, data, works.slice(0, 1), 2, 0)
    expect(larger.basis).toBe('scaled')
    expect(larger.secondsPerEpoch).toBeGreaterThan(16)
    expect(larger.secondsPerEpoch).toBeLessThan(40)
  })

  it('ignores neural models, as theirs ignores baselines', () => {
    expect(estimateRun(iAls, data, [work(gmf, 1e6)], 2, 0).basis).toBe('guess')
    expect(estimateRun(gmf, data, [done(iAls, 12)], 2, 0).basis).toBe('guess')
  })
})
