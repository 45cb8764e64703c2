import type { RunConfig } from '../../../../src-main/contract/vocabulary.ts'
import { formatCount } from '../../../layout/formats.ts'
import { L2_PARTS } from '../../../stores/runForm.ts'

/** What stands for a field that a model does not have. */
export const NOT_THERE = '–'

export const OPTIMIZER_WORDS: Record<RunConfig['optimizer'], string> = {
  adam: 'Adam',
  lazyAdam: 'Lazy Adam',
  sgd: 'SGD',
  adagrad: 'AdaGrad',
  rmsprop: 'RMSProp',
}
export const SELECTION_WORDS: Record<RunConfig['selection'], string> = {
  paper: 'Paper (test items)',
  validation: 'Validation items',
}
export const ARITHMETIC_WORDS: Record<RunConfig['arithmetic'], string> = {
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

function towerOnly(text: (config: RunConfig) => string): ConfigField['text'] {
  return (config) => (config.model === 'GMF' ? NOT_THERE : text(config))
}

/** Penalties in a few words; 'none' for a model without any. */
function l2Text({ l2 }: RunConfig): string {
  const parts = L2_PARTS.filter((part) => l2[part] > 0).map((part) => `${L2_WORDS[part]} ${l2[part]}`)
  if (l2.tower.some((penalty) => penalty > 0)) parts.push(`tower ${l2.tower.join(', ')}`)
  if (parts.length === 0) return 'none'
  return `${parts.join('; ')} (${l2.scope === 'batch' ? 'rows of the batch' : 'whole tables'})`
}

/** A configuration as people read it, field by field. */
export const CONFIG_FIELDS: readonly ConfigField[] = [
  { key: 'model', label: 'Model', text: ({ model }) => model },
  {
    key: 'factors',
    label: 'Factors',
    text: ({ model, tower, factors }) => (model === 'MLP' && tower ? NOT_THERE : String(factors)),
  },
  {
    key: 'layers',
    label: 'Layers',
    text: towerOnly(({ tower, layers }) => (tower ? NOT_THERE : String(layers))),
  },
  { key: 'tower', label: 'Custom tower', text: towerOnly(({ tower }) => tower?.join(', ') ?? NOT_THERE) },
  { key: 'dropout', label: 'Dropout', text: towerOnly(({ dropout }) => String(dropout)) },
  { key: 'epochs', label: 'Epochs', text: ({ epochs }) => formatCount(epochs) },
  { key: 'batchSize', label: 'Batch size', text: ({ batchSize }) => formatCount(batchSize) },
  { key: 'learningRate', label: 'Learning rate', text: ({ learningRate }) => String(learningRate) },
  {
    key: 'negativesPerPositive',
    label: 'Negatives per positive',
    text: ({ negativesPerPositive }) => String(negativesPerPositive),
  },
  { key: 'optimizer', label: 'Optimizer', text: ({ optimizer }) => OPTIMIZER_WORDS[optimizer] },
  { key: 'selection', label: 'Best epoch by', text: ({ selection }) => SELECTION_WORDS[selection] },
  { key: 'l2', label: 'L2 penalties', text: l2Text },
  { key: 'arithmetic', label: 'Arithmetic', text: ({ arithmetic }) => ARITHMETIC_WORDS[arithmetic] },
  { key: 'seed', label: 'Seed', text: ({ seed }) => seed },
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
