import { z } from 'zod'
import {
  bestEpoch,
  runMetricsSchema,
  SELECTION_K,
  selectionMetrics,
  type EpochRecord,
} from './epochRecord.ts'
import { recommendationsSchema } from './evaluationReport.ts'
import { SELECTIONS, type RunConfig } from './runConfig.ts'
import { sha256 } from './sha256.ts'

/** What a list of runs shows without reading their epochs. */
export const runSummarySchema = z.strictObject({
  epochsCompleted: z.int().min(1),
  bestEpoch: z.int().min(1),
  selection: z.enum(SELECTIONS),
  /** Of the best epoch, on the items that it was selected by. */
  selected: runMetricsSchema,
  /**
   * Of the best epoch, on the test items: the run's result. A run that is selected by validation has it only when it
   * is finished, since the test items are scored once.
   */
  test: runMetricsSchema.optional(),
  /** The same test items among all items that the user does not know, where all items were ranked. */
  full: runMetricsSchema.optional(),
  /** Of the best items of each user, where all items were ranked. */
  recommendations: recommendationsSchema.optional(),
  /** Whether patience ended the run before its planned epochs. */
  stoppedEarly: z.literal(true).optional(),
  /** Of the last epoch, on the items that the run is selected by; runs of older versions lack it. */
  last: z
    .strictObject({
      epoch: z.int().min(1),
      loss: z.number().optional(),
      hr10: z.number(),
      ndcg10: z.number(),
    })
    .optional(),
  /** Training alone, over all epochs, without evaluation. */
  trainSeconds: z.number().min(0),
  /** SHA-256 over the last weights in the order of the parameter layout. */
  weightsHash: sha256.optional(),
})
export type RunSummary = z.output<typeof runSummarySchema>

/** What only the end of a run adds to its summary. */
export type RunEnding = Pick<RunSummary, 'test' | 'full' | 'recommendations' | 'stoppedEarly' | 'weightsHash'>

/** Condenses the epochs of a run; undefined before the first one is done. Throws EpochSelectionError. */
export function summarizeRun(
  epochs: readonly EpochRecord[],
  selection: RunConfig['selection'],
  ending: RunEnding = {},
): RunSummary | undefined {
  const best = bestEpoch(epochs, selection)
  if (!best) return undefined
  const test = ending.test ?? best.test
  const { full, recommendations, stoppedEarly, weightsHash } = ending
  return {
    epochsCompleted: epochs.length,
    bestEpoch: best.epoch,
    selection,
    selected: selectionMetrics(best, selection),
    ...(test && { test }),
    ...(full && { full }),
    ...(recommendations && { recommendations }),
    ...(stoppedEarly && { stoppedEarly }),
    last: lastEpoch(epochs, selection),
    trainSeconds: epochs.reduce((sum, epoch) => sum + epoch.trainSeconds, 0),
    ...(weightsHash !== undefined && { weightsHash }),
  }
}

function lastEpoch(
  epochs: readonly EpochRecord[],
  selection: RunConfig['selection'],
): NonNullable<RunSummary['last']> {
  const last = epochs[epochs.length - 1]
  const { hr, ndcg } = selectionMetrics(last, selection)
  return {
    epoch: last.epoch,
    ...(last.loss !== undefined && { loss: last.loss }),
    hr10: hr[SELECTION_K - 1],
    ndcg10: ndcg[SELECTION_K - 1],
  }
}
