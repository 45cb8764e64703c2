import type { DatasetDetails } from '../../../../src-main/contract/datasetContract.ts'
import type { PublishedResultRow } from '../../../../src-main/contract/runContract.ts'
import { formatMetric } from '../../../layout/formats.ts'
import type { ReferenceLine } from '../../../charts/metricSeries.ts'
import type { BestResult } from '../runFacts.ts'

/** A number to hold a run's own against, and how far the run is above it. */
export interface ComparisonRow {
  name: string
  citation: string
  hr10: string
  hr10Difference: string
  ndcg10: string
  ndcg10Difference: string
}

/** +0.004, −0.012, 0.000 */
export function signedMetric(value: number): string {
  const text = Math.abs(value).toFixed(3)
  if (Number(text) === 0) return text
  return `${value < 0 ? '−' : '+'}${text}`
}

/** Who published it, and with what sizes where there are several. */
export function publishedName({ sourceName, model, factors, pretrained }: PublishedResultRow): string {
  const sizes = factors === undefined ? '' : ` F = ${factors}`
  return `${sourceName}: ${model}${sizes}${pretrained ? ', pre-trained' : ''}`
}

function row(best: BestResult, name: string, citation: string, other: { hr10: number; ndcg10: number }) {
  return {
    name,
    citation,
    hr10: formatMetric(other.hr10),
    hr10Difference: signedMetric(best.hr10 - other.hr10),
    ndcg10: formatMetric(other.ndcg10),
    ndcg10Difference: signedMetric(best.ndcg10 - other.ndcg10),
  }
}

/** The run beside popularity and published numbers; none for numbers on validation items, which are other items. */
export function comparisonRows(
  best: BestResult | undefined,
  popularity: DatasetDetails['popularityBaseline'] | undefined,
  published: readonly PublishedResultRow[],
): ComparisonRow[] {
  if (best?.on !== 'test') return []
  const base = popularity
    ? [row(best, 'Popularity', 'Every item ranked by its number of users', popularity)]
    : []
  return [...base, ...published.map((one) => row(best, publishedName(one), one.citation, one))]
}

/**
 * The published numbers that a run's own curve is drawn against: of models without pre-training, and where some state
 * the run's number of factors, those alone. The table has them all.
 */
export function drawnPublished(published: readonly PublishedResultRow[]): PublishedResultRow[] {
  const plain = published.filter(({ pretrained }) => !pretrained)
  const sized = plain.filter(({ factors }) => factors !== undefined)
  return sized.length > 0 ? sized : plain
}

/** The same numbers as lines of a chart. */
export function referenceLines(
  metric: 'hr10' | 'ndcg10',
  popularity: DatasetDetails['popularityBaseline'] | undefined,
  published: readonly PublishedResultRow[],
): ReferenceLine[] {
  const base: ReferenceLine[] = popularity
    ? [{ name: 'Popularity', y: popularity[metric], kind: 'baseline' }]
    : []
  return [
    ...base,
    ...published.map((one) => ({ name: publishedName(one), y: one[metric], kind: 'published' as const })),
  ]
}
