import Table from 'cli-table3'
import { halfWidth95, meanHalfWidth95 } from '../core/metrics/interval.ts'
import type { RunMetrics } from '../core/run/epochRecord.ts'
import { publishedFor, type PublishedResult } from '../core/run/publishedResults.ts'
import { fieldsOf, type RunConfig } from '../core/run/runConfig.ts'
import { readsAuthorsFiles, type RunRecord } from '../core/run/runRecord.ts'
import type { RunSummary } from '../core/run/runSummary.ts'
import { resultOf } from './jsonLines.ts'

type Row = readonly (string | number)[]

/** No lines between the rows. */
const COMPACT = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' }

/**
 * A table without colours, which pipes and NO_COLOR would have to take out again. Rows may have more cells than the
 * head; those are left out.
 */
export function table(head: readonly string[], rows: readonly Row[]): string {
  const drawn = new Table({ head: [...head], chars: COMPACT, style: { head: [], border: [] } })
  drawn.push(...rows.map((row) => row.slice(0, head.length)))
  return drawn.toString()
}

/** A share as tables show it: .7023; a dash when there is none. */
export function share(value: number | undefined, digits = 4): string {
  return value === undefined ? '-' : value.toFixed(digits).replace(/^0/, '')
}

function withHalfWidth(value: number, halfWidth: number | undefined): string {
  return halfWidth === undefined ? share(value) : `${share(value)} ± ${share(halfWidth)}`
}

/** HR@10 and NDCG@10, each with its 95 % half-width where it is known. */
export function headline({ hr, ndcg, ndcg10Deviation, users }: RunMetrics): [string, string] {
  const ndcgWidth = ndcg10Deviation === undefined ? undefined : meanHalfWidth95(ndcg10Deviation, users)
  return [withHalfWidth(hr[9], halfWidth95(hr[9], users)), withHalfWidth(ndcg[9], ndcgWidth)]
}

type ResultRun = Pick<RunRecord, 'config' | 'data' | 'provenance'>

function ownRow(summary: RunSummary): Row {
  const { metrics, split } = resultOf(summary)
  const chosen = summary.selection === 'paper' ? 'best on test' : 'best on validation'
  const what = `this run, epoch ${summary.bestEpoch} of ${summary.epochsCompleted} (${chosen}${split === 'test' ? '' : '; validation figures'})`
  return [what, ...headline(metrics), '']
}

/** As many digits as the source gives, but at least three: .42 is .420 there. */
export function asPublished(value: number): string {
  const digits = String(value).split('.')[1]?.length ?? 0
  return share(value, Math.max(3, digits))
}

function publishedRow(row: PublishedResult, mark: number): Row {
  const kind = [
    row.factors === undefined ? '' : `F = ${row.factors}`,
    row.pretrained ? 'pre-trained' : '',
    row.approximate ? 'about' : '',
  ].filter(Boolean)
  const what = `published ${row.model}${kind.length ? `, ${kind.join(', ')}` : ''}`
  return [what, asPublished(row.hr10), asPublished(row.ndcg10), `[${mark}]`]
}

/** Factors and layers as published rows name them; a tower's own, where it fits the rest of the model. */
function sizesOf(config: RunConfig): { factors?: number; layers?: number } {
  const { model, factors, layers, tower } = fieldsOf(config)
  if (!tower || model === 'GMF') return { factors, layers }
  const last = tower.at(-1)
  return model === 'MLP' || last === factors ? { factors: last, layers: tower.length - 1 } : {}
}

/** A run's result beside the published ones of its model and dataset, their sources below. */
export function resultTable(
  record: ResultRun,
  summary: RunSummary,
  published: readonly PublishedResult[],
): string {
  const { model } = record.config
  const query = { datasetName: record.data.name, model, ...sizesOf(record.config) }
  const rows = publishedFor(published, query)
  const citations = [...new Set(rows.map((row) => row.citation))]
  const body = [ownRow(summary), ...rows.map((row) => publishedRow(row, citations.indexOf(row.citation) + 1))]
  const notes = citations.map((citation, i) => `[${i + 1}] ${citation}`)
  if (rows.length > 0 && !readsAuthorsFiles(record.provenance))
    notes.unshift('The published figures are of the authors’ split; this run’s data was split anew.')
  const title = `${model} on ${record.data.name}`
  const head = [title, 'HR@10', 'NDCG@10', ...(rows.length > 0 ? ['source'] : [])]
  return [table(head, body), ...notes].join('\n')
}

/** Curves of one evaluation at the usual lengths. */
export function metricsTable(metrics: RunMetrics): string {
  const lengths = [1, 5, 10, 20]
  const rows = lengths.map((k) => [
    k,
    `${share(metrics.hr[k - 1])} ± ${share(halfWidth95(metrics.hr[k - 1], metrics.users))}`,
    share(metrics.ndcg[k - 1]),
  ])
  return table(['K', 'HR@K', 'NDCG@K'], rows)
}
