import type { EpochRecord, RunMetrics } from '../core/run/epochRecord.ts'
import type { RunSummary } from '../core/run/runSummary.ts'
import type { Evaluation, TrainingEnd } from '../trainer/trainerClient.ts'

/** The K that results are told at. */
const K = 10

export function hrAt10(metrics: RunMetrics | undefined): number | undefined {
  return metrics?.hr[K - 1]
}

export function ndcgAt10(metrics: RunMetrics | undefined): number | undefined {
  return metrics?.ndcg[K - 1]
}

/** The fields of full ranking, where all items were ranked. */
function fullFields(full: RunMetrics | undefined): Record<string, unknown> {
  return full ? { 'fullHr@10': hrAt10(full), 'fullNdcg@10': ndcgAt10(full) } : {}
}

/** What a run is judged by so far: the test items, or, while those may not be looked at, the validation items. */
export function resultOf(summary: RunSummary): { metrics: RunMetrics; split: 'test' | 'validation' } {
  if (summary.test) return { metrics: summary.test, split: 'test' }
  return { metrics: summary.selected, split: summary.selection === 'paper' ? 'test' : 'validation' }
}

/** The metrics of an epoch, on the items that its run looks at. */
export function epochMetrics({ test, validation }: EpochRecord) {
  return test ? { metrics: test, split: 'test' } : { metrics: validation, split: 'validation' }
}

/** The line of an epoch. These fields are fixed: scripts rely on them. */
export function epochLine(runId: string, record: EpochRecord): Record<string, unknown> {
  const { metrics, split } = epochMetrics(record)
  return {
    event: 'epoch',
    epoch: record.epoch,
    loss: record.loss,
    'hr@10': hrAt10(metrics),
    'ndcg@10': ndcgAt10(metrics),
    ...fullFields(record.full),
    trainSeconds: record.trainSeconds,
    evaluateSeconds: record.evaluateSeconds,
    samplesPerSecond: record.samplesPerSecond,
    split,
    runId,
  }
}

/** The best epoch of a summary with its result; nothing before the first epoch. */
export function summaryFields(summary: RunSummary | undefined): Record<string, unknown> {
  if (!summary) return {}
  const { metrics, split } = resultOf(summary)
  return {
    bestEpoch: summary.bestEpoch,
    'hr@10': hrAt10(metrics),
    'ndcg@10': ndcgAt10(metrics),
    ...fullFields(summary.full),
    split,
    ...(summary.selection === 'validation' && {
      'validationHr@10': hrAt10(summary.selected),
      'validationNdcg@10': ndcgAt10(summary.selected),
    }),
    epochs: summary.epochsCompleted,
    ...(summary.stoppedEarly && { stoppedEarly: true }),
    weightsHash: summary.weightsHash,
  }
}

/** The last line of a training. These fields are fixed. */
export function endLine({ runId, status, summary }: TrainingEnd): Record<string, unknown> {
  return { event: 'end', runId, status, ...summaryFields(summary) }
}

/** The line of an evaluation. These fields are fixed. */
export function evaluationLine({ model, split, metrics, full }: Evaluation): Record<string, unknown> {
  const { users, mrr, auc, hr, ndcg } = metrics
  return {
    event: 'evaluation',
    model,
    'hr@10': hrAt10(metrics),
    'ndcg@10': ndcgAt10(metrics),
    users,
    split,
    mrr,
    auc,
    hr,
    ndcg,
    ...fullFields(full),
    ...(full && { full }),
  }
}
