import { describe, expect, it } from 'vitest'
import {
  PRETRAINED,
  BASELINE_NAMES,
  PRESETS,
  RUN_MODELS,
  neuralConfigSchema,
  runConfigSchema,
  type NeuralConfig,
} from '../../../src-main/contract/vocabulary.ts'
import type { NeuralForm } from '../../../src-renderer/stores/neuralForm.ts'
import { sizesOfParts } from '../../../src-renderer/stores/pretrainingForm.ts'
import {
  ALL_BASELINES,
  formOf,
  readForm,
  type FormModel,
  type ReadForm,
  type RunForm,
} from '../../../src-renderer/stores/runForm.ts'
import { equalButSeed, FORM_PRESETS, presetOf } from '../../../src-renderer/stores/runPresets.ts'
import type { SharedForm } from '../../../src-renderer/stores/sharedForm.ts'
import { numbersOf } from '../../../src-renderer/stores/typedNumbers.ts'

const neumf = neuralConfigSchema.parse({ model: 'NeuMF' })

interface Typed {
  model?: FormModel
  neural?: Partial<NeuralForm>
  shared?: Partial<SharedForm>
}

/** Fields of the form that a test types into; the rest is a NeuMF at its defaults. */
function typed({ model = 'NeuMF', neural, shared }: Typed): ReadForm {
  const form = formOf(neumf)
  return readForm({
    ...form,
    model,
    neural: { ...form.neural, ...neural },
    shared: { ...form.shared, ...shared },
  })
}

/** The configurations that a form asks for. */
function configsOf({ plan }: ReadForm) {
  return plan?.kind === 'runs' ? plan.configs : undefined
}

const SHARED = ['seed', 'patience']
const put = (field: string, text: string): Typed =>
  SHARED.includes(field) ? { shared: { [field]: text } } : { neural: { [field]: text } }

describe('a form', () => {
  it.each(PRESETS.map(({ id, config }) => [id, config]))(
    'of %s reads as the same configuration',
    (_, config) => {
      const parsed = runConfigSchema.parse(config)
      expect(readForm(formOf(parsed))).toEqual({ plan: { kind: 'runs', configs: [parsed] }, problems: {} })
    },
  )

  it.each(RUN_MODELS)('of %s at its defaults reads as the same configuration', (model) => {
    const config = runConfigSchema.parse({ model, fullRanking: 'end', selection: 'validation' })
    expect(configsOf(readForm(formOf(config)))).toEqual([config])
  })

  it('keeps what a baseline has of its own', () => {
    const config = runConfigSchema.parse({
      model: 'iALS',
      factors: 192,
      alpha: 0.1,
      patience: 3,
      fullRanking: 4,
    })
    expect(configsOf(readForm(formOf(config)))).toEqual([config])
  })

  it('keeps a custom tower, penalties and a seed beyond the safe integers', () => {
    const config = neuralConfigSchema.parse({
      model: 'MLP',
      tower: [64, 32, 16, 8],
      dropout: 0.25,
      l2: { scope: 'table', mlpUser: 1e-6, tower: [0.1, 0] },
      seed: '18446744073709551615',
    })
    expect(configsOf(readForm(formOf(config)))).toEqual([config])
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
    ['patience', '0', 'Must be at least 1.'],
  ] as const)('says at %s what is wrong with "%s"', (field, text, message) => {
    const { plan, problems } = typed(put(field, text))
    expect(plan).toBeUndefined()
    expect(problems).toEqual({ [field]: message })
  })

  it.each([
    ['', 'Write the widths with commas between them: 64, 32, 16, 8.'],
    ['64, x', 'Number 2: Must be a number.'],
    ['64, 0', 'Number 2: Must be at least 1.'],
  ])('says what is wrong with the tower "%s"', (tower, message) => {
    expect(typed({ neural: { shape: 'tower', tower } }).problems).toEqual({ tower: message })
  })

  it('says that the first width of a tower is split in two', () => {
    expect(typed({ neural: { shape: 'tower', tower: '63, 8' } }).problems.tower).toMatch(
      /must be even, but is 63/,
    )
  })

  it('names the part whose penalty is wrong', () => {
    const { l2 } = formOf(neumf).neural
    expect(typed({ neural: { l2: { ...l2, gmfUser: 'x' }, l2Tower: '0.1, -1' } }).problems).toEqual({
      'l2.gmfUser': 'Must be a number.',
      l2Tower: 'Number 2: Must be at least 0.',
    })
  })

  it('leaves out what its model does not have, right or wrong', () => {
    const neural = { layers: '?', tower: '1', shape: 'tower', dropout: '0.5' } as const
    expect(configsOf(typed({ model: 'GMF', neural }))).toEqual([neuralConfigSchema.parse({ model: 'GMF' })])
    const wide = typed({ model: 'MLP', neural: { shape: 'tower', tower: '8 4', factors: '?' } })
    expect(configsOf(wide)?.[0]).toMatchObject({ tower: [8, 4] })
    expect(configsOf(typed({ model: 'EASE', neural: { factors: '?' } }))).toHaveLength(1)
  })

  it('says what is wrong with the epochs between two full rankings', () => {
    const read = typed({ shared: { fullRanking: 'every', fullRankingEvery: '0' } })
    expect(read.problems).toEqual({ fullRanking: 'Must be at least 1.' })
    const words = typed({ shared: { fullRanking: 'every', fullRankingEvery: '?' } })
    expect(words.problems).toEqual({ fullRanking: 'Must be a whole number from 1 to 100,000.' })
    expect(configsOf(typed({ shared: { fullRanking: 'every' } }))?.[0].fullRanking).toBe(5)
  })

  it('ranks all items of a model without epochs at the end, and gives it no patience', () => {
    const shared = { fullRanking: 'every', fullRankingEvery: '?', patience: '?', seed: '?' } as const
    const [config] = configsOf(typed({ model: 'EASE', shared }))!
    expect(config).toEqual(runConfigSchema.parse({ model: 'EASE', fullRanking: 'end' }))
  })

  it('of all baselines reads as one of each, and names whose field is wrong', () => {
    const form: RunForm = { ...formOf(neumf), model: ALL_BASELINES }
    expect(configsOf(readForm(form))?.map(({ model }) => model)).toEqual(BASELINE_NAMES)
    form.baselines.EASE.lambda = '0'
    expect(readForm(form)).toEqual({ problems: { 'EASE.lambda': 'Must be above 0.' } })
  })
})

describe('a form of a pre-trained NeuMF', () => {
  const form = (change: Partial<RunForm['pretraining']> = {}): RunForm => {
    const plain = formOf(neumf)
    return { ...plain, model: PRETRAINED, pretraining: { ...plain.pretraining, ...change } }
  }

  it('reads as a chain: both parts alike, then the fused model by SGD', () => {
    const { plan } = readForm(form({ epochs: '7', alpha: '0.3' }))
    expect(plan).toMatchObject({
      kind: 'chain',
      alpha: 0.3,
      gmf: { model: 'GMF', factors: 32, epochs: 20, optimizer: 'adam' },
      mlp: { model: 'MLP', factors: 32, layers: 3, epochs: 20, optimizer: 'adam' },
      neumf: { model: 'NeuMF', factors: 32, layers: 3, epochs: 7, optimizer: 'sgd' },
    })
    expect(plan).not.toHaveProperty('neumf.pretraining')
  })

  it('says at its own fields what is wrong', () => {
    const { problems } = readForm(form({ epochs: '', learningRate: '0', alpha: '2' }))
    expect(problems).toEqual({
      'fused.epochs': 'Must be a number.',
      'fused.learningRate': 'Must be above 0.',
      alpha: 'Must be at most 1.',
    })
  })

  it('needs both runs where it starts from runs, and comes back from its configuration', () => {
    const gmf = { runId: 'g', groupKey: 'gg' }
    expect(readForm(form({ parts: 'runs', gmf })).problems).toHaveProperty('mlp')
    const [config] = configsOf(readForm(form({ parts: 'runs', gmf, mlp: { runId: 'm', groupKey: 'mm' } })))!
    expect(config).toMatchObject({ optimizer: 'sgd', pretraining: { alpha: 0.5, gmf, mlp: { runId: 'm' } } })
    expect(configsOf(readForm(formOf(config)))).toEqual([config])
  })

  it('takes the sizes of the runs that it starts from', () => {
    const config = (input: object) => neuralConfigSchema.parse(input) as NeuralConfig
    const gmf = config({ model: 'GMF', factors: 8 })
    expect(sizesOfParts(gmf, config({ model: 'MLP', factors: 8, layers: 2 }))).toEqual({
      ...{ shape: 'layers', factors: '8', layers: '2' },
    })
    const sizes = sizesOfParts(gmf, config({ model: 'MLP', factors: 16, layers: 1 }))
    expect(sizes).toEqual({ shape: 'tower', factors: '8', tower: '32, 16' })
    expect(sizesOfParts(gmf)).toEqual({ factors: '8' })
  })
})

describe('numbersOf', () => {
  it('takes commas, semicolons and spaces', () => {
    expect(numbersOf(' 64,32; 16  8,')).toEqual([64, 32, 16, 8])
    expect(numbersOf(' ')).toEqual([])
  })
})

describe('presets', () => {
  it.each(FORM_PRESETS)('$id can be started and is found again', (preset) => {
    const { plan, problems } = readForm(preset.form())
    expect(problems).toEqual({})
    expect(plan && presetOf(plan)?.id).toBe(preset.id)
  })

  it('are found again whatever the seed and the full ranking, and only when nothing else differs', () => {
    const config = neuralConfigSchema.parse(PRESETS[1].config)
    const presetOfRun = (change: object) => presetOf({ kind: 'runs', configs: [{ ...config, ...change }] })
    expect(presetOfRun({ seed: '7', fullRanking: 'end' })?.id).toBe(PRESETS[1].id)
    expect(presetOfRun({ epochs: 21 })).toBeUndefined()
    expect(presetOfRun({ patience: 3 })).toBeUndefined()
    expect(equalButSeed(config, { ...config, l2: { ...config.l2, scope: 'table' } })).toBe(false)
  })
})
