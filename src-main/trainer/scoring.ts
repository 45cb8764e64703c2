import { baselineOf, scorerOfTensors } from '../core/baselines/storedBaseline.ts'
import type { Dataset } from '../core/dataset/dataset.ts'
import type { Engine, Scorer } from '../core/engine.ts'
import { topItems } from '../core/metrics/topItems.ts'
import { ModelSpecError } from '../core/models/modelSpec.ts'
import { specFromTensors } from '../core/models/specFromTensors.ts'
import { arithmeticOf, neuralConfigSchema, RUN_MODELS, type NeuralConfig } from '../core/run/runConfig.ts'
import { metricsOf } from '../core/training/finalEvaluation.ts'
import { FullRanking, type RankingHost, markKnown } from '../core/training/fullRanking.ts'
import { HeldOutEvaluation } from '../core/training/heldOutEvaluation.ts'
import { openDatasetLibrary } from '../node/datasetLibrary.ts'
import { openRunStore } from '../node/runStore.ts'
import { readSafetensors, type Tensor } from '../node/safetensors.ts'
import type { Evaluation, JobOf, Recommendation } from './messages.ts'
import { loadRunDataset } from './runDataset.ts'
import { weightsOf } from './weights.ts'

export type EngineFor = (config: Pick<NeuralConfig, 'arithmetic'>) => Engine

/**
 * Lends a model that scores with stored tensors, whatever they are of; a session of the engine has a batch of one sample,
 * so nothing is set aside for training. Throws ModelSpecError, or EngineError 'bad-weights' for a baseline's.
 */
export async function withModel<T>(
  engine: Engine,
  dataset: Dataset,
  tensors: readonly Tensor[],
  use: (model: Scorer) => Promise<T>,
): Promise<T> {
  if (baselineOf(tensors)) return use(scorerOfTensors(tensors, dataset))
  const { spec, userCount, itemCount } = specFromTensors(
    new Map(tensors.map(({ name, shape }) => [name, shape])),
  )
  if (userCount !== dataset.userCount || itemCount !== dataset.itemCount) {
    throw new ModelSpecError(
      `The weights are for ${userCount} users and ${itemCount} items, but the dataset has ${dataset.userCount} users and ${dataset.itemCount} items.`,
    )
  }
  const options = neuralConfigSchema.parse({ model: spec.model, batchSize: 1, optimizer: 'sgd' })
  const session = await engine.openSession({ spec, set: dataset, options, weights: weightsOf(tensors) })
  try {
    return await use(session)
  } finally {
    await session.dispose()
  }
}

/** Metrics of a safetensors file on a dataset's test items; model and sizes are read from the tensors. */
export async function evaluateWeights(
  job: JobOf<'evaluate'>,
  engineFor: EngineFor,
  host: RankingHost,
): Promise<Evaluation> {
  const library = await openDatasetLibrary(job.library)
  const { dataset } = await library.load(job.datasetId)
  const { tensors, metadata } = await readSafetensors(job.weightsFile)
  const model = modelOf(tensors, metadata)
  const evaluation = new HeldOutEvaluation(dataset, 'test')
  return withModel(engineFor(job), dataset, tensors, async (session) => {
    const metrics = await evaluation.evaluate(session)
    const ranked = job.full ? await new FullRanking(dataset, 'test').run(session, host) : undefined
    return { model, split: 'test', metrics, ...(ranked && { full: metricsOf(ranked.ranks) }) }
  })
}

/** The model that tensors are of; factors of a run of ours say themselves of which. */
function modelOf(tensors: readonly Tensor[], metadata: Record<string, string>): string {
  const baseline = baselineOf(tensors)
  if (baseline !== 'MF')
    return baseline ?? specFromTensors(new Map(tensors.map(({ name, shape }) => [name, shape]))).spec.model
  return RUN_MODELS.find((model) => model === metadata.model) ?? baseline
}

/** The best items for a user by a run's best weights. */
export async function recommendItems(
  job: JobOf<'recommend'>,
  engineFor: EngineFor,
): Promise<Recommendation[]> {
  const store = openRunStore(job.library)
  const { record } = await store.read(job.runId)
  const { dataset } = await loadRunDataset(job.library, record)
  if (job.user >= dataset.userCount)
    throw new RangeError(`The dataset has users 0 to ${dataset.userCount - 1}, not ${job.user}.`)
  const { tensors } = await store.readCheckpoint(job.runId, 'best')
  const scores = await withModel(
    engineFor({ arithmetic: arithmeticOf(record.config) }),
    dataset,
    tensors,
    (session) => session.scoreAllItems(job.user),
  )
  const isKnown = new Uint8Array(dataset.itemCount)
  markKnown(dataset, 'test', job.user, isKnown, 1)
  const items = topItems(scores, isKnown, job.top)
  return items.map((item) => ({ item, score: scores[item] }))
}
