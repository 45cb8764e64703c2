import { z } from 'zod'
import { CURVE_LENGTH } from '../metrics/rankingMetrics.ts'
import type { RunConfig } from './runConfig.ts'

const share = z.number().min(0).max(1)
const curve = z.array(share).length(CURVE_LENGTH)
const seconds = z.number().min(0)

/** Ranking metrics as stored: hr[K - 1] is HR@K, ndcg[K - 1] is NDCG@K, K = 1..20. */
const metricFields = { users: z.int().min(1).optional(), hr: curve, ndcg: curve, mrr: share, auc: share }

export const runMetricsSchema = z.strictObject(metricFields)
export type RunMetrics = z.output<typeof runMetricsSchema>

/** One line of epochs.jsonl: the test metrics of an epoch and, for runs that select by validation, those as well. */
export const epochRecordSchema = z.strictObject({
  /** Counts from 1. */
  epoch: z.int().min(1),
  /** Mean binary cross-entropy over the epoch's samples. */
  loss: z.number(),
  ...metricFields,
  validation: runMetricsSchema.optional(),
  trainSeconds: seconds,
  evaluateSeconds: seconds,
  samplesPerSecond: z.number().min(0),
  /** Optimiser steps since the start of the run. */
  step: z.int().min(0),
})
export type EpochRecord = z.output<typeof epochRecordSchema>

/** The K of the selection: He et al. (WWW 2017) and all later work on their split report HR@10. */
export const SELECTION_K = 10

/** Raised when a run is to be selected by validation but an epoch has no validation metrics. */
export class EpochSelectionError extends Error {
  override name = 'EpochSelectionError'
  readonly code = 'validation-missing'
}

function selectionScore(epoch: EpochRecord, selection: RunConfig['selection']): number {
  const metrics = selection === 'paper' ? epoch : epoch.validation
  if (metrics) return metrics.hr[SELECTION_K - 1]
  throw new EpochSelectionError(
    `Epoch ${epoch.epoch} has no validation metrics, so the run cannot be selected by validation.`,
  )
}

/**
 * The epoch that stands for the run: highest HR@10 on the test items (`paper`) or on the validation items
 * (`validation`), the earlier one of equals; undefined without epochs. Throws EpochSelectionError.
 */
export function bestEpoch(
  epochs: readonly EpochRecord[],
  selection: RunConfig['selection'],
): EpochRecord | undefined {
  let best: EpochRecord | undefined
  let bestScore = -1
  for (const epoch of epochs) {
    const score = selectionScore(epoch, selection)
    if (score > bestScore) [best, bestScore] = [epoch, score]
  }
  return best
}

/** The test metrics of an epoch, without its loss and times. */
export function testMetrics({ users, hr, ndcg, mrr, auc }: EpochRecord): RunMetrics {
  return { ...(users !== undefined && { users }), hr, ndcg, mrr, auc }
}
