import { modelSpec } from '../models/modelSpec.ts'
import {
  oneModel,
  PART_MODELS,
  PARTS,
  PretrainingError,
  requireFittingPart,
  type PartName,
} from '../models/pretraining.ts'
import type { RecognisedModel } from '../models/specFromTensors.ts'
import {
  isNeural,
  type NeuralConfig,
  type PretrainedPart,
  type Pretraining,
  type RunConfig,
} from './runConfig.ts'
import type { RunData, RunRecord } from './runRecord.ts'

/** A NeuMF that starts from parts. */
export type PretrainedConfig = NeuralConfig & { pretraining: Pretraining }

export function isPretrained(config: RunConfig): config is PretrainedConfig {
  return isNeural(config) && config.pretraining !== undefined
}

/** Ids of the runs that a configuration's first weights come from; none where they are drawn, or come from files. */
export function partRunIds(config: RunConfig | undefined): string[] {
  if (!config || !isPretrained(config)) return []
  return PARTS.flatMap((part) => {
    const source = config.pretraining[part]
    return 'runId' in source ? [source.runId] : []
  })
}

/** What people know a part by: `GMF run 20261124-081530-gmf-x7k2`, `MLP file /data/mlp.safetensors`. */
export function nameOfPart(part: PartName, source: PretrainedPart): string {
  return `${PART_MODELS[part]} ${'runId' in source ? `run ${source.runId}` : `file ${source.file}`}`
}

/** The sizes of a neural configuration on some data. */
export function sizesOf(
  config: NeuralConfig,
  { userCount, itemCount }: RunData | RecognisedModel,
): RecognisedModel {
  return { spec: modelSpec(config), userCount, itemCount }
}

/** Throws PretrainingError unless a run, finished or not, can become that part of a NeuMF on some data. */
export function requirePartRun(
  part: PartName,
  run: Pick<RunRecord, 'id' | 'config' | 'data'>,
  whole: { config: NeuralConfig; data: Pick<RunData, 'fingerprint' | 'userCount' | 'itemCount' | 'name'> },
): void {
  const model = PART_MODELS[part]
  const name = `${model} run ${run.id}`
  if (run.data.fingerprint !== whole.data.fingerprint) {
    const message = `${name} was trained on ${run.data.name} (fingerprint ${run.data.fingerprint.slice(0, 12)}), not on this data (${whole.data.name}, ${whole.data.fingerprint.slice(0, 12)}): choose a run on the same data.`
    throw new PretrainingError('part-of-other-data', message)
  }
  if (!isNeural(run.config)) {
    const message = `${name} is of ${run.config.model}: the ${model} part of a NeuMF has to come from ${oneModel(model)}.`
    throw new PretrainingError('part-of-other-model', message)
  }
  const { userCount, itemCount } = whole.data
  const sizes = { spec: modelSpec(whole.config), userCount, itemCount }
  requireFittingPart(part, sizesOf(run.config, run.data), sizes, name)
}

/** Throws PretrainingError for a part that has no result yet. */
export function requireFinishedPart(part: PartName, { id, status }: Pick<RunRecord, 'id' | 'status'>): void {
  if (status === 'finished') return
  const message = `${PART_MODELS[part]} run ${id} has to be finished before the NeuMF that starts from its best epoch, but is ${status}: resume that run first, then the NeuMF.`
  throw new PretrainingError('part-unfinished', message)
}

/** What a part that cannot be found is refused with. */
export function missingPart(part: PartName, source: PretrainedPart): PretrainingError {
  const cure =
    'runId' in source
      ? 'is not in the library: bring it back from the trash or import it, or train anew with other parts'
      : 'is not there any more: put it back, or train anew with other parts'
  return new PretrainingError('part-missing', `${nameOfPart(part, source)} ${cure}.`)
}
