import { z } from 'zod'
import { epochRecordSchema } from '../core/run/epochRecord.ts'
import { evaluationReportSchema } from '../core/run/evaluationReport.ts'
import { runConfigSchema } from '../core/run/runConfig.ts'
import { provenanceSchema, RUN_STATUSES, runDataSchema } from '../core/run/runRecord.ts'
import { runSummarySchema } from '../core/run/runSummary.ts'
import { sourceSchema } from './datasetContract.ts'

const id = z.string().min(1).max(200)
const ids = z.array(id).min(1).max(10_000)
const problem = z.strictObject({ code: z.string(), message: z.string() })
const share = z.number().min(0).max(1)
const f64 = z.instanceof(Float64Array)

/** 'queued': waits for its turn in this program. 'unreadable': damaged, or of a newer version; see `problem`. */
export const RUN_STATES = [...RUN_STATUSES, 'queued', 'unreadable'] as const
export type RunState = (typeof RUN_STATES)[number]

const labels = {
  name: z.string().trim().max(200),
  tags: z.array(z.string().trim().min(1).max(100)).max(100),
  notes: z.string().max(100_000),
  starred: z.boolean(),
  archived: z.boolean(),
}

/** What new runs may be labelled with. */
export const newRunLabels = { name: labels.name.default(''), tags: labels.tags.default([]) }

/** A run as the list shows it: everything but its epochs, provenance and log. */
export const runRowSchema = z.strictObject({
  id,
  state: z.enum(RUN_STATES),
  ...labels,
  /** Of the run itself (why it failed), of its files, or of its labels. */
  problem: problem.optional(),
  createdAt: z.iso.datetime().optional(),
  config: runConfigSchema.optional(),
  data: runDataSchema.optional(),
  summary: runSummarySchema.optional(),
  /** Equal for runs that differ in nothing but their seed: same data, same configuration. */
  groupKey: z.string().optional(),
  /** Whether another process, such as a terminal, trains it. */
  elsewhere: z.boolean(),
})
export type RunRow = z.output<typeof runRowSchema>

export const publishedResultSchema = z.strictObject({
  /** Key of the source, its name in a line (authors and year), and its full citation. */
  source: z.string(),
  sourceName: z.string(),
  citation: z.string(),
  dataset: z.string(),
  model: z.string(),
  factors: z.int().optional(),
  layers: z.int().optional(),
  selection: z.enum(['paper', 'unknown']),
  pretrained: z.boolean(),
  hr10: share,
  ndcg10: share,
  approximate: z.boolean(),
})
export type PublishedResultRow = z.output<typeof publishedResultSchema>

export const runDetailsSchema = z.strictObject({
  row: runRowSchema,
  provenance: provenanceSchema.optional(),
  parameterCount: z.int().min(0).optional(),
  /** Published numbers for the same dataset, model and sizes. */
  published: z.array(publishedResultSchema),
  /** What is known of the best weights beyond the summary; absent before the run is finished, or where it is damaged. */
  evaluation: evaluationReportSchema.optional(),
  /** Why the stored evaluation cannot be read; `run:rank` makes it anew. */
  evaluationProblem: problem.optional(),
  /** The last lines of log.txt. */
  log: z.string(),
  /** Why the run cannot be resumed; absent when it can. */
  notResumable: z.string().optional(),
})
export type RunDetails = z.output<typeof runDetailsSchema>

/** The epochs of a run as columns, at most 1,000 of them: first, last, best and evenly spaced ones. */
export const runCurvesSchema = z.strictObject({
  id,
  epoch: f64,
  loss: f64,
  /** On the items that the run is selected by; NaN where an epoch was not evaluated. */
  hr10: f64,
  ndcg10: f64,
  /** Of the same items among all, NaN where they were not ranked; absent where they never were. */
  fullHr10: f64.optional(),
  fullNdcg10: f64.optional(),
  /** Since the start of the run, training alone. */
  trainSeconds: f64,
  samplesPerSecond: f64,
  /** Whether epochs were left out. */
  thinned: z.boolean(),
  problem: problem.optional(),
})
export type RunCurves = z.output<typeof runCurvesSchema>

export const runEstimateSchema = z.strictObject({
  parameters: z.int().min(0),
  /** Of weights, optimiser state and data in the engine process. */
  memoryBytes: z.number().min(0),
  /** Whether this machine has that much. */
  fits: z.boolean(),
  samplesPerEpoch: z.number().min(0),
  stepsPerEpoch: z.number().min(0),
  secondsPerEpoch: z.number().min(0),
  /** 'measured': runs of this model on this machine; 'scaled': runs of other sizes; 'guess': no run here yet. */
  basis: z.enum(['measured', 'scaled', 'guess']),
})
export type RunEstimate = z.output<typeof runEstimateSchema>

/** A run that waits, trains or is paused in this program. */
export const queueEntrySchema = z.strictObject({
  runId: id,
  state: z.enum(['waiting', 'starting', 'running', 'pausing', 'paused', 'stopping']),
  /** Runs that it starts from and that have to be finished before its turn comes; absent where there are none. */
  waitsFor: z.array(id).optional(),
})
export type QueueEntry = z.output<typeof queueEntrySchema>

export const runProgressSchema = z.strictObject({
  runId: id,
  epoch: z.int(),
  epochs: z.int(),
  step: z.int(),
  stepsPerEpoch: z.int(),
  /** Of a model that has one. */
  loss: z.number().optional(),
  samplesPerSecond: z.number(),
  secondsLeft: z.number(),
})
export type RunProgress = z.output<typeof runProgressSchema>

/** A removed run or dataset; `kind` says whose request brings it back. */
export const trashedSchema = z.strictObject({
  kind: z.enum(['run', 'dataset']),
  trashName: z.string(),
  id,
  removedAt: z.iso.datetime(),
  /** '' for a run without a name, and where it cannot be read any more. */
  name: z.string(),
})
export type Trashed = z.output<typeof trashedSchema>

const nothing = z.strictObject({}).prefault({})
const one = z.strictObject({ id })

export const runRequests = {
  'run:list': { input: nothing, output: z.array(runRowSchema) },
  'run:show': { input: one, output: runDetailsSchema },
  'run:curves': {
    input: z.strictObject({ ids: z.array(id).min(1).max(200) }),
    output: z.array(runCurvesSchema),
  },
  /**
   * Measures a run's best weights on the test items without training and stores ranks and evaluation: for runs without
   * them, or for full ranking. Answers when that is done; `run:ranking` tells how far it has come.
   */
  'run:rank': { input: z.strictObject({ id, full: z.boolean().default(false) }), output: runDetailsSchema },
  /** What training a configuration on a dataset would take. */
  'run:estimate': {
    input: z.strictObject({ datasetId: id, config: runConfigSchema }),
    output: runEstimateSchema,
  },
  /** Stores a new run for each configuration and puts them at the end of the queue. */
  'run:start': {
    input: z.strictObject({
      datasetId: id,
      configs: z.array(runConfigSchema).min(1).max(100),
      ...newRunLabels,
    }),
    output: z.array(runRowSchema),
  },
  /** A new run with the same data, configuration and seed, queued: it must reach the same weights. */
  'run:repeat': { input: one, output: runRowSchema },
  /** Queues runs that are not finished, from where they stand. */
  'run:resume': { input: z.strictObject({ ids }), output: z.array(queueEntrySchema) },
  /** Checkpoints a run and keeps its place in the queue. */
  'run:pause': { input: one, output: z.null() },
  /** Checkpoints a run and takes it out of the queue; it can be resumed. */
  'run:stop': { input: z.strictObject({ ids }), output: z.null() },
  'run:label': {
    input: z.strictObject({
      ids,
      change: z
        .strictObject(labels)
        .partial()
        .refine((change) => Object.keys(change).length > 0, 'nothing to change'),
    }),
    output: z.array(runRowSchema),
  },
  /** Adds or removes tags without touching the others. */
  'run:tag': {
    input: z.strictObject({ ids, add: labels.tags.default([]), remove: labels.tags.default([]) }),
    output: z.array(runRowSchema),
  },
  /** Moves runs to the trash; the names are for `run:restore`. */
  'run:remove': {
    input: z.strictObject({ ids }),
    output: z.array(z.strictObject({ id, trashName: z.string() })),
  },
  'run:restore': { input: z.strictObject({ trashNames: ids }), output: z.array(runRowSchema) },
  'run:import': { input: z.strictObject({ source: sourceSchema }), output: runRowSchema },
  /** The removed runs and datasets, the latest removal first. */
  'trash:list': { input: nothing, output: z.array(trashedSchema) },
  /** Deletes them for good. */
  'trash:empty': { input: nothing, output: z.strictObject({ removed: z.int() }) },
  'queue:list': { input: nothing, output: z.array(queueEntrySchema) },
  /**
   * Runs that waited or trained when a program on this library ended, in the order of its queue: those that nobody has
   * brought back since.
   */
  'queue:left': { input: nothing, output: z.array(id) },
  /** Moves a waiting run to a position among those that wait, from 0. */
  'queue:move': {
    input: z.strictObject({ id, position: z.int().min(0) }),
    output: z.array(queueEntrySchema),
  },
  /** Published numbers for a dataset of this name, for all models. */
  'published:list': {
    input: z.strictObject({ datasetName: z.string() }),
    output: z.array(publishedResultSchema),
  },
} as const

export const runEvents = {
  /** A run is new or has changed, whoever did it. */
  'run:changed': runRowSchema,
  'run:removed': one,
  /** At most four a second for each run. */
  'run:progress': runProgressSchema,
  /** While all items are ranked, between epochs or at the end: so many users of so many. At most four a second. */
  'run:ranking': z.strictObject({ runId: id, users: z.int().min(0), of: z.int().min(1) }),
  'run:epoch': z.strictObject({ runId: id, record: epochRecordSchema, bestEpoch: z.int() }),
  'queue:changed': z.array(queueEntrySchema),
} as const
