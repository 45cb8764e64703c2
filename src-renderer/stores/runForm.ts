import {
  BASELINE_NAMES,
  isClosedForm,
  isNeural,
  MODEL_NAMES,
  neuralConfigSchema,
  PRETRAINED,
  runConfigSchema,
  type BaselineConfig,
  type BaselineName,
  type ModelName,
  type NeuralConfig,
  type RunConfig,
} from '../../src-main/contract/vocabulary.ts'
import { baselineFormsOf, baselineInput, type BaselineForms } from './baselineForm.ts'
import { neuralFormOf, neuralInput, type NeuralForm } from './neuralForm.ts'
import { fusedInput, paperPretraining, pretrainingFormOf, type PretrainingForm } from './pretrainingForm.ts'
import { sharedFormOf, sharedInput, type SharedForm } from './sharedForm.ts'
import { issueWords, numberOf } from './typedNumbers.ts'

export const ALL_BASELINES = 'all-baselines'
/** What a form can stand for: a model, a NeuMF after its parts, or a run of each baseline. */
export type FormModel = ModelName | typeof PRETRAINED | BaselineName | typeof ALL_BASELINES

/** Runs as they are typed. What belongs to another model stays as it was left, and is not read. */
export interface RunForm {
  model: FormModel
  neural: NeuralForm
  pretraining: PretrainingForm
  baselines: BaselineForms
  shared: SharedForm
}

/** What a form asks for; each configuration is trained from every seed that makes a difference to it. */
export type RunPlan =
  | { kind: 'runs'; configs: readonly RunConfig[] }
  /** GMF and MLP first, then the NeuMF that starts from them. */
  | { kind: 'chain'; gmf: NeuralConfig; mlp: NeuralConfig; neumf: NeuralConfig; alpha: number }

export interface ReadForm {
  plan?: RunPlan
  /**
   * The first thing wrong with each field, by its name: `factors`, `l2.gmfUser`, `l2Tower`, `fused.epochs`, or after
   * the model's name, `EASE.lambda`.
   */
  problems: Record<string, string>
}

export const isBaselineModel = (model: FormModel): model is BaselineName =>
  (BASELINE_NAMES as readonly string[]).includes(model)

/** The neural model that a form's sizes are of; undefined for baselines. */
export function neuralModelOf(model: FormModel): ModelName | undefined {
  if (model === PRETRAINED) return 'NeuMF'
  return MODEL_NAMES.find((name) => name === model)
}

/** The baselines that a form stands for. */
export function baselinesOf(model: FormModel): readonly BaselineName[] {
  if (model === ALL_BASELINES) return BASELINE_NAMES
  return isBaselineModel(model) ? [model] : []
}

/** Whether a form stands for any model that trains epoch by epoch from a seed, and not for those in closed form alone. */
export const anyEpochs = (model: FormModel) =>
  neuralModelOf(model) !== undefined || baselinesOf(model).some((name) => !isClosedForm({ model: name }))

function modelOf(config: RunConfig): FormModel {
  return isNeural(config) && config.pretraining ? PRETRAINED : config.model
}

/** The part of a form about the way from parts to a NeuMF. */
function pretrainingOf(config: RunConfig): PretrainingForm {
  if (!isNeural(config) || !config.pretraining) return paperPretraining()
  return pretrainingFormOf({ ...config, pretraining: config.pretraining })
}

/** The form that reads as a configuration; other models stand at their defaults. */
export function formOf(config: RunConfig): RunForm {
  const neural = isNeural(config) ? config : neuralConfigSchema.parse({ model: 'NeuMF' })
  return {
    model: modelOf(config),
    neural: neuralFormOf(neural),
    pretraining: pretrainingOf(config),
    baselines: baselineFormsOf(isNeural(config) ? undefined : config),
    shared: sharedFormOf(config),
  }
}

/** Which field of the form a path of the schema is, by the paths' names there. */
type FieldNames = (path: readonly PropertyKey[]) => string

const plainName: FieldNames = ([first, second]) => {
  if (first === 'l2') return second === 'tower' ? 'l2Tower' : `l2.${String(second)}`
  return first === 'pretraining' ? String(second) : String(first)
}

/** Of the fused model, whose epochs, learning rate and optimizer are not those of its parts. */
const fusedName: FieldNames = (path) => {
  const own = ['epochs', 'learningRate', 'optimizer'].includes(String(path[0]))
  return own ? `fused.${String(path[0])}` : plainName(path)
}

const SHARED_NAMES = ['seed', 'selection', 'fullRanking', 'patience']
const baselineName =
  (model: BaselineName): FieldNames =>
  ([first]) =>
    SHARED_NAMES.includes(String(first)) ? String(first) : `${model}.${String(first)}`

interface ReadConfig<Config> {
  config?: Config
  problems: Record<string, string>
}

/** Reads one configuration. With a tower that follows from factors, what is wrong with those is not said twice. */
function readConfig(input: unknown, names: FieldNames, derivedTower: boolean): ReadConfig<RunConfig> {
  const { data, error } = runConfigSchema.safeParse(input)
  if (data) return { config: data, problems: {} }
  const issues = error.issues.filter(({ path }) => !derivedTower || path[0] !== 'tower')
  const entries = issues.map((issue) => {
    const place = issue.path.at(-1)
    const which = typeof place === 'number' ? `Number ${place + 1}: ` : ''
    return [names(issue.path), `${which}${issueWords(issue)}`]
  })
  return { problems: Object.fromEntries(entries.reverse()) as Record<string, string> }
}

function readNeural(
  { neural, shared }: RunForm,
  model: ModelName,
  more: object = {},
  names: FieldNames = plainName,
): ReadConfig<NeuralConfig> {
  const input = { ...neuralInput(neural, model), ...sharedInput(shared, false) }
  return readConfig({ ...input, ...more }, names, neural.shape === 'layers') as ReadConfig<NeuralConfig>
}

/** The NeuMF after its parts; stand-ins for parts that are still to be trained let its alpha be read. */
function readFused(form: RunForm, parts: object): ReadConfig<NeuralConfig> {
  const pretraining = { alpha: numberOf(form.pretraining.alpha), ...parts }
  return readNeural(form, 'NeuMF', { ...fusedInput(form.pretraining), pretraining }, fusedName)
}

function readChain(form: RunForm): ReadForm {
  const [gmf, mlp] = [readNeural(form, 'GMF'), readNeural(form, 'MLP')]
  const standIn = { runId: 'to be trained', groupKey: 'to be trained' }
  const fused = readFused(form, { gmf: standIn, mlp: standIn })
  const problems = { ...fused.problems, ...mlp.problems, ...gmf.problems }
  if (!gmf.config || !mlp.config || !fused.config?.pretraining) return { problems }
  const { pretraining, ...neumf } = fused.config
  const chain = { gmf: gmf.config, mlp: mlp.config, neumf, alpha: pretraining.alpha }
  return { plan: { kind: 'chain', ...chain }, problems: {} }
}

function readFusion(form: RunForm): ReadForm {
  const { gmf, mlp } = form.pretraining
  const missing = {
    ...(!gmf && { gmf: 'Choose a finished run of GMF.' }),
    ...(!mlp && { mlp: 'Choose a finished run of MLP.' }),
  }
  const { config, problems } = readFused(form, { gmf, mlp })
  if (config) return { plan: { kind: 'runs', configs: [config] }, problems: {} }
  return { problems: { ...problems, ...missing } }
}

function readBaselines({ model, baselines, shared }: RunForm): ReadForm {
  const read = baselinesOf(model).map((name) => {
    const closedForm = isClosedForm({ model: name })
    const input = { ...baselineInput(baselines, name), ...sharedInput(shared, closedForm) }
    return readConfig(input, baselineName(name), false)
  })
  const problems = Object.assign({}, ...read.map((one) => one.problems)) as Record<string, string>
  const configs = read.flatMap(({ config }) => (config ? [config as BaselineConfig] : []))
  return Object.keys(problems).length > 0 ? { problems } : { plan: { kind: 'runs', configs }, problems }
}

/** Reads a form; without a problem there is a plan. */
export function readForm(form: RunForm): ReadForm {
  if (form.model === PRETRAINED)
    return form.pretraining.parts === 'train' ? readChain(form) : readFusion(form)
  const model = neuralModelOf(form.model)
  if (!model) return readBaselines(form)
  const { config, problems } = readNeural(form, model)
  return config ? { plan: { kind: 'runs', configs: [config] }, problems } : { problems }
}
