import { describe, expect, it } from 'vitest'
import { runConfigSchema, type RunConfigInput } from '../../../src-main/contract/vocabulary.ts'
import { CONFIG_FIELDS, configDiff } from '../../../src-renderer/views/runs/newRun/configFields.ts'
import { draftDiff } from '../../../src-renderer/views/runs/newRun/draftDiff.ts'

const config = (input: RunConfigInput) => runConfigSchema.parse(input)
const neumf = config({ model: 'NeuMF' })

describe('configDiff', () => {
  it('is empty for equal configurations', () => {
    expect(configDiff(neumf, config({ model: 'NeuMF' }))).toEqual([])
  })

  it('names what differs, as people read it', () => {
    const other = config({ model: 'NeuMF', tower: [64, 32], optimizer: 'lazyAdam', batchSize: 1024 })
    expect(configDiff(neumf, other)).toEqual([
      { key: 'layers', label: 'Layers', from: '3', to: '–' },
      { key: 'tower', label: 'Custom tower', from: '–', to: '64, 32' },
      { key: 'batchSize', label: 'Batch size', from: '256', to: '1,024' },
      { key: 'optimizer', label: 'Optimizer', from: 'Adam', to: 'Lazy Adam' },
    ])
  })

  it('does not count layers and dropout of a model without a tower', () => {
    const gmf = config({ model: 'GMF' })
    expect(configDiff(gmf, config({ model: 'GMF', layers: 5, dropout: 0.5 }))).toEqual([])
  })

  it('tells penalties and their scope', () => {
    const penalised = config({ model: 'NeuMF', l2: { scope: 'table', gmfUser: 1e-6, tower: [0, 0.1] } })
    expect(configDiff(neumf, penalised)).toEqual([
      {
        key: 'l2',
        label: 'L2 penalties',
        from: 'none',
        to: 'GMF user 0.000001; tower 0, 0.1 (whole tables)',
      },
    ])
  })

  it('has a field for every part of a configuration', () => {
    const keys = CONFIG_FIELDS.map(({ key }) => key)
    const parts = runConfigSchema.options.flatMap(({ shape }) => Object.keys(shape))
    expect([...keys].sort()).toEqual([...new Set(parts)].sort())
  })
})

describe('draftDiff', () => {
  const data = { name: 'ml-1m' } as never

  it('begins with the data', () => {
    const changes = draftDiff({ config: neumf, data }, { ...neumf, seed: '7' }, 'sample')
    expect(changes).toEqual([
      { key: 'dataset', label: 'Dataset', from: 'ml-1m', to: 'sample' },
      { key: 'seed', label: 'Seed', from: '42', to: '7' },
    ])
  })

  it('is not there while the draft cannot be read', () => {
    expect(draftDiff({ config: neumf, data }, undefined, 'ml-1m')).toBeUndefined()
  })
})
