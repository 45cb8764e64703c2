import { z } from 'zod'
import { migrate, type Migration } from './migration.ts'
import { parseRecord } from './recordError.ts'

const share = z.number().min(0).max(1)
const atTen = z.strictObject({ hr10: share, ndcg10: share })

/** What the lists of the best items say that no rank of a held-out item can. */
export const recommendationsSchema = z.strictObject({
  /** Items in each user's list. */
  listLength: z.int().min(1),
  /** Users with a list: those with a held-out item. */
  users: z.int().min(1),
  /** Share of all items that are on at least one list (core/metrics/itemCoverage). */
  coverage: share,
  /** How unevenly recommendations are spread over all items (core/metrics/gini). */
  gini: share,
  /** Mean training users of a recommended item (core/metrics/popularityOfRecommendations). */
  averagePopularity: z.number().min(0),
  /** Mean place of a recommended item in the order of popularity, 1 the most popular. */
  meanPopularityRank: z.number().min(0),
})
export type Recommendations = z.output<typeof recommendationsSchema>

const activityGroupSchema = z.strictObject({
  /** Training items of the users, both ends included. */
  from: z.int().min(0),
  to: z.int().min(0),
  users: z.int().min(1),
  sampled: atTen,
  full: atTen.optional(),
})
export type GroupResult = z.output<typeof activityGroupSchema>

/** evaluation.json: what is known of a run's best weights beyond the means that its summary has. */
export const evaluationReportSchema = z.strictObject({
  schemaVersion: z.literal(1),
  /** Users by the quartiles of their training items, the least active first. */
  groups: z.array(activityGroupSchema).min(1).max(4),
  /** Where all items were ranked. */
  recommendations: recommendationsSchema.optional(),
})
export type EvaluationReport = z.output<typeof evaluationReportSchema>

/** EVALUATION_MIGRATIONS[n - 1] leads from schema version n to n + 1. There is only version 1 so far. */
export const EVALUATION_MIGRATIONS: readonly Migration[] = []

/** Validates the content of an evaluation.json, migrating older versions. Throws RecordError. */
export function parseEvaluationReport(json: unknown): EvaluationReport {
  const what = 'The evaluation'
  return parseRecord(evaluationReportSchema, migrate(json, EVALUATION_MIGRATIONS, what), what)
}
