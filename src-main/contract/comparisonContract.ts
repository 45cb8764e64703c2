import { z } from 'zod'
import { EFFECTS } from '../core/comparison/gapEffects.ts'
import { ROW_SELECTIONS } from '../core/comparison/leaderboard.ts'
import { RANKED_METRICS, RANKINGS } from '../core/comparison/metricValues.ts'
import { PAIRED_TESTS, VERDICTS } from '../core/comparison/verdict.ts'
import { BASELINE_NAMES } from '../core/run/baselineConfig.ts'
import { RUN_MODELS, SELECTIONS } from '../core/run/runConfig.ts'
import { publishedResultSchema } from './runContract.ts'

const id = z.string().min(1).max(200)
/** One run, or runs that differ in nothing but their seed. */
const side = z.array(id).min(1).max(20)
const k = z.int().min(1).max(20).default(10)
const share = z.number().min(0).max(1)
const problem = z.strictObject({ code: z.string(), message: z.string() })

/** A 95 % interval. */
const interval = z.strictObject({ from: z.number(), to: z.number() })
export type Interval95 = z.output<typeof interval>

/** Which figure, of which ranking; `name` is how it is shown: `HR@10`, `MRR`. */
const figure = { metric: z.enum(RANKED_METRICS), ranking: z.enum(RANKINGS), name: z.string() }

export const comparedMetricSchema = z.strictObject({
  ...figure,
  /** Means over users and runs. */
  a: z.number(),
  b: z.number(),
  /** a - b, and where it would lie for other users (and, of groups, other seeds). */
  difference: z.number(),
  interval,
  /** Of no difference, two-sided. */
  p: share,
  /** The same by Holm's rule, of all the comparisons that were asked for at once. */
  adjustedP: share.optional(),
  test: z.enum(PAIRED_TESTS),
  /** Users whom only one of two runs serves; of HR alone, and of single runs. */
  discordant: z.strictObject({ onlyA: z.int().min(0), onlyB: z.int().min(0) }).optional(),
  /** Of a against b, at 5 %. */
  verdict: z.enum(VERDICTS),
  /** The verdict in words, ready to be shown. */
  sentence: z.string(),
})
export type ComparedMetric = z.output<typeof comparedMetricSchema>

export const comparedSideSchema = z.strictObject({
  runIds: z.array(id),
  /** The name that all its runs have, or `GMF F = 32`; distinct from the other side's. */
  name: z.string(),
  model: z.enum(RUN_MODELS),
  selection: z.enum(SELECTIONS),
  seeds: z.int().min(1),
})
export type ComparedSide = z.output<typeof comparedSideSchema>

export const comparisonSchema = z.strictObject({
  k: z.int(),
  a: comparedSideSchema,
  b: comparedSideSchema,
  users: z.int().min(1),
  /** Sampled first; those of full ranking where every run has it. */
  metrics: z.array(comparedMetricSchema),
  /** What to bear in mind: selection on the test items, other selections, one seed alone. Sentences. */
  warnings: z.array(z.string()),
})
export type Comparison = z.output<typeof comparisonSchema>

const headlineSchema = z.strictObject({
  ...figure,
  /** Mean over users and runs. */
  value: z.number(),
  /** Where it would lie for other users (and, of groups, other seeds). */
  interval,
  /** Over the runs of a group: standard deviation, and t interval of the mean for these users. */
  seeds: z.strictObject({ deviation: z.number().min(0), interval }).optional(),
  /** How the interval is made, for a hint: `Wilson`, `normal`, `users and seeds`. */
  method: z.string(),
})

export const intervalsSchema = z.strictObject({
  runIds: z.array(id),
  k: z.int(),
  users: z.int().min(1),
  metrics: z.array(headlineSchema),
})
export type Intervals = z.output<typeof intervalsSchema>

const seededMean = z.strictObject({
  mean: share,
  /** Standard deviation over seeds; absent for a single run. */
  deviation: z.number().min(0).optional(),
  /** Where the mean would lie for other users; absent for NDCG of runs of older versions. */
  interval: interval.optional(),
})

const ownRowSchema = z.strictObject({
  kind: z.literal('own'),
  model: z.enum(RUN_MODELS),
  /** `NeuMF pre-trained F = 32`, with what else is not as usual: `GMF F = 32, learning rate 0.01`. */
  name: z.string(),
  groupKey: z.string(),
  /** The latest first; one for each seed, or more where a seed was repeated. */
  runIds: z.array(id).min(1),
  seeds: z.int().min(1),
  users: z.int().min(1),
  hr10: seededMean,
  ndcg10: seededMean,
  pretrained: z.boolean(),
  factors: z.int().optional(),
  /** Trained weights of the model; absent for baselines. */
  parameterCount: z.int().min(0).optional(),
})
export type OwnLeaderboardRow = z.output<typeof ownRowSchema>

const publishedRowSchema = publishedResultSchema.extend({ kind: z.literal('published') })

export const leaderboardSchema = z.strictObject({
  datasetId: id,
  datasetName: z.string(),
  /** Sentences, such as that the data was split anew and published rows are of another split. */
  warnings: z.array(z.string()),
  /** A ranking each, which must never be merged: figures of two protocols cannot be compared. */
  sections: z.array(
    z.strictObject({
      evaluation: z.enum(RANKINGS),
      selection: z.enum(ROW_SELECTIONS),
      /** What the protocol is, in a sentence. */
      note: z.string(),
      /** By HR@10, the highest first. */
      rows: z.array(z.discriminatedUnion('kind', [ownRowSchema, publishedRowSchema])).min(1),
    }),
  ),
  /** Baselines that no finished run on this data is of. */
  missingBaselines: z.array(z.enum(BASELINE_NAMES)),
})
export type Leaderboard = z.output<typeof leaderboardSchema>
export type LeaderboardSection = Leaderboard['sections'][number]
export type LeaderboardRow = LeaderboardSection['rows'][number]

const atTen = z.strictObject({ hr10: z.number(), ndcg10: z.number() })

export const reproductionGapSchema = z.strictObject({
  id,
  /** Whose protocol it is held against. */
  paper: z.string(),
  deviations: z.array(
    z.strictObject({
      what: z.string(),
      here: z.string(),
      paper: z.string(),
      /** What it does to the figures, in words. */
      consequence: z.string(),
    }),
  ),
  /** Where the run does as the paper does: names, as in `deviations`. */
  agreements: z.array(z.string()),
  /** What other rules would make of the same run, without training anew. */
  effects: z.array(
    z.strictObject({
      effect: z.enum(EFFECTS),
      title: z.string(),
      /** By the run's own rules, by the other rule, and after - before. A natural logarithm can take NDCG above 1. */
      before: atTen,
      after: atTen,
      delta: atTen,
      sentence: z.string(),
    }),
  ),
  /** Effects that cannot be told, and how to get them. Sentences. */
  missing: z.array(z.string()),
  /** Of the run and those that differ from it in their seed alone, where there are any: one run can be lucky. */
  group: z
    .strictObject({
      runIds: z.array(id).min(2),
      seeds: z.int().min(2),
      hr10: seededMean,
      ndcg10: seededMean,
      sentence: z.string(),
    })
    .optional(),
  /** Published rows of this model and data, the most similar first. */
  published: z.array(
    z.strictObject({
      row: publishedResultSchema,
      /** Run - published. */
      gap: atTen,
      /** Whether the published figures lie in the 95 % intervals of the run. */
      within: z.strictObject({ hr10: z.boolean(), ndcg10: z.boolean() }),
      sentence: z.string(),
    }),
  ),
})
export type ReproductionGap = z.output<typeof reproductionGapSchema>

export const comparisonRequests = {
  /**
   * Whether a is better than b, by paired tests over users. Refused: `other-data`, `ranks-missing`, `other-users`,
   * `same-runs`, `mixed-group`, `run-not-finished`.
   */
  'run:compare': { input: z.strictObject({ a: side, b: side, k }), output: comparisonSchema },
  /** Several against one baseline (which is `b` of each), p adjusted for their number; one that is refused has a problem. */
  'run:compare-against': {
    input: z.strictObject({ baseline: side, others: z.array(side).min(1).max(20), k }),
    output: z.array(
      z.strictObject({
        runIds: z.array(id),
        comparison: comparisonSchema.optional(),
        problem: problem.optional(),
      }),
    ),
  },
  /** 95 % intervals of a run's or a group's figures. Refused: `ranks-missing`, `mixed-group`, `other-data`, `run-not-finished`. */
  'run:intervals': { input: z.strictObject({ ids: side, k }), output: intervalsSchema },
  /** Published results and own groups of runs on a dataset. */
  'leaderboard:show': { input: z.strictObject({ datasetId: id }), output: leaderboardSchema },
  /** Why a run's figures are not those of the paper. Refused: `run-not-finished`. */
  'run:gap': { input: z.strictObject({ id }), output: reproductionGapSchema },
} as const
