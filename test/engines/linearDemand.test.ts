import { describe, expect, it } from 'vitest'
import {
  runConfigSchema,
  type BaselineConfig,
  type RunConfigInput,
} from '../../src-main/core/run/runConfig.ts'
import { baselineDemandHere, demandHere } from '../../src-main/engines/cpu/linearDemand.ts'
import { createLinearAlgebra } from '../../src-main/engines/cpu/linearAlgebra.ts'

const ml1m = { userCount: 6040, itemCount: 3706, interactions: 994_169 }
const ml20m = { userCount: 138_493, itemCount: 26_744, interactions: 19_861_770 }
const of = (input: RunConfigInput) => runConfigSchema.parse(input) as BaselineConfig
const gibibyte = 2 ** 30
const tooLarge = (message: RegExp) =>
  expect.objectContaining({ name: 'EngineError', code: 'too-large', message: expect.stringMatching(message) })

describe('what a baseline takes', () => {
  it('is below a gigabyte for each on ML-1M', () => {
    for (const model of ['ItemPop', 'ItemKNN', 'EASE', 'iALS', 'BPR'] as const) {
      const { memoryBytes, parameters } = baselineDemandHere(of({ model }), ml1m, 2 * gibibyte)
      expect(memoryBytes).toBeLessThan(1e9)
      expect(memoryBytes).toBeGreaterThan(4 * parameters)
    }
  })

  it('is refused where WebAssembly cannot address the pairs of items, with what to choose instead', () => {
    expect(() => baselineDemandHere(of({ model: 'EASE' }), ml20m, 1024 * gibibyte)).toThrow(
      tooLarge(/EASE needs 5\.\d GiB here, .* 4\.0 GiB: .*every pair of items.* ItemKNN or iALS instead/),
    )
    expect(() => demandHere(of({ model: 'EASE' }), ml20m)).toThrow(tooLarge(/EASE/))
  })

  it('is refused where this machine has not so much', () => {
    expect(() => baselineDemandHere(of({ model: 'iALS', factors: 512 }), ml20m, gibibyte / 4)).toThrow(
      tooLarge(/iALS needs .* this machine has 0\.3 GiB: choose fewer factors/),
    )
    expect(() => baselineDemandHere(of({ model: 'ItemKNN' }), ml20m, gibibyte / 8)).toThrow(
      tooLarge(/fewer neighbours/),
    )
  })

  it('is refused by the algebra as well, should nobody have asked', () => {
    const algebra = createLinearAlgebra({ assets: new URL('../../out/engines/cpu/', import.meta.url) })
    expect(() => algebra.openInversion(30_000)).toThrow(tooLarge(/4 GiB/))
  })
})
