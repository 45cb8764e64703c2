import { z } from 'zod'
import { CURVE_LENGTH } from '../metrics/rankingMetrics.ts'
import type { RunConfig } from './runConfig.ts'

const share = z.number().min(0).max(1)
const curve = z.array(share).length(CURVE_LENGTH)
const seconds = z.number().min(0)

/** Ranking metrics as stored: hr[K - 1] is HR@K, ndcg[K - 1] is NDCG@K, K = 1..20. */
export const runMetricsSchema = z.strictObject({
  users: z.int().min(1),
  hr: curve,
  ndcg: curve,
  /** Standard deviation of NDCG@10 over users; runs of older versions lack it. */
  ndcg10Deviation: z.number().min(0).optional(),
  mrr: share,
  auc: share,
})
export type RunMetrics = z.output<typeof runMetricsSchema>

/** One line of epochs.jsonl. */
export const epochRecordSchema = z.strictObject({
  /** Counts from 1. */
  epoch: z.int().min(1),
  /** Mean loss over the epoch's samples (binary cross-entropy of neural models); models in closed form have none. */
  loss: z.number().optional(),
  /** On the test items: every epoch of a run that is selected as in the paper. */
  test: runMetricsSchema.optional(),
  /** On the validation items: every epoch of a run that is selected by them. */
  validation: runMetricsSchema.optional(),
  /** Of the same items among all that the user does not know, where all items were ranked after this epoch. */
  full: runMetricsSchema.optional(),
  trainSeconds: seconds,
  evaluateSeconds: seconds,
  samplesPerSecond: z.number().min(0),
  /** Optimiser steps since the start of the run. */
  step: z.int().min(0),
})
export type EpochRecord = z.output<typeof epochRecordSchema>

/** The K of the selection: He et al. (WWW 2017) and all later work on their split report HR@10. */
export const SELECTION_K = 10

/** Raised when an epoch lacks the metrics that its run is selected by. */
export class EpochSelectionError extends Error {
  override name = 'EpochSelectionError'
  readonly code = 'metrics-missing'
}

/** The metrics that a selection looks at. Throws EpochSelectionError. */
export function selectionMetrics(epoch: EpochRecord, selection: RunConfig['selection']): RunMetrics {
  const metrics = selection === 'paper' ? epoch.test : epoch.validation
  if (metrics) return metrics
  const split = selection === 'paper' ? 'test' : 'validation'
  throw new EpochSelectionError(
    `Epoch ${epoch.epoch} has no ${split} metrics, so the run cannot be selected by them.`,
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
    const score = selectionMetrics(epoch, selection).hr[SELECTION_K - 1]
    if (score > bestScore) [best, bestScore] = [epoch, score]
  }
  return best
}
