/**
 * What windows need of the domain: names, schemas and formulas. They import the contract alone, never the core.
 */
export { publishedTitle } from '../core/comparison/publishedGap.ts'
export { mainSetting, modelTitle } from '../core/comparison/modelTitle.ts'
export {
  DATASET_FORMS,
  type DatasetDescription,
  type DatasetForm,
} from '../core/dataset/datasetDescription.ts'
export {
  importOptionsSchema,
  type ImportOptions,
  type ImportOptionsInput,
} from '../core/dataset/importOptions.ts'
export { halfWidth95, meanHalfWidth95, wilsonInterval } from '../core/metrics/interval.ts'
export { CURVE_LENGTH } from '../core/metrics/rankingMetrics.ts'
export { DEFAULT_ALPHA, FUSED_OPTIMIZER } from '../core/models/pretraining.ts'
export { MODEL_NAMES, modelSpec, type ModelName, type ModelSpec } from '../core/models/modelSpec.ts'
export { describeEarlyStop } from '../core/run/earlyStopping.ts'
export type { EvaluationReport, GroupResult, Recommendations } from '../core/run/evaluationReport.ts'
export type { EpochRecord, RunMetrics } from '../core/run/epochRecord.ts'
export { PRESETS, type Preset } from '../core/run/presets.ts'
export {
  ARITHMETICS,
  BASELINE_NAMES,
  fieldsOf,
  FULL_RANKINGS,
  isClosedForm,
  isNeural,
  L2_SCOPES,
  neuralConfigSchema,
  OPTIMIZERS,
  plannedEpochs,
  PRETRAINED,
  RUN_MODELS,
  runConfigSchema,
  SELECTIONS,
  type BaselineConfig,
  type BaselineName,
  type ConfigFields,
  type NeuralConfig,
  type NeuralConfigInput,
  type PretrainedPart,
  type Pretraining,
  type RunConfig,
  type RunConfigInput,
  type RunModel,
} from '../core/run/runConfig.ts'
export { seedsFrom } from '../core/run/seeds.ts'
export type { Provenance, RunData } from '../core/run/runRecord.ts'
export type { RunSummary } from '../core/run/runSummary.ts'
