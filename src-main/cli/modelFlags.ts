import { Option, type Command } from 'commander'
import { MODEL_NAMES } from '../core/models/modelSpec.ts'
import {
  ARITHMETICS,
  BASELINE_NAMES,
  fieldsOf,
  hasField,
  OPTIMIZERS,
  PRETRAINED,
  RUN_MODELS,
  runConfigSchema,
  type ConfigFields,
  type NeuralConfig,
  type RunConfig,
  type RunModel,
} from '../core/run/runConfig.ts'
import { evaluationFieldsOf, type EvaluationFlags } from './evaluationFlags.ts'
import { UsageError } from './exitCodes.ts'
import { belowOne, listOf, notNegative, oneOf, positive, seed, wholeNumber } from './flagValues.ts'
import { addPenaltyFlags, penaltiesOf, type PenaltyFlags } from './penaltyFlags.ts'

/** What can be asked for; the pre-trained one is no model of its own, but a NeuMF that is trained after its parts. */
export const MODELS = [...MODEL_NAMES, PRETRAINED, ...BASELINE_NAMES] as const

/** What says which model is trained, and how; undefined where it is left to the model. */
export interface ModelFlags extends PenaltyFlags {
  model: RunModel
  factors?: number
  layers?: number
  tower?: number[]
  epochs?: number
  batch?: number
  lr?: number
  negatives?: number
  dropout?: number
  optimizer?: NeuralConfig['optimizer']
  arithmetic?: NeuralConfig['arithmetic']
  k?: number
  shrinkage?: number
  lambda?: number
  alpha?: number
  seed?: string
}

type FlagName = Exclude<keyof ModelFlags, 'model' | keyof PenaltyFlags>

interface ModelFlag {
  /** Of the configuration. */
  field: keyof ConfigFields
  /** As commander has it. */
  value: string
  description: string
  read(text: string): unknown
}

const MODEL_FLAGS: Record<FlagName, ModelFlag> = {
  factors: {
    field: 'factors',
    value: '<n>',
    description: 'factors of a user and an item',
    read: wholeNumber(1, 8192),
  },
  layers: {
    field: 'layers',
    value: '<n>',
    description: 'hidden layers of the tower',
    read: wholeNumber(0, 16),
  },
  tower: {
    field: 'tower',
    value: '<list>',
    description: 'widths instead of --layers, e.g. 64,32,16,8',
    read: listOf(wholeNumber(1, 65536)),
  },
  epochs: {
    field: 'epochs',
    value: '<n>',
    description: 'passes over the data',
    read: wholeNumber(1, 100_000),
  },
  batch: { field: 'batchSize', value: '<n>', description: 'samples a step', read: wholeNumber(1, 1_048_576) },
  lr: { field: 'learningRate', value: '<rate>', description: 'learning rate', read: positive },
  negatives: {
    field: 'negativesPerPositive',
    value: '<n>',
    description: 'sampled for each positive',
    read: wholeNumber(1, 1000),
  },
  dropout: {
    field: 'dropout',
    value: '<rate>',
    description: 'before each layer of the tower',
    read: belowOne,
  },
  optimizer: {
    field: 'optimizer',
    value: '<name>',
    description: `${OPTIMIZERS.join(', ')}; of the last part of ${PRETRAINED}: sgd`,
    read: oneOf(OPTIMIZERS),
  },
  arithmetic: {
    field: 'arithmetic',
    value: '<name>',
    description: ARITHMETICS.join(', '),
    read: oneOf(ARITHMETICS),
  },
  k: {
    field: 'neighbors',
    value: '<n>',
    description: 'neighbours kept for each item',
    read: wholeNumber(1, 1_000_000),
  },
  shrinkage: {
    field: 'shrinkage',
    value: '<number>',
    description: 'against similarities that few users support',
    read: notNegative,
  },
  lambda: { field: 'lambda', value: '<number>', description: 'L2 penalty', read: notNegative },
  alpha: {
    field: 'alpha',
    value: '<number>',
    description: `weight of what was not observed; of ${PRETRAINED}: share of the GMF, 0.5`,
    read: notNegative,
  },
  seed: { field: 'seed', value: '<n>', description: 'of all that is random', read: seed },
}

/** The models that have a flag, each with what it takes without it: `EASE: 500; iALS: 0.007`. */
function describeDefaults({ field }: ModelFlag): string {
  const models = RUN_MODELS.filter((model) => hasField(model, field))
  const byDefault = new Map<unknown, RunModel[]>()
  for (const model of models) {
    const value = fieldsOf(runConfigSchema.parse({ model }))[field]
    byDefault.set(value, [...(byDefault.get(value) ?? []), model])
  }
  if (models.length === RUN_MODELS.length) return `default: ${String([...byDefault.keys()][0])}`
  return [...byDefault]
    .map(([value, group]) => group.join(', ') + (value === undefined ? '' : `: ${String(value)}`))
    .join('; ')
}

/** The flags that choose a model and its settings. */
export function addModelFlags(command: Command): Command {
  command.addOption(
    new Option('--model <name>', MODELS.join(', ')).argParser(oneOf(MODELS)).makeOptionMandatory(),
  )
  for (const [name, flag] of Object.entries(MODEL_FLAGS)) {
    const description = `${flag.description} (${describeDefaults(flag)})`
    command.addOption(
      new Option(`--${name} ${flag.value}`, description).argParser(flag.read).helpGroup('Model:'),
    )
  }
  return addPenaltyFlags(command)
}

const flagEntries = Object.entries(MODEL_FLAGS) as [FlagName, ModelFlag][]

/** The flag that a field of the configuration comes from. */
function flagOf(field: string): string {
  if (field === 'patience') return '--early-stop'
  return `--${flagEntries.find(([, flag]) => flag.field === field)?.[0] ?? field}`
}

function requireField(model: RunModel, field: string): void {
  if (hasField(model, field)) return
  const owners = RUN_MODELS.filter((name) => hasField(name, field)).join(', ')
  throw new UsageError(`${flagOf(field)}: ${model} has no such setting; it is one of ${owners}.`)
}

/** The configuration that the flags stand for. Throws UsageError, also for a flag that the model does not have. */
export function modelConfigOf(flags: ModelFlags & EvaluationFlags): RunConfig {
  const { model } = flags
  const given: Record<string, unknown> = { ...evaluationFieldsOf(flags), ...penaltiesOf(flags) }
  for (const [name, { field }] of flagEntries) if (flags[name] !== undefined) given[field] = flags[name]
  for (const field of Object.keys(given)) requireField(model, field)
  const result = runConfigSchema.safeParse({ model, ...given })
  if (result.success) return result.data
  const lines = result.error.issues.map(({ path, message }) => `${flagOf(String(path[0]))}: ${message}`)
  throw new UsageError(lines.join(' '))
}
