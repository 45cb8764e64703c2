import type { TrainingSet } from './dataset/dataset.ts'
import type { ModelSpec } from './models/modelSpec.ts'
import type { Weights } from './models/parameterLayout.ts'
import type { NeuralConfig } from './run/runConfig.ts'
import type { Batch } from './sampling/batches.ts'
import type { DatasetShape, TrainingDemand } from './training/trainingDemand.ts'

export type Arithmetic = NeuralConfig['arithmetic']

/** What an engine says of itself; recorded with every run. */
export interface EngineInfo {
  name: string
  device: string
  arithmetic: Arithmetic
  threads: number | 'auto'
}

/** How far a float32 engine may stand from the exact result after the golden runs (20 steps). */
export interface Tolerance {
  weights: number
  loss: number
}

/** The settings of a run that an engine needs. */
export type TrainingOptions = Pick<
  NeuralConfig,
  'seed' | 'batchSize' | 'negativesPerPositive' | 'dropout' | 'optimizer' | 'learningRate' | 'l2'
>

export interface TrainingProblem {
  spec: ModelSpec
  set: TrainingSet
  options: TrainingOptions
  weights: Weights
}

/** Steps fromStep..toStep-1 (from 0) of an epoch (from 1). */
export interface StepRange {
  epoch: number
  fromStep: number
  toStep: number
  /** The epoch's loss sum so far: addition goes on from it, so that an epoch sums to the same bits in any pieces. */
  lossSum?: number
}

/** Sum over the samples of the binary cross-entropy, before any penalty. */
export interface LossSum {
  /** Includes what the range began with. */
  lossSum: number
  /** Of this range alone. */
  samples: number
}

/**
 * All that training needs to go on with the same bits: raw weights (rows may lag behind under lazy Adam), the
 * optimiser's tensors and the number of steps taken. Only the engine that wrote it reads it.
 */
export interface EngineState {
  steps: number
  tensors: Record<string, Float32Array | Int32Array>
}

/** The item that each listed user is tested on, and the negatives it is ranked against. */
export interface RankingTask {
  /** Length userCount; -1 leaves a user out. */
  heldOut: Int32Array
  /** Length userCount + 1, offsets into candidates. */
  candidateStart: Uint32Array
  candidates: Int32Array
}

export { MISS } from './metrics/rank.ts'

/** A model that can be asked for scores, however it was trained. Calls are made one at a time. */
export interface Scorer {
  /** One score for each pair, higher is better: logits of neural models. */
  scorePairs(users: Int32Array, items: Int32Array): Promise<Float32Array>
  /** One user's scores of all items; equal to those of scorePairs(). */
  scoreAllItems(user: number): Promise<Float32Array>
  /** The same for several users in one call, a row for each: where calls cost more than the scores of a small model. */
  scoreUsers?(users: Int32Array): Promise<Float32Array>
  /** Strict rank of each user's held-out item (0-based; MISS for a NaN score), as core/metrics/rank defines it. */
  rankHeldOut(task: RankingTask): Promise<Int32Array>
}

/**
 * One training in progress. Calls are made one at a time. Every method that reads weights first brings all rows up
 * to date, which is part of the bits: the trainer does it at the end of every epoch and nowhere else.
 */
export interface EngineSession extends Scorer {
  readonly stepsPerEpoch: number
  /** Throws EngineError 'no-such-step' for steps that an epoch does not have. */
  train(range: StepRange): Promise<LossSum>
  /** One step on a given batch of at most batchSize samples. */
  trainBatch(batch: Batch): Promise<LossSum>
  /** The batch that train() would take; equal to core's BatchSampler on every engine. */
  sampleBatch(epoch: number, step: number): Promise<Batch>
  /** Brings every row up to the last step (a no-op except under dense-equivalent Adam and RMSprop); before scoring. */
  flush(): Promise<void>
  readWeights(): Promise<Weights>
  readState(): Promise<EngineState>
  writeState(state: EngineState): Promise<void>
  dispose(): Promise<void>
}

/** What a training takes on an engine. */
export interface EngineDemand extends TrainingDemand {
  /** At its peak, in the engine's process. */
  memoryBytes: number
}

export interface Engine {
  readonly info: EngineInfo
  readonly tolerance: Tolerance
  /** To be asked before weights are drawn. Throws EngineError 'too-large' for what cannot be trained here. */
  demand(config: NeuralConfig, shape: DatasetShape): EngineDemand
  openSession(problem: TrainingProblem): Promise<EngineSession>
}

/** Raised by engines; code is stable, the message says what to do. */
export class EngineError extends Error {
  override name = 'EngineError'
  constructor(
    readonly code: 'too-large' | 'unavailable' | 'bad-weights' | 'no-such-step' | 'crashed',
    message: string,
  ) {
    super(message)
  }
}
