import {
  fieldsOf,
  isNeural,
  type ConfigFields,
  type NeuralConfig,
  type PretrainedPart,
  type Pretraining,
  type RunConfig,
} from '../../../../src-main/contract/vocabulary.ts'
import { formatCount } from '../../../layout/formats.ts'
import { L2_PARTS } from '../../../stores/neuralForm.ts'

/** What stands for a field that a model does not have. */
export const NOT_THERE = '–'

export const OPTIMIZER_WORDS: Record<NeuralConfig['optimizer'], string> = {
  adam: 'Adam',
  lazyAdam: 'Lazy Adam',
  sgd: 'SGD',
  adagrad: 'AdaGrad',
  rmsprop: 'RMSProp',
}
export const SELECTION_WORDS: Record<NeuralConfig['selection'], string> = {
  paper: 'Paper (test items)',
  validation: 'Validation items',
}
export const ARITHMETIC_WORDS: Record<NeuralConfig['arithmetic'], string> = {
  portable: 'Portable',
  fma: 'Fused multiply-add',
}
export const L2_WORDS = {
  gmfUser: 'GMF user',
  gmfItem: 'GMF item',
  mlpUser: 'MLP user',
  mlpItem: 'MLP item',
  predict: 'Prediction',
} as const

export interface ConfigField {
  key: string
  label: string
  text(config: RunConfig): string
}

/** A field by its own value, wherever a model has it. */
function field<Key extends keyof ConfigFields>(
  key: Key,
  label: string,
  words: (value: NonNullable<ConfigFields[Key]>) => string = String,
): ConfigField {
  const text = (config: RunConfig) => {
    const value = fieldsOf(config)[key]
    return value === undefined || value === null ? NOT_THERE : words(value)
  }
  return { key, label, text }
}

/** A field of the tower, which GMF does not have. */
function towerField(
  key: string,
  label: string,
  text: (config: NeuralConfig) => string | undefined,
): ConfigField {
  return {
    ...{ key, label },
    text: (config) => (isNeural(config) && config.model !== 'GMF' ? text(config) : undefined) ?? NOT_THERE,
  }
}

/** Penalties in a few words; 'none' for a model without any. */
function l2Text(l2: NeuralConfig['l2']): string {
  const parts = L2_PARTS.filter((part) => l2[part] > 0).map((part) => `${L2_WORDS[part]} ${l2[part]}`)
  if (l2.tower.some((penalty) => penalty > 0)) parts.push(`tower ${l2.tower.join(', ')}`)
  if (parts.length === 0) return 'none'
  return `${parts.join('; ')} (${l2.scope === 'batch' ? 'rows of the batch' : 'whole tables'})`
}

function factorsText(config: RunConfig): string {
  const { model, tower, factors } = { ...fieldsOf(config), model: config.model }
  return factors === undefined || (model === 'MLP' && tower) ? NOT_THERE : String(factors)
}

function partText(part: PretrainedPart): string {
  return 'runId' in part ? part.runId : part.file
}

function pretrainingText({ alpha, gmf, mlp }: Pretraining): string {
  return `alpha ${alpha}; ${partText(gmf)} and ${partText(mlp)}`
}

function fullRankingText(value: RunConfig['fullRanking']): string {
  if (typeof value === 'number') return `every ${formatCount(value)} epochs`
  return value === 'end' ? 'at the end' : 'never'
}

/** A configuration as people read it, field by field. */
export const CONFIG_FIELDS: readonly ConfigField[] = [
  { key: 'model', label: 'Model', text: ({ model }) => model },
  { key: 'factors', label: 'Factors', text: factorsText },
  towerField('layers', 'Layers', ({ tower, layers }) => (tower ? undefined : String(layers))),
  towerField('tower', 'Custom tower', ({ tower }) => tower?.join(', ')),
  towerField('dropout', 'Dropout', ({ dropout }) => String(dropout)),
  field('neighbors', 'Neighbours', formatCount),
  field('shrinkage', 'Shrinkage'),
  field('lambda', 'Lambda'),
  field('alpha', 'Alpha'),
  field('pretraining', 'Pre-trained from', pretrainingText),
  field('epochs', 'Epochs', formatCount),
  field('patience', 'Patience', (epochs) => `${formatCount(epochs)} epochs`),
  field('batchSize', 'Batch size', formatCount),
  field('learningRate', 'Learning rate'),
  field('negativesPerPositive', 'Negatives per positive'),
  field('optimizer', 'Optimizer', (optimizer) => OPTIMIZER_WORDS[optimizer]),
  field('selection', 'Best epoch by', (selection) => SELECTION_WORDS[selection]),
  field('fullRanking', 'Full ranking', fullRankingText),
  field('l2', 'L2 penalties', l2Text),
  field('arithmetic', 'Arithmetic', (arithmetic) => ARITHMETIC_WORDS[arithmetic]),
  field('seed', 'Seed'),
]

export interface ConfigChange {
  key: string
  label: string
  from: string
  to: string
}

/** What differs from one configuration to another, in the order of CONFIG_FIELDS. */
export function configDiff(from: RunConfig, to: RunConfig): ConfigChange[] {
  return CONFIG_FIELDS.map(({ key, label, text }) => ({
    key,
    label,
    from: text(from),
    to: text(to),
  })).filter((change) => change.from !== change.to)
}
