import { meanHalfWidth95, wilsonInterval } from '../metrics/interval.ts'
import type { RunMetrics } from '../run/epochRecord.ts'
import { publishedDataset, type PublishedResult } from '../run/publishedResults.ts'
import { fieldsOf, isNeural, type RunConfig } from '../run/runConfig.ts'
import { atTen, type AtTen } from './gapEffects.ts'
import { around, type Interval95 } from './interval95.ts'
import { shareText } from './verdict.ts'

/** A published row and how far a run is from it. */
export interface PublishedGap {
  row: PublishedResult
  /** Run - published. */
  gap: AtTen
  within: { hr10: boolean; ndcg10: boolean }
  sentence: string
}

/** As published figures name models. */
const PUBLISHED_NAMES: Partial<Record<RunConfig['model'], string>> = { ItemPop: 'TopPop' }
/** Most rows of the paper and the post have three digits. */
const ROUNDING = 0.0005
/** Rows told of one run. */
const MOST = 6

/** Factors and layers as published rows name them: a tower has them, too, where it ends in its factors. */
function sizesOf(config: RunConfig): { factors?: number; layers?: number } {
  const { model, factors, layers, tower } = fieldsOf(config)
  if (model === 'GMF' || !isNeural(config)) return { factors }
  return tower ? { factors: tower.at(-1), layers: tower.length - 1 } : { factors, layers }
}

/** How unlike a row is to a run, 0 for the same sizes; a row that names none is a little less like than one that does. */
function distance(row: PublishedResult, { factors, layers }: ReturnType<typeof sizesOf>): number {
  const ofFactors =
    row.factors === undefined || factors === undefined ? 0.01 : Math.abs(Math.log2(row.factors / factors))
  return ofFactors + (row.layers === undefined || layers === undefined ? 0 : Math.abs(row.layers - layers))
}

/** The rows of a run's model, the most alike first; of the other kind of NeuMF, pre-trained or not, after them. */
function similarRows(
  config: RunConfig,
  datasetName: string,
  results: readonly PublishedResult[],
): PublishedResult[] {
  const dataset = publishedDataset(datasetName)
  const name = PUBLISHED_NAMES[config.model] ?? config.model
  const sizes = sizesOf(config)
  const isPretrained = isNeural(config) && config.pretraining !== undefined
  const rows = results.filter((row) => row.dataset === dataset && row.model === name)
  const order = (row: PublishedResult) => distance(row, sizes) + (row.pretrained === isPretrained ? 0 : 100)
  const sorted = [...rows].sort((a, b) => order(a) - order(b))
  const best = sorted.filter((row) => row.pretrained === isPretrained).map((row) => distance(row, sizes))
  // Other sizes are told only where none is the run's.
  const limit = Math.max(0.01, best[0] ?? Infinity)
  return sorted.filter((row) => distance(row, sizes) <= limit).slice(0, MOST)
}

function intervalsOf({ users, hr, ndcg, ndcg10Deviation }: RunMetrics): Record<keyof AtTen, Interval95> {
  const { hr10, ndcg10 } = atTen({ users, hr, ndcg, mrr: 0, auc: 0 })
  const [from, to] = wilsonInterval(hr10, users)
  // Runs of older versions lack it; no values of 0..1 with this mean can deviate more.
  const deviation = ndcg10Deviation ?? Math.sqrt(ndcg10 * (1 - ndcg10))
  return { hr10: { from, to }, ndcg10: around(ndcg10, meanHalfWidth95(deviation, users)) }
}

function isWithin(value: number, { from, to }: Interval95): boolean {
  return value >= from - ROUNDING && value <= to + ROUNDING
}

function titleOf({ model, factors, layers, pretrained, sourceName }: PublishedResult): string {
  const sizes = [
    factors === undefined ? [] : [`F = ${factors}`],
    layers === undefined ? [] : [`${layers} layers`],
    pretrained ? ['pre-trained'] : [],
  ].flat()
  return `${[model, ...sizes].join(', ')} of ${sourceName}`
}

function distanceText(name: string, own: number, published: number): string {
  const gap = own - published
  if (Math.abs(gap) < ROUNDING) return `${name} is the same, ${shareText(published)}`
  return `${name} is ${gap > 0 ? 'higher' : 'lower'} by ${shareText(Math.abs(gap))} (${shareText(own)} here, ${shareText(published)} there)`
}

function judgement({ hr10, ndcg10 }: PublishedGap['within']): string {
  if (hr10 && ndcg10)
    return 'Both lie within the 95 % intervals of this run, so chance among users explains the gap.'
  if (!hr10 && !ndcg10)
    return 'Both lie outside the 95 % intervals of this run: chance among users does not explain the gap.'
  return `${hr10 ? 'HR@10' : 'NDCG@10'} lies within its 95 % interval, ${hr10 ? 'NDCG@10' : 'HR@10'} outside.`
}

function gapTo(row: PublishedResult, metrics: RunMetrics): PublishedGap {
  const own = atTen(metrics)
  const intervals = intervalsOf(metrics)
  const within = { hr10: isWithin(row.hr10, intervals.hr10), ndcg10: isWithin(row.ndcg10, intervals.ndcg10) }
  const texts = [distanceText('HR@10', own.hr10, row.hr10), distanceText('NDCG@10', own.ndcg10, row.ndcg10)]
  return {
    row,
    gap: { hr10: own.hr10 - row.hr10, ndcg10: own.ndcg10 - row.ndcg10 },
    within,
    sentence: `Beside ${titleOf(row)}: ${texts.join('; ')}. ${judgement(within)}`,
  }
}

/**
 * How far a run is from what was published for its model and data, the most similar rows first: of its own size, or of
 * the nearest where none is. None on other data.
 *
 * @param metrics Of the run's best epoch on the test items, among sampled candidates as all published rows are.
 */
export function publishedGaps(
  { config, datasetName, metrics }: { config: RunConfig; datasetName: string; metrics: RunMetrics },
  results: readonly PublishedResult[],
): PublishedGap[] {
  return similarRows(config, datasetName, results).map((row) => gapTo(row, metrics))
}
