import { describeEarlyStop } from '../core/run/earlyStopping.ts'
import type { EvaluationReport } from '../core/run/evaluationReport.ts'
import { isPretrained, nameOfPart, type PretrainedConfig } from '../core/run/partRuns.ts'
import type { PublishedResult } from '../core/run/publishedResults.ts'
import {
  fieldsOf,
  isNeural,
  plannedEpochs,
  type ConfigFields,
  type NeuralConfig,
  type RunConfig,
  PRETRAINED,
} from '../core/run/runConfig.ts'
import type { Provenance, RunRecord } from '../core/run/runRecord.ts'
import type { RunSummary } from '../core/run/runSummary.ts'
import type { EpochLog, ListedRun, RunProblem, StoredRun } from '../node/runStore.ts'
import { count } from './datasetSource.ts'
import { describeRecommendations, fullRankingBlock, groupTable, RANKINGS } from './evaluationTables.ts'
import { epochLine, epochMetrics, hrAt10, ndcgAt10, resultOf, summaryFields } from './jsonLines.ts'
import { resultTable, share, table } from './resultTable.ts'

/** A run in one JSON line; a damaged one has its problem. */
export function runLine({ id, record, labels, problem }: ListedRun): Record<string, unknown> {
  if (!record) return { event: 'run', id, problem }
  const { config, data, status, createdAt, error, summary } = record
  const { name, tags, starred, archived } = labels
  return {
    event: 'run',
    ...(isPretrained(config) && { pretrained: true }),
    ...{ id, name, model: config.model, factors: fieldsOf(config).factors, data: data.name, status },
    epochs: 0,
    ...summaryFields(summary),
    epochsPlanned: plannedEpochs(config),
    ...{ tags, starred, archived, createdAt, error, problem },
  }
}

/** What is stored of a run's evaluation, or why it cannot be read. */
export interface ShownEvaluation {
  report?: EvaluationReport
  problem?: RunProblem
}

/** A run as JSON lines: all that is stored of it, then its epochs. */
export function runLines(
  { id, record, labels, problem }: StoredRun,
  log: EpochLog,
  { report: evaluation, problem: damage }: ShownEvaluation,
): Record<string, unknown>[] {
  const whole = { event: 'run', ...labels, ...record, evaluation, problem: problem ?? log.problem ?? damage }
  return [whole, ...log.epochs.map((epoch) => epochLine(id, epoch))]
}

const HEAD = ['id', 'name', 'model', 'F', 'data', 'status', 'epochs', 'HR@10', 'NDCG@10', 'tags']

function sizes(config: RunConfig): string | number {
  const { factors, tower } = fieldsOf(config)
  return tower ? `${factors}, ${tower.join('-')}` : (factors ?? '-')
}

function listRow({ id, record, labels }: StoredRun): (string | number)[] {
  const { config, data, status, summary } = record
  const result = summary && resultOf(summary)
  const mark = result?.split === 'validation' ? ' (val.)' : ''
  return [
    id,
    `${labels.starred ? '* ' : ''}${labels.name}`,
    isPretrained(config) ? PRETRAINED : config.model,
    sizes(config),
    data.name,
    status,
    `${summary?.epochsCompleted ?? 0}/${plannedEpochs(config)}`,
    share(hrAt10(result?.metrics)) + mark,
    share(ndcgAt10(result?.metrics)) + mark,
    labels.tags.join(', '),
  ]
}

/** All runs as a table, and below it what is wrong with those that cannot be shown. */
export function runList(runs: readonly ListedRun[]): string {
  if (runs.length === 0) return 'There are no runs yet. Start one with: ncf train --data sample --model NeuMF'
  const whole = runs.filter((run): run is StoredRun => run.record !== undefined)
  const problems = runs.filter(({ problem }) => problem)
  return [
    ...(whole.length > 0 ? [table(HEAD, whole.map(listRow))] : []),
    ...problems.map(({ id, problem }) => `${id}: ${problem!.message}`),
  ].join('\n')
}

function fullRankingOf({ fullRanking }: Pick<ConfigFields, 'fullRanking'>): string {
  if (fullRanking === undefined || fullRanking === 'never') return ''
  return `, full ranking ${fullRanking === 'end' ? 'at the end' : `every ${fullRanking} epochs`}`
}

/** Fields and values of a model that has few of them. */
function plainSettings(config: RunConfig): string[] {
  const { model, seed, selection, fullRanking, ...own } = fieldsOf(config)
  const fields = Object.entries(own).map(([name, value]) => `${name} ${String(value)}`)
  return [
    [model, ...fields].join(', '),
    `seed ${seed}, selection ${selection}${fullRankingOf({ fullRanking })}`,
  ]
}

function settings(config: RunConfig): string[] {
  return isNeural(config) ? neuralSettings(config) : plainSettings(config)
}

function startOf({ pretraining: { gmf, mlp, alpha } }: PretrainedConfig): string {
  return `starts from ${nameOfPart('gmf', gmf)} and ${nameOfPart('mlp', mlp)}, alpha ${alpha}`
}

function neuralSettings(config: NeuralConfig): string[] {
  const { l2, tower } = config
  const shape = tower ? `tower ${tower.join('-')}` : `${config.layers} layers`
  const penalties = Object.entries(l2).filter(([, value]) =>
    Array.isArray(value) ? value.some(Boolean) : Number(value),
  )
  const penalty = penalties.map(([name, value]) => `${name} ${value}`).join(', ')
  return [
    `${config.model}, ${config.factors} factors${config.model === 'GMF' ? '' : `, ${shape}, dropout ${config.dropout}`}`,
    `${config.optimizer}, learning rate ${config.learningRate}, batch ${config.batchSize}, ${config.negativesPerPositive} negatives, ${config.epochs} epochs${config.patience ? `, patience ${config.patience}` : ''}`,
    `seed ${config.seed}, selection ${config.selection}, arithmetic ${config.arithmetic}${fullRankingOf(config)}`,
    ...(isPretrained(config) ? [startOf(config)] : []),
    ...(penalty ? [`L2 (${l2.scope}): ${penalty}`] : []),
  ]
}

function origin(provenance: Provenance): string {
  const { appVersion, commit, engine, device, threads, nodeVersion, os } = provenance
  return `NCF Studio ${appVersion}${commit ? ` (${commit})` : ''}, engine ${engine} on ${device}, threads ${threads}, Node ${nodeVersion}, ${os}`
}

function epochTable({ epochs }: EpochLog, best: number | undefined): string {
  const rows = epochs.map((epoch) => [
    `${epoch.epoch}${epoch.epoch === best ? ' *' : ''}`,
    epoch.loss?.toFixed(4) ?? '-',
    share(hrAt10(epochMetrics(epoch).metrics)),
    share(ndcgAt10(epochMetrics(epoch).metrics)),
    epoch.trainSeconds.toFixed(1),
    count(Math.round(epoch.samplesPerSecond)),
    share(hrAt10(epoch.full)),
    share(ndcgAt10(epoch.full)),
  ])
  const where = epochs[0].test ? '' : ' (validation)'
  const full = epochs.some((epoch) => epoch.full) ? [`full HR@10${where}`, `full NDCG@10${where}`] : []
  return table(['epoch', 'loss', `HR@10${where}`, `NDCG@10${where}`, 'seconds', 'samples/s', ...full], rows)
}

function statusLine({ status, error, createdAt }: RunRecord): string {
  return `${status}${error ? `: ${error.message}` : ''}, begun ${createdAt}`
}

/** A run's result: sampled and full ranking in blocks of their own, and what else is known of its best weights. */
export function describeResult(
  record: RunRecord,
  summary: RunSummary,
  published: readonly PublishedResult[],
): string {
  const { full, recommendations, stoppedEarly, epochsCompleted } = summary
  return [
    ...(stoppedEarly ? [describeEarlyStop(epochsCompleted, fieldsOf(record.config))] : []),
    ...(full ? [RANKINGS.sampled] : []),
    resultTable(record, summary, published),
    ...(full ? [fullRankingBlock(full)] : []),
    ...(recommendations ? [describeRecommendations(recommendations)] : []),
  ].join('\n')
}

/** How the groups of users fare, for people. */
export function describeEvaluation({ groups }: EvaluationReport): string {
  return `Users by their number of training items:\n${groupTable(groups)}`
}

/** A run in full, for people. */
export function describeRun(
  run: StoredRun,
  log: EpochLog,
  evaluation: ShownEvaluation,
  published: readonly PublishedResult[],
): string {
  const { id, record, labels, problem } = run
  const { data, summary } = record
  return [
    `${id}${labels.name ? ` "${labels.name}"` : ''}${labels.tags.length ? `  [${labels.tags.join(', ')}]` : ''}`,
    statusLine(record),
    ...settings(record.config),
    `data ${data.name} (${data.datasetId}): ${count(data.userCount)} users, ${count(data.itemCount)} items, ${count(data.interactions)} training positives; fingerprint ${data.fingerprint}`,
    origin(record.provenance),
    ...(labels.notes ? [labels.notes] : []),
    ...[problem, log.problem, evaluation.problem].flatMap((one) => (one ? [`note: ${one.message}`] : [])),
    ...(log.epochs.length ? [epochTable(log, summary?.bestEpoch)] : []),
    ...(summary ? [describeResult(record, summary, published)] : []),
    ...(evaluation.report ? [describeEvaluation(evaluation.report)] : []),
    ...(summary?.weightsHash ? [`weights ${summary.weightsHash}`] : []),
  ].join('\n')
}
