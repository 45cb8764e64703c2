import { afterEach, describe, expect, it, vi } from 'vitest'
import { neuralConfigSchema, type NeuralConfigInput } from '../../src-main/core/run/runConfig.ts'
import { MAXIMUM_SAMPLES_PER_EPOCH } from '../../src-main/core/training/trainingDemand.ts'
import { cpuDemand, cpuDemandHere, machineMemory } from '../../src-main/engines/cpu/cpuDemand.ts'
import { createCpuEngine } from '../../src-main/engines/cpu/cpuEngine.ts'
import { problem } from './problems.ts'

const assets = new URL('../../out/engines/cpu/', import.meta.url)
const ml1m = { userCount: 6040, itemCount: 3706, interactions: 994_169 }
const configOf = (config: Partial<NeuralConfigInput>) =>
  neuralConfigSchema.parse({ model: 'NeuMF', ...config })
const tooLarge = (message: RegExp) =>
  expect.objectContaining({ name: 'EngineError', code: 'too-large', message: expect.stringMatching(message) })

afterEach(() => vi.restoreAllMocks())

describe('the demand of a training', () => {
  it('grows with the model and the optimiser', () => {
    const bytes = (config: Partial<NeuralConfigInput>) => cpuDemand(configOf(config), ml1m, 2).memoryBytes
    expect(bytes({ factors: 64 })).toBeGreaterThan(bytes({ factors: 8 }))
    expect(bytes({ optimizer: 'adam' })).toBeGreaterThan(bytes({ optimizer: 'sgd' }))
    expect(bytes({ batchSize: 65_536 })).toBeGreaterThan(bytes({ batchSize: 256 }))
  })

  it.each<[string, Partial<NeuralConfigInput>, RegExp]>([
    ['the widest tower of all', { factors: 8192, layers: 16 }, /needs [\d.]+ GiB, .*fewer factors or layers/],
    ['a wide layer', { tower: [65_536, 65_536] }, /needs \d+\.\d GiB, .*fewer factors or layers/],
    ['a huge batch of a wide model', { factors: 512, batchSize: 1_048_576 }, /a smaller batch/],
  ])('is refused for %s', (_, config, message) => {
    expect(() => cpuDemand(configOf(config), ml1m)).toThrow(tooLarge(message))
  })

  it('is refused where samples or steps cannot be numbered, and accepted up to there', () => {
    const config = configOf({
      model: 'GMF',
      factors: 1,
      negativesPerPositive: 1000,
      batchSize: 4096,
      epochs: 1,
    })
    const most = Math.floor(MAXIMUM_SAMPLES_PER_EPOCH / 1001)
    expect(cpuDemand(config, { ...ml1m, interactions: most }).samplesPerEpoch).toBe(1001 * most)
    expect(() => cpuDemand(config, { ...ml1m, interactions: most + 1 })).toThrow(tooLarge(/fewer negatives/))
    const long = { ...config, batchSize: 1, epochs: 1 }
    expect(() => cpuDemand(long, { ...ml1m, interactions: 2_200_000 })).toThrow(tooLarge(/fewer epochs/))
  })

  it('is refused beyond the memory of the machine', () => {
    const config = configOf({})
    const { memoryBytes } = cpuDemandHere(config, ml1m, 2, machineMemory())
    expect(cpuDemandHere(config, ml1m, 2, memoryBytes).memoryBytes).toBe(memoryBytes)
    expect(() => cpuDemandHere(config, ml1m, 2, memoryBytes - 1)).toThrow(tooLarge(/but this machine has/))
  })
})

it('says so when there is no memory left to score with', async () => {
  const session = await createCpuEngine({ assets, arithmetic: 'portable', threads: 1 }).openSession(
    problem({ model: 'GMF', factors: 2, layers: 0 }),
  )
  try {
    vi.spyOn(WebAssembly.Memory.prototype, 'grow').mockImplementation(() => {
      throw new RangeError('WebAssembly.Memory.grow(): Unable to grow instance memory')
    })
    const many = new Int32Array(1_000_000)
    await expect(session.scorePairs(many, many)).rejects.toEqual(tooLarge(/not enough memory to score/))
  } finally {
    await session.dispose()
  }
})
