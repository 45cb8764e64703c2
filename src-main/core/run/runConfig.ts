import { z } from 'zod'
import { MODEL_NAMES } from '../models/modelSpec.ts'
import { BASELINE_NAMES, BASELINE_SCHEMAS, CLOSED_FORM_NAMES } from './baselineConfig.ts'
import { neuralConfigSchema, type NeuralConfig } from './neuralConfig.ts'

export { BASELINE_NAMES, type BaselineName } from './baselineConfig.ts'
export { FULL_RANKINGS, SELECTIONS } from './commonConfig.ts'
export * from './neuralConfig.ts'

/** What people ask for to get a GMF, an MLP, and the NeuMF that starts from both. */
export const PRETRAINED = 'NeuMF-pre'

/** Every model that a run can be of. */
export const RUN_MODELS = [...MODEL_NAMES, ...BASELINE_NAMES] as const
export type RunModel = (typeof RUN_MODELS)[number]

/** All that decides a run's numbers, together with its data: the same config and data give the same bits. */
export const runConfigSchema = z.discriminatedUnion('model', [neuralConfigSchema, ...BASELINE_SCHEMAS])

export type RunConfig = z.output<typeof runConfigSchema>
export type RunConfigInput = z.input<typeof runConfigSchema>
export type BaselineConfig = Exclude<RunConfig, NeuralConfig>

/** Whether a configuration is of a model that trains by steps over sampled batches. */
export function isNeural(config: RunConfig): config is NeuralConfig {
  return (MODEL_NAMES as readonly string[]).includes(config.model)
}

/** Whether a model is computed at once: it has no epochs to choose among, and its seed changes nothing. */
export function isClosedForm({ model }: Pick<RunConfig, 'model'>): boolean {
  return CLOSED_FORM_NAMES.includes(model)
}

/** Whether a model's configuration has a field, given or not. */
export function hasField(model: RunModel, field: string): boolean {
  const schema = runConfigSchema.options.find(({ shape }) => shape.model.safeParse(model).success)
  return schema !== undefined && field in schema.shape
}

/** How many passes over the data a run makes at most; a model in closed form is fitted in one. */
export function plannedEpochs(config: RunConfig): number {
  return 'epochs' in config ? config.epochs : 1
}

/** The arithmetic that a run computes with; baselines have no other than the portable one. */
export function arithmeticOf(config: RunConfig): NeuralConfig['arithmetic'] {
  return isNeural(config) ? config.arithmetic : 'portable'
}

type FieldName = RunConfig extends infer Config ? (Config extends unknown ? keyof Config : never) : never

/** Every field that any model has; undefined where a model has no such field. */
export type ConfigFields = { [Name in FieldName]?: Extract<RunConfig, Partial<Record<Name, unknown>>>[Name] }

/** A configuration as what may be shown, sorted and searched, whatever its model; nothing of none. */
export function fieldsOf(config: RunConfig | undefined): ConfigFields {
  return config ?? {}
}
