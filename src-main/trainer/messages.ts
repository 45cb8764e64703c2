import { z } from 'zod'
import { MODEL_NAMES, type ModelSpec } from '../core/models/modelSpec.ts'
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
    weightsFile: z.string().min(1),
    arithmetic,
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
])
export type Job = z.output<typeof jobSchema>
export type JobOf<Kind extends Job['kind']> = Extract<Job, { kind: Kind }>

export const requestSchema = z.union([
  z.strictObject({ id: z.int(), job: jobSchema }),
  /** Asks the training under way to checkpoint and stop. */
  z.strictObject({ stop: z.literal(true) }),
])
export type Request = z.output<typeof requestSchema>

export type TrainingEvent =
  | ({ kind: 'progress' } & Progress)
  | { kind: 'epoch'; record: EpochRecord; bestEpoch: number }
  /** Something that people should know, in a sentence. */
  | { kind: 'notice'; message: string }

export interface TrainingEnd {
  runId: string
  status: 'finished' | 'interrupted'
  /** Absent before the first epoch is done. */
  summary?: RunSummary
}

export interface Evaluation {
  spec: ModelSpec
  split: Split
  metrics: RunMetrics
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
  recommend: Recommendation[]
  benchmark: BenchmarkResult
}

export interface Failure {
  name: string
  code: string
  message: string
  stack?: string
}

export type Reply =
  | { id: number; event: TrainingEvent }
  | { id: number; value: Results[keyof Results] }
  | { id: number; failure: Failure }
