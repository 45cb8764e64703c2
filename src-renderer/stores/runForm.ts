import type { z } from 'zod'
import {
  PRESETS,
  neuralConfigSchema,
  type ModelName,
  type NeuralConfig,
} from '../../src-main/contract/vocabulary.ts'

/** Parts of a model that have an L2 penalty of their own. */
export const L2_PARTS = ['gmfUser', 'gmfItem', 'mlpUser', 'mlpItem', 'predict'] as const
export type L2Part = (typeof L2_PARTS)[number]

/** A configuration as it is typed: numbers stay the text that people wrote, so that nothing is lost while it is wrong. */
export interface RunForm {
  model: ModelName
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
  selection: NeuralConfig['selection']
  seed: string
  arithmetic: NeuralConfig['arithmetic']
  l2Scope: NeuralConfig['l2']['scope']
  l2: Record<L2Part, string>
  l2Tower: string
}

export interface ReadForm {
  config?: NeuralConfig
  /** The first thing wrong with each field, by its name in the form: `factors`, `l2.gmfUser`, `l2Tower`. */
  problems: Record<string, string>
}

const l2Texts = (l2: NeuralConfig['l2']) =>
  Object.fromEntries(L2_PARTS.map((part) => [part, String(l2[part])])) as Record<L2Part, string>

/** The form that reads as a configuration. */
export function formOf(config: NeuralConfig): RunForm {
  return {
    model: config.model,
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
    selection: config.selection,
    seed: config.seed,
    arithmetic: config.arithmetic,
    l2Scope: config.l2.scope,
    l2: l2Texts(config.l2),
    l2Tower: config.l2.tower.join(', '),
  }
}

/** Whether factors decide anything: a custom tower leaves only GMF's embeddings to them. */
export const usesFactors = ({ model, shape }: RunForm) => model !== 'MLP' || shape === 'layers'
export const usesTower = ({ model }: RunForm) => model !== 'GMF'

/** Whether an L2 part exists in a model. */
export function hasPart(model: ModelName, part: L2Part): boolean {
  if (part.startsWith('gmf')) return model !== 'MLP'
  return part.startsWith('mlp') ? model !== 'GMF' : true
}

/** NaN for what is no number, so that the schema refuses it. */
function numberOf(text: string): number {
  return text.trim() === '' ? NaN : Number(text)
}

/** Numbers between commas or spaces; none in empty text. */
export function numbersOf(text: string): number[] {
  return text
    .split(/[\s,;]+/)
    .filter((part) => part !== '')
    .map(Number)
}

/** What applies to the model alone: a field that is out of sight neither blocks a run nor makes it differ. */
function applicable(form: RunForm): unknown {
  const tower = usesTower(form)
  const penalties = L2_PARTS.filter((part) => hasPart(form.model, part))
  return {
    model: form.model,
    ...(usesFactors(form) && { factors: numberOf(form.factors) }),
    ...(tower && form.shape === 'layers' && { layers: numberOf(form.layers) }),
    ...(tower && form.shape === 'tower' && { tower: numbersOf(form.tower) }),
    ...(tower && { dropout: numberOf(form.dropout) }),
    epochs: numberOf(form.epochs),
    batchSize: numberOf(form.batchSize),
    learningRate: numberOf(form.learningRate),
    negativesPerPositive: numberOf(form.negativesPerPositive),
    optimizer: form.optimizer,
    selection: form.selection,
    seed: form.seed.trim(),
    arithmetic: form.arithmetic,
    l2: {
      scope: form.l2Scope,
      ...Object.fromEntries(penalties.map((part) => [part, numberOf(form.l2[part])])),
      ...(tower && { tower: numbersOf(form.l2Tower) }),
    },
  }
}

const WHOLE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 20 })

function words(issue: z.core.$ZodIssue): string {
  if (issue.path[0] === 'seed' && issue.code !== 'custom') return 'Must be a whole number of at least 0.'
  if (issue.code === 'too_small' && issue.path[0] === 'tower' && issue.path.length === 1)
    return 'Write the widths with commas between them: 64, 32, 16, 8.'
  if (issue.code === 'too_small')
    return `Must be ${issue.inclusive === false ? 'above' : 'at least'} ${WHOLE.format(issue.minimum)}.`
  if (issue.code === 'too_big' && issue.path[0] === 'tower' && issue.path.length === 1)
    return `Must be at most ${issue.maximum} widths.`
  if (issue.code === 'too_big')
    return `Must be ${issue.inclusive === false ? 'below' : 'at most'} ${WHOLE.format(issue.maximum)}.`
  if (issue.code === 'invalid_type') return `Must be a ${issue.expected === 'int' ? 'whole ' : ''}number.`
  return issue.message
}

/** The field of the form that an issue of the schema is about. */
function fieldOf([first, second]: readonly PropertyKey[]): string {
  if (first !== 'l2') return String(first)
  return second === 'tower' ? 'l2Tower' : `l2.${String(second)}`
}

/** Which number of a list an issue is about, in words. */
function placeOf({ path }: z.core.$ZodIssue): string {
  const place = path.at(-1)
  return typeof place === 'number' ? `Number ${place + 1}: ` : ''
}

/** Reads a form; without a problem there is a configuration. */
export function readForm(form: RunForm): ReadForm {
  const { data, error } = neuralConfigSchema.safeParse(applicable(form))
  if (data) return { config: data, problems: {} }
  // The schema says once more at the tower that factors or layers are wrong.
  const issues = error.issues.filter(({ path }) => form.shape === 'tower' || path[0] !== 'tower')
  const entries = issues.map((issue) => [fieldOf(issue.path), `${placeOf(issue)}${words(issue)}`])
  return { problems: Object.fromEntries(entries.reverse()) as Record<string, string> }
}

/** Whether two configurations differ in nothing but their seed. */
export function equalButSeed(a: NeuralConfig, b: NeuralConfig): boolean {
  const canonical = (config: NeuralConfig) =>
    JSON.stringify(neuralConfigSchema.parse({ ...config, seed: '0' }))
  return canonical(a) === canonical(b)
}

/** The preset that a configuration is, whatever its seed. */
export function presetOf(config: NeuralConfig): (typeof PRESETS)[number] | undefined {
  return PRESETS.find((preset) => equalButSeed(neuralConfigSchema.parse(preset.config), config))
}
