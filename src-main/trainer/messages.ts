import { z } from 'zod'
import type { DatasetDistributions } from '../core/dataset/datasetDistributions.ts'
import { importOptionsSchema } from '../core/dataset/importOptions.ts'
import { MODEL_NAMES } from '../core/models/modelSpec.ts'
import type { EpochRecord, RunMetrics } from '../core/run/epochRecord.ts'
import { ARITHMETICS } from '../core/run/runConfig.ts'
import type { RunSummary } from '../core/run/runSummary.ts'
import type { Split } from '../core/training/heldOutEvaluation.ts'
import type { Progress } from '../core/training/trainingLoop.ts'

const library = z.string().min(1)
const threads = z.union([z.int().min(1).max(256), z.literal('auto')])
const arithmetic = z.enum(ARITHMETICS)

/** What the engine process can be asked to do. */
export const jobSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('train'), library, runId: z.string().min(1), threads }),
  z.strictObject({
    kind: z.literal('evaluate'),
    library,
    datasetId: z.string().min(1),
    /** Whether all items are ranked as well. */
    full: z.boolean().optional(),
    weightsFile: z.string().min(1),
    arithmetic,
    threads,
  }),
  z.strictObject({
    kind: z.literal('rank'),
    library,
    runId: z.string().min(1),
    /** Whether all items are ranked, also where the run's configuration does not ask for it. */
    full: z.boolean(),
    threads,
  }),
  z.strictObject({
    kind: z.literal('recommend'),
    library,
    runId: z.string().min(1),
    /** Dense index. */
    user: z.int().min(0),
    top: z.int().min(1),
    threads,
  }),
  z.strictObject({
    kind: z.literal('benchmark'),
    library,
    /** Absent: synthetic data of ML-1M's size. */
    datasetId: z.string().min(1).optional(),
    model: z.enum(MODEL_NAMES),
    factors: z.int().min(1),
    layers: z.int().min(0),
    batchSize: z.int().min(1),
    arithmetic,
    threads,
    /** Of training, in all rounds together. */
    seconds: z.number().positive(),
  }),
  z.strictObject({
    kind: z.literal('import'),
    library,
    /** Of a folder, a file or a .zip. */
    path: z.string().min(1),
    options: importOptionsSchema.partial(),
  }),
  z.strictObject({ kind: z.literal('describe'), library, datasetId: z.string().min(1) }),
])
export type Job = z.output<typeof jobSchema>
export type JobOf<Kind extends Job['kind']> = Extract<Job, { kind: Kind }>

/** How a training is left when it is asked to stop. */
const leaveAs = z.enum(['paused', 'interrupted'])
export type LeaveAs = z.output<typeof leaveAs>

export const requestSchema = z.union([
  z.strictObject({ id: z.int(), job: jobSchema }),
  /** Asks a training, by the id of its request, to checkpoint and stop; also one that has not begun yet. */
  z.strictObject({ stop: z.int(), leaveAs }),
  /** Asks the process to end, a training checkpointed first. */
  z.strictObject({ end: z.literal(true) }),
])
export type Request = z.output<typeof requestSchema>

/** So many users' items are ranked among all items, of so many; between epochs or at the end. */
export interface RankingEvent {
  kind: 'ranking'
  users: number
  of: number
}

export type TrainingEvent =
  | ({ kind: 'progress' } & Progress)
  | RankingEvent
  | { kind: 'epoch'; record: EpochRecord; bestEpoch: number }
  /** Something that people should know, in a sentence. */
  | { kind: 'notice'; message: string }

/** Reading counts bytes of the source; splitting and storing are one step each. */
export interface ImportEvent {
  kind: 'import'
  stage: 'reading' | 'splitting' | 'storing'
  /** The file being read; '' in the other stages. */
  file: string
  bytes: number
  totalBytes: number
}

export interface TrainingEnd {
  runId: string
  status: 'finished' | LeaveAs
  /** Absent before the first epoch is done. */
  summary?: RunSummary
}

export interface Evaluation {
  /** Of a run, or, where the weights do not say, of their tensors: `MF` for factors of any matrix factorisation. */
  model: string
  split: Split
  metrics: RunMetrics
  /** Among all items, where that was asked for. */
  full?: RunMetrics
}

export interface Recommendation {
  /** Dense index. */
  item: number
  score: number
}

/** Medians over the rounds. */
export interface BenchmarkResult {
  samplesPerSecond: number
  slowestRound: number
  fastestRound: number
  /** Against a thousand multiply-adds of the calibration loop in the same round. */
  samplesPerThousandCalibrations: number
  calibrationsPerSecond: number
  samplesPerEpoch: number
  rankedPairs: number
  rankSeconds: number
}

/** What each kind of job answers. */
export interface Results {
  train: TrainingEnd
  evaluate: Evaluation
  rank: RunSummary
  recommend: Recommendation[]
  benchmark: BenchmarkResult
  import: { id: string }
  describe: DatasetDistributions
}

/** What a job tells of while it lasts. */
export interface Events {
  train: TrainingEvent
  evaluate: RankingEvent
  rank: RankingEvent
  recommend: never
  benchmark: never
  import: ImportEvent
  describe: never
}
export type JobEvent = Events[keyof Events]

export interface Failure {
  name: string
  code: string
  message: string
  stack?: string
}

export type Reply =
  | { id: number; event: JobEvent }
  | { id: number; value: Results[keyof Results] }
  | { id: number; failure: Failure }
