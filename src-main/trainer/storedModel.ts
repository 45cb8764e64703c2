import { openBaseline } from '../core/baselines/baselineFit.ts'
import type { LinearAlgebra } from '../core/baselines/linearAlgebra.ts'
import { scorerOfTensors } from '../core/baselines/storedBaseline.ts'
import type { Dataset } from '../core/dataset/dataset.ts'
import type { Engine, EngineInfo, EngineState, Scorer } from '../core/engine.ts'
import { initialWeights } from '../core/models/initialWeights.ts'
import { modelSpec } from '../core/models/modelSpec.ts'
import type { Parameter, Weights } from '../core/models/parameterLayout.ts'
import { isPretrained } from '../core/run/partRuns.ts'
import { isNeural, type BaselineConfig, type NeuralConfig } from '../core/run/runConfig.ts'
import type { RunRecord } from '../core/run/runRecord.ts'
import type { Training } from '../core/training/trainingLoop.ts'
import type { RunStore } from '../node/runStore.ts'
import type { Tensor } from '../node/safetensors.ts'
import { BaselineTraining } from './baselineTraining.ts'
import { pretrainedStart } from './pretrainedStart.ts'
import { withModel } from './scoring.ts'
import { layoutOf, tensorsOf, type ModelShape } from './weights.ts'

/** What a stored run trains, whatever its model, and what is stored of it. */
export interface StoredModel {
  readonly training: Training
  readonly engine: EngineInfo
  /** Whether a stopped training goes on from a checkpoint; else it begins anew. */
  readonly goesOn: boolean
  /** The tensors that every checkpoint has at least, in their order; unknown for a model that does not go on. */
  readonly layout: readonly Parameter[]
  /** The weights as they are stored, in the order of their hash. */
  tensors(): Promise<Tensor[]>
  /** Throws EngineError 'bad-weights'. */
  writeState(state: EngineState): Promise<void>
  /** Lends the model with weights that tensors() gave before. */
  withStored<T>(tensors: readonly Tensor[], use: (model: Scorer) => Promise<T>): Promise<T>
  dispose(): Promise<void>
}

export interface ModelHooks {
  engineFor(config: Pick<NeuralConfig, 'arithmetic'>): Engine
  linearAlgebra(): LinearAlgebra
}

interface StoredRun {
  store: RunStore
  record: RunRecord
  dataset: Dataset
  /** Tells people what they should know. */
  notice(message: string): void
}

/** Makes room for a run's model, which stands at its beginning. Throws EngineError 'too-large', PretrainingError. */
export function openStoredModel(run: StoredRun, hooks: ModelHooks): Promise<StoredModel> | StoredModel {
  const { config } = run.record
  return isNeural(config) ? openNeural(run, config, hooks) : openStoredBaseline(run.dataset, config, hooks)
}

function shapeOf({ userCount, itemCount, trainItems }: Dataset) {
  return { userCount, itemCount, interactions: trainItems.length }
}

async function openNeural(run: StoredRun, config: NeuralConfig, hooks: ModelHooks): Promise<StoredModel> {
  const { dataset } = run
  const engine = hooks.engineFor(config)
  engine.demand(config, shapeOf(dataset))
  const shape = { spec: modelSpec(config), userCount: dataset.userCount, itemCount: dataset.itemCount }
  const weights = await firstWeights(run, config, shape)
  const session = await engine.openSession({ spec: shape.spec, set: dataset, options: config, weights })
  return {
    training: session,
    engine: engine.info,
    goesOn: true,
    layout: layoutOf(shape),
    tensors: async () => tensorsOf(await session.readWeights(), shape),
    writeState: (state) => session.writeState(state),
    withStored: (tensors, use) => withModel(engine, dataset, tensors, use),
    dispose: () => session.dispose(),
  }
}

/** Drawn from the seed, or made of the parts of a pre-trained NeuMF. Throws PretrainingError. */
function firstWeights(
  { store, record, notice }: StoredRun,
  config: NeuralConfig,
  shape: ModelShape,
): Promise<Weights> | Weights {
  if (isPretrained(config)) return pretrainedStart({ store, record: { ...record, config }, shape, notice })
  return initialWeights(shape.spec, shape.userCount, shape.itemCount, config.seed)
}

function openStoredBaseline(dataset: Dataset, config: BaselineConfig, hooks: ModelHooks): StoredModel {
  const algebra = hooks.linearAlgebra()
  algebra.demand(config, shapeOf(dataset))
  const fit = openBaseline(config, dataset, algebra)
  const training = new BaselineTraining(fit, dataset.trainItems.length)
  return {
    training,
    engine: algebra.info,
    goesOn: training.goesOn,
    layout: training.goesOn ? fit.tensors() : [],
    tensors: () => Promise.resolve(fit.tensors()),
    writeState: (state) => training.writeState(state),
    withStored: (tensors, use) => use(scorerOfTensors(tensors, dataset)),
    dispose: () => Promise.resolve(),
  }
}
