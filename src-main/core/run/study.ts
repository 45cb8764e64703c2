import { FUSED_OPTIMIZER } from '../models/pretraining.ts'
import { MODEL_NAMES } from '../models/modelSpec.ts'
import {
  BASELINE_NAMES,
  isClosedForm,
  PRETRAINED,
  runConfigSchema,
  type NeuralConfig,
  type RunConfig,
} from './runConfig.ts'
import { seedsFrom } from './seeds.ts'

/** What a study trains; the order of its tables. */
export const STUDY_MODELS = [...BASELINE_NAMES, ...MODEL_NAMES, PRETRAINED] as const
export type StudyModel = (typeof STUDY_MODELS)[number]

export interface StudyOptions {
  models: readonly StudyModel[]
  /** Of the neural models; baselines have their own usual size. */
  factors: number
  epochs: number
  seeds: number
  firstSeed: string
  selection: RunConfig['selection']
  arithmetic: NeuralConfig['arithmetic']
}

/** Runs that differ in nothing but their seed. */
export interface StudyGroup {
  model: StudyModel
  /** With the first seed; a pre-trained NeuMF still without its parts. */
  config: RunConfig
  seeds: string[]
}

/**
 * EASE is in it twice: 1320 was tuned by sampled ranking (TOIS 2021), 300 is better among all items, which shows that
 * the two rankings need not agree.
 */
const EASE_LAMBDAS = [1320, 300]

function inputsOf(model: StudyModel, { factors, epochs, arithmetic }: StudyOptions): object[] {
  if (model === 'EASE') return EASE_LAMBDAS.map((lambda) => ({ model, lambda }))
  if (model === PRETRAINED)
    return [{ model: 'NeuMF', optimizer: FUSED_OPTIMIZER, factors, epochs, arithmetic }]
  if (model === 'GMF' || model === 'MLP' || model === 'NeuMF') return [{ model, factors, epochs, arithmetic }]
  return [{ model }]
}

/** The groups of runs of a study under one selection, parts of a pre-trained NeuMF before it. */
export function studyGroups(options: StudyOptions): StudyGroup[] {
  const wanted = new Set(options.models)
  if (wanted.has(PRETRAINED)) wanted.add('GMF').add('MLP')
  const shared = { selection: options.selection, fullRanking: 'end', seed: options.firstSeed }
  return STUDY_MODELS.filter((model) => wanted.has(model)).flatMap((model) =>
    inputsOf(model, options).map((input) => {
      const config = runConfigSchema.parse({ ...input, ...shared })
      return { model, config, seeds: seedsFrom(options.firstSeed, isClosedForm(config) ? 1 : options.seeds) }
    }),
  )
}
