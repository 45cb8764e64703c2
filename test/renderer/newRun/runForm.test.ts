import { describe, expect, it } from 'vitest'
import { PRESETS, neuralConfigSchema } from '../../../src-main/contract/vocabulary.ts'
import {
  equalButSeed,
  formOf,
  numbersOf,
  presetOf,
  readForm,
  type RunForm,
} from '../../../src-renderer/stores/runForm.ts'

const neumf = neuralConfigSchema.parse({ model: 'NeuMF' })
const typed = (change: Partial<RunForm>) => readForm({ ...formOf(neumf), ...change })

describe('a form', () => {
  it.each(PRESETS.map(({ id, config }) => [id, config]))(
    'of %s reads as the same configuration',
    (_, config) => {
      const parsed = neuralConfigSchema.parse(config)
      expect(readForm(formOf(parsed))).toEqual({ config: parsed, problems: {} })
    },
  )

  it('keeps a custom tower, penalties and a seed beyond the safe integers', () => {
    const config = neuralConfigSchema.parse({
      model: 'MLP',
      tower: [64, 32, 16, 8],
      dropout: 0.25,
      l2: { scope: 'table', mlpUser: 1e-6, tower: [0.1, 0] },
      seed: '18446744073709551615',
    })
    expect(readForm(formOf(config)).config).toEqual(config)
  })

  it.each([
    ['factors', '', 'Must be a number.'],
    ['factors', '3.5', 'Must be a whole number.'],
    ['factors', '0', 'Must be at least 1.'],
    ['factors', '9000', 'Must be at most 8,192.'],
    ['learningRate', '0,001', 'Must be a number.'],
    ['learningRate', '0', 'Must be above 0.'],
    ['learningRate', 'Infinity', 'Must be a number.'],
    ['dropout', '1', 'Must be below 1.'],
    ['dropout', '-0.1', 'Must be at least 0.'],
    ['batchSize', '1048577', 'Must be at most 1,048,576.'],
    ['seed', '-1', 'Must be a whole number of at least 0.'],
    ['seed', '18446744073709551616', 'The seed must be below 2^64.'],
  ] as const)('says at %s what is wrong with "%s"', (field, text, message) => {
    const { config, problems } = typed({ [field]: text })
    expect(config).toBeUndefined()
    expect(problems).toEqual({ [field]: message })
  })

  it.each([
    ['', 'Write the widths with commas between them: 64, 32, 16, 8.'],
    ['64, x', 'Number 2: Must be a number.'],
    ['64, 0', 'Number 2: Must be at least 1.'],
  ])('says what is wrong with the tower "%s"', (tower, message) => {
    expect(typed({ shape: 'tower', tower }).problems).toEqual({ tower: message })
  })

  it('says that the first width of a tower is split in two', () => {
    expect(typed({ shape: 'tower', tower: '63, 8' }).problems.tower).toMatch(/must be even, but is 63/)
  })

  it('names the part whose penalty is wrong', () => {
    const { l2 } = formOf(neumf)
    expect(typed({ l2: { ...l2, gmfUser: 'x' }, l2Tower: '0.1, -1' }).problems).toEqual({
      'l2.gmfUser': 'Must be a number.',
      l2Tower: 'Number 2: Must be at least 0.',
    })
  })

  it('leaves out what its model does not have, right or wrong', () => {
    const { config } = typed({ model: 'GMF', layers: '?', tower: '1', shape: 'tower', dropout: '0.5' })
    expect(config).toEqual(neuralConfigSchema.parse({ model: 'GMF' }))
    expect(typed({ model: 'MLP', shape: 'tower', tower: '8 4', factors: '?' }).config?.tower).toEqual([8, 4])
  })
})

describe('numbersOf', () => {
  it('takes commas, semicolons and spaces', () => {
    expect(numbersOf(' 64,32; 16  8,')).toEqual([64, 32, 16, 8])
    expect(numbersOf(' ')).toEqual([])
  })
})

describe('presets', () => {
  it('are found again whatever the seed, and only when nothing else differs', () => {
    const config = neuralConfigSchema.parse(PRESETS[1].config)
    expect(presetOf({ ...config, seed: '7' })?.id).toBe(PRESETS[1].id)
    expect(presetOf({ ...config, epochs: 21 })).toBeUndefined()
    expect(equalButSeed(config, { ...config, l2: { ...config.l2, scope: 'table' } })).toBe(false)
  })
})
