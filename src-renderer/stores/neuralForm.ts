import type { ModelName, NeuralConfig } from '../../src-main/contract/vocabulary.ts'
import { numberOf, numbersOf } from './typedNumbers.ts'

/** Parts of a model that have an L2 penalty of their own. */
export const L2_PARTS = ['gmfUser', 'gmfItem', 'mlpUser', 'mlpItem', 'predict'] as const
export type L2Part = (typeof L2_PARTS)[number]

/** A neural model as it is typed: numbers stay the text that people wrote, so that nothing is lost while it is wrong. */
export interface NeuralForm {
  /** Whether the tower follows from factors and layers, or has widths of its own. */
  shape: 'layers' | 'tower'
  factors: string
  layers: string
  tower: string
  dropout: string
  epochs: string
  batchSize: string
  learningRate: string
  negativesPerPositive: string
  optimizer: NeuralConfig['optimizer']
  arithmetic: NeuralConfig['arithmetic']
  l2Scope: NeuralConfig['l2']['scope']
  l2: Record<L2Part, string>
  l2Tower: string
}

const l2Texts = (l2: NeuralConfig['l2']) =>
  Object.fromEntries(L2_PARTS.map((part) => [part, String(l2[part])])) as Record<L2Part, string>

/** The form that reads as a configuration. */
export function neuralFormOf(config: NeuralConfig): NeuralForm {
  return {
    shape: config.tower ? 'tower' : 'layers',
    factors: String(config.factors),
    layers: String(config.layers),
    tower: (config.tower ?? []).join(', '),
    dropout: String(config.dropout),
    epochs: String(config.epochs),
    batchSize: String(config.batchSize),
    learningRate: String(config.learningRate),
    negativesPerPositive: String(config.negativesPerPositive),
    optimizer: config.optimizer,
    arithmetic: config.arithmetic,
    l2Scope: config.l2.scope,
    l2: l2Texts(config.l2),
    l2Tower: config.l2.tower.join(', '),
  }
}

export const usesTower = (model: ModelName) => model !== 'GMF'
/** Whether factors decide anything: a custom tower leaves only GMF's embeddings to them. */
export const usesFactors = (model: ModelName, { shape }: Pick<NeuralForm, 'shape'>) =>
  model !== 'MLP' || shape === 'layers'

/** Whether an L2 part exists in a model. */
export function hasPart(model: ModelName, part: L2Part): boolean {
  if (part.startsWith('gmf')) return model !== 'MLP'
  return part.startsWith('mlp') ? model !== 'GMF' : true
}

function shapeInput(form: NeuralForm, model: ModelName) {
  const tower = usesTower(model)
  return {
    ...(usesFactors(model, form) && { factors: numberOf(form.factors) }),
    ...(tower && form.shape === 'layers' && { layers: numberOf(form.layers) }),
    ...(tower && form.shape === 'tower' && { tower: numbersOf(form.tower) }),
    ...(tower && { dropout: numberOf(form.dropout) }),
  }
}

function l2Input(form: NeuralForm, model: ModelName) {
  const penalties = L2_PARTS.filter((part) => hasPart(model, part))
  return {
    scope: form.l2Scope,
    ...Object.fromEntries(penalties.map((part) => [part, numberOf(form.l2[part])])),
    ...(usesTower(model) && { tower: numbersOf(form.l2Tower) }),
  }
}

/** What applies to a model alone: a field that is out of sight neither blocks a run nor makes it differ. */
export function neuralInput(form: NeuralForm, model: ModelName): Record<string, unknown> {
  return {
    model,
    ...shapeInput(form, model),
    epochs: numberOf(form.epochs),
    batchSize: numberOf(form.batchSize),
    learningRate: numberOf(form.learningRate),
    negativesPerPositive: numberOf(form.negativesPerPositive),
    optimizer: form.optimizer,
    arithmetic: form.arithmetic,
    l2: l2Input(form, model),
  }
}
