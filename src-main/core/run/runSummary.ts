import { z } from 'zod'
import { bestEpoch, runMetricsSchema, testMetrics, type EpochRecord } from './epochRecord.ts'
import { SELECTIONS, type RunConfig } from './runConfig.ts'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'expected a SHA-256 in 64 lower-case hex digits')

/** What a list of runs shows without reading their epochs. */
export const runSummarySchema = z.strictObject({
  epochsCompleted: z.int().min(1),
  bestEpoch: z.int().min(1),
  /** Test metrics of the selected epoch. */
  best: runMetricsSchema,
  /** Test metrics of the last epoch. */
  last: runMetricsSchema,
  /** Training alone, over all epochs, without evaluation. */
  trainSeconds: z.number().min(0),
  /** SHA-256 over the last weights in the order of the parameter layout. */
  weightsHash: sha256.optional(),
  selection: z.enum(SELECTIONS),
})
export type RunSummary = z.output<typeof runSummarySchema>

/** Condenses the epochs of a run; undefined before the first one is done. Throws EpochSelectionError. */
export function summarizeRun(
  epochs: readonly EpochRecord[],
  selection: RunConfig['selection'],
  weightsHash?: string,
): RunSummary | undefined {
  const best = bestEpoch(epochs, selection)
  if (!best) return undefined
  return {
    epochsCompleted: epochs.length,
    bestEpoch: best.epoch,
    best: testMetrics(best),
    last: testMetrics(epochs[epochs.length - 1]),
    trainSeconds: epochs.reduce((sum, epoch) => sum + epoch.trainSeconds, 0),
    ...(weightsHash !== undefined && { weightsHash }),
    selection,
  }
}
