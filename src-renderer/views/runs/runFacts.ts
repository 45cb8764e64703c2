import type { RunRow } from '../../../src-main/contract/runContract.ts'
import {
  modelTitle,
  isNeural,
  modelSpec,
  plannedEpochs,
  type RunMetrics,
} from '../../../src-main/contract/vocabulary.ts'

/** Places of HR@10 and NDCG@10 in the stored curves over K. */
const AT_10 = 9

/** A metric of a run's best epoch, and which items it was measured on. */
export interface BestResult {
  hr10: number
  ndcg10: number
  users: number
  /** 'validation': the test items of a run selected by validation are scored when it is finished. */
  on: 'test' | 'validation'
}

/** What a run has reached at its best epoch; undefined before the first one. */
export function bestResult({ summary }: RunRow): BestResult | undefined {
  if (!summary) return undefined
  const metrics = summary.test ?? summary.selected
  const on = summary.test || summary.selection === 'paper' ? 'test' : 'validation'
  return { hr10: metrics.hr[AT_10], ndcg10: metrics.ndcg[AT_10], users: metrics.users, on }
}

/** What a run has reached when all items are ranked; undefined where they were not. */
export function fullResult({
  summary,
}: RunRow): { hr10: number; ndcg10: number; metrics: RunMetrics } | undefined {
  const metrics = summary?.full
  return metrics && { hr10: metrics.hr[AT_10], ndcg10: metrics.ndcg[AT_10], metrics }
}

/** What people call a run: its name, else its model with the end of its id, else its id. */
export function runName({ name, id, config }: RunRow): string {
  if (name !== '' || !config) return name || id
  return `${modelTitle(config)} · ${id.split('-').at(-1)}`
}

/** The widths of the MLP part: concatenated embeddings, then hidden layers; undefined without one. */
export function towerWidths({ config }: RunRow): readonly number[] | undefined {
  if (!config || !isNeural(config) || config.model === 'GMF') return undefined
  const { mlpWidth, hiddenSizes } = modelSpec(config)
  return [2 * mlpWidth, ...hiddenSizes]
}

/** Hidden layers of the MLP part; undefined without one. */
export function hiddenLayers(config: RunRow['config']): number | undefined {
  if (!config || !isNeural(config) || config.model === 'GMF') return undefined
  return modelSpec(config).hiddenSizes.length
}

export function epochsDone({ summary }: RunRow): number {
  return summary?.epochsCompleted ?? 0
}

/** How much of a run is done, from 0 to 1; with its progress, steps of the epoch under way count too. */
export function shareDone(
  run: RunRow,
  progress?: { epoch: number; step: number; stepsPerEpoch: number },
): number {
  const epochs = run.config ? plannedEpochs(run.config) : 1
  const stepped = progress ? progress.epoch - 1 + progress.step / Math.max(1, progress.stepsPerEpoch) : 0
  return Math.min(1, Math.max(epochsDone(run), stepped) / epochs)
}
