import { describe, expect, it } from 'vitest'
import {
  isPretrained,
  nameOfPart,
  partRunIds,
  requireFinishedPart,
  requirePartRun,
} from '../../src-main/core/run/partRuns.ts'
import { neuralConfigSchema, runConfigSchema } from '../../src-main/core/run/runConfig.ts'
import { isClosedForm } from '../../src-main/core/run/runConfig.ts'
import { seedsFrom } from '../../src-main/core/run/seeds.ts'

const data = {
  ...{ datasetId: 'd', name: 'sample', fingerprint: 'f'.repeat(64) },
  ...{ userCount: 5, itemCount: 7, interactions: 20 },
}
const file = { file: '/data/mlp.safetensors', sha256: 'a'.repeat(64) }
const pretrained = neuralConfigSchema.parse({
  model: 'NeuMF',
  factors: 4,
  layers: 2,
  pretraining: { gmf: { runId: 'g', groupKey: 'k' }, mlp: file },
})

describe('seeds', () => {
  it('follow each other without those that are taken, round the end of 64 bits', () => {
    expect(seedsFrom('42', 3)).toEqual(['42', '43', '44'])
    expect(seedsFrom('5', 3, new Set(['5', '7']))).toEqual(['6', '8', '9'])
    expect(seedsFrom('18446744073709551615', 2)).toEqual(['18446744073709551615', '0'])
  })

  it('change nothing about models in closed form', () => {
    const seeded = (['ItemPop', 'ItemKNN', 'EASE', 'iALS', 'BPR', 'GMF'] as const).map(
      (model) => !isClosedForm({ model }),
    )
    expect(seeded).toEqual([false, false, false, true, true, true])
  })
})

describe('the parts of a pre-trained NeuMF', () => {
  it('are named, and those that are runs can be waited for', () => {
    expect(isPretrained(pretrained)).toBe(true)
    expect(partRunIds(pretrained)).toEqual(['g'])
    expect(nameOfPart('gmf', pretrained.pretraining!.gmf)).toBe('GMF run g')
    expect(nameOfPart('mlp', file)).toBe('MLP file /data/mlp.safetensors')
  })

  it('are none of other models', () => {
    for (const model of ['GMF', 'MLP', 'NeuMF', 'EASE', 'iALS'] as const)
      expect(partRunIds(runConfigSchema.parse({ model }))).toEqual([])
    expect(partRunIds(undefined)).toEqual([])
  })

  const whole = { config: pretrained, data }
  const run = (config: object, changed: Partial<typeof data> = {}) => ({
    id: 'g',
    config: runConfigSchema.parse(config),
    data: { ...data, ...changed },
  })

  it('fit by data, model and sizes, or are refused with what is wrong', () => {
    requirePartRun('gmf', run({ model: 'GMF', factors: 4 }), whole)
    requirePartRun('mlp', run({ model: 'MLP', factors: 4, layers: 2 }), whole)
    const refusals: [ReturnType<typeof run>, string, RegExp][] = [
      [
        run({ model: 'GMF', factors: 4 }, { fingerprint: 'e'.repeat(64) }),
        'part-of-other-data',
        /eeeeeeeeeeee/,
      ],
      [run({ model: 'EASE' }), 'part-of-other-model', /GMF run g is of EASE/],
      [run({ model: 'MLP', factors: 4, layers: 2 }), 'part-of-other-model', /is an MLP/],
      [run({ model: 'GMF', factors: 8 }), 'part-of-other-size', /8 factors/],
    ]
    for (const [part, code, message] of refusals) {
      const check = () => requirePartRun('gmf', part, whole)
      expect(check).toThrow(message)
      expect(check).toThrow(expect.objectContaining({ code }))
    }
  })

  it('have to be finished before it begins', () => {
    requireFinishedPart('gmf', { id: 'g', status: 'finished' })
    expect(() => requireFinishedPart('gmf', { id: 'g', status: 'paused' })).toThrow(/but is paused: resume/)
  })
})
