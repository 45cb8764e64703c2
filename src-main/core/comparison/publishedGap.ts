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

/** A run as it is held against published rows. */
export interface PublishedRun {
  config: RunConfig
  datasetName: string
  /** Whether its split is that of the authors, as of all published rows. */
  isSourceSplit: boolean
  /** Of its best epoch on the test items, among sampled candidates as all published rows are. */
  metrics: RunMetrics
}

/** As published figures name models. */
const PUBLISHED_NAMES: Partial<Record<RunConfig['model'], string>> = { ItemPop: 'TopPop' }
/** Most rows of the paper and the post have three digits. */
const ROUNDING = 0.0005
/** Factors and layers as published rows name them: a tower has them, too, where it ends in its factors. */
function sizesOf(config: RunConfig): { factors?: number; layers?: number } {
  const { model, factors, layers, tower } = fieldsOf(config)
  if (model === 'GMF' || !isNeural(config)) return { factors }
  return tower ? { factors: tower.at(-1), layers: tower.length - 1 } : { factors, layers }
}

function isPretrainedRun(config: RunConfig): boolean {
  return isNeural(config) && config.pretraining !== undefined
}

type Sizes = ReturnType<typeof sizesOf>

/** How far a row's sizes are from a run's: in doublings of the factors, and in layers; 0 where nothing is told. */
function distance(row: PublishedResult, { factors, layers }: Sizes): number {
  const ofFactors = row.factors && factors ? Math.abs(Math.log2(row.factors / factors)) : 0
  return ofFactors + (row.layers === undefined || layers === undefined ? 0 : Math.abs(row.layers - layers))
}

/** The rows of the run's own sizes, or else of the nearest; then those of untold size. */
function nearestRows(rows: readonly PublishedResult[], sizes: Sizes): PublishedResult[] {
  const isSized = ({ factors, layers }: PublishedResult) => factors !== undefined || layers !== undefined
  const sized = rows.filter(isSized)
  const nearest = Math.min(...sized.map((row) => distance(row, sizes)))
  return [...sized.filter((row) => distance(row, sizes) === nearest), ...rows.filter((row) => !isSized(row))]
}

/** The rows of a run's model and data; those of the other kind of NeuMF, pre-trained or not, after its own. */
function similarRows(
  config: RunConfig,
  datasetName: string,
  results: readonly PublishedResult[],
): PublishedResult[] {
  const dataset = publishedDataset(datasetName)
  const name = PUBLISHED_NAMES[config.model] ?? config.model
  const sizes = sizesOf(config)
  const isPretrained = isPretrainedRun(config)
  const rows = results.filter((row) => row.dataset === dataset && row.model === name)
  const ofKind = (pretrained: boolean) =>
    nearestRows(
      rows.filter((row) => row.pretrained === pretrained),
      sizes,
    )
  return [...ofKind(isPretrained), ...ofKind(!isPretrained)]
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

/** `MLP F = 8, 3 layers`, `NeuMF pre-trained F = 32`, `EASE` */
export function publishedTitle({
  model,
  factors,
  layers,
  pretrained,
}: Pick<PublishedResult, 'model' | 'factors' | 'layers' | 'pretrained'>): string {
  const head = [model, ...(pretrained ? ['pre-trained'] : []), ...(factors ? [`F = ${factors}`] : [])].join(
    ' ',
  )
  if (layers === undefined) return head
  return `${head}, ${layers} ${layers === 1 ? 'layer' : 'layers'}`
}

function distanceText(name: string, own: number, published: number): string {
  const gap = own - published
  if (Math.abs(gap) < ROUNDING) return `${name} is the same, ${shareText(published)}`
  return `${name} is ${gap > 0 ? 'higher' : 'lower'} by ${shareText(Math.abs(gap))} (${shareText(own)} here, ${shareText(published)} there)`
}

function judgement({ hr10, ndcg10 }: PublishedGap['within']): string {
  if (hr10 && ndcg10)
    return 'Both lie within the 95 % intervals of this run, so the gap may be chance among users.'
  if (!hr10 && !ndcg10)
    return 'Both lie outside the 95 % intervals of this run: chance among users does not explain the gap.'
  return `${hr10 ? 'HR@10' : 'NDCG@10'} lies within its 95 % interval, ${hr10 ? 'NDCG@10' : 'HR@10'} outside.`
}

/** What makes a row less than a twin of the run, apart from who trained it. */
function remark(row: PublishedResult, { config, isSourceSplit }: PublishedRun): string {
  const isPretrained = isPretrainedRun(config)
  const remarks = [
    isSourceSplit ? [] : ['of another split'],
    row.pretrained === isPretrained ? [] : [`this run is ${isPretrained ? '' : 'not '}pre-trained`],
    distance(row, sizesOf(config)) > 0 ? ['another size'] : [],
    isNeural(config) && row.factors === undefined ? ['size not published'] : [],
    row.approximate ? ['figures given as about'] : [],
  ].flat()
  return remarks.length === 0 ? '' : ` (${remarks.join(', ')})`
}

function gapTo(row: PublishedResult, run: PublishedRun): PublishedGap {
  const own = atTen(run.metrics)
  const intervals = intervalsOf(run.metrics)
  const within = { hr10: isWithin(row.hr10, intervals.hr10), ndcg10: isWithin(row.ndcg10, intervals.ndcg10) }
  const texts = [distanceText('HR@10', own.hr10, row.hr10), distanceText('NDCG@10', own.ndcg10, row.ndcg10)]
  return {
    row,
    gap: { hr10: own.hr10 - row.hr10, ndcg10: own.ndcg10 - row.ndcg10 },
    within,
    sentence: `Beside ${publishedTitle(row)} of ${row.sourceName}${remark(row, run)}: ${texts.join('; ')}. ${judgement(within)}`,
  }
}

/**
 * How far a run is from what was published for its model and data, the most similar rows first: of its own size, or of
 * the nearest where none is. None on other data.
 */
export function publishedGaps(run: PublishedRun, results: readonly PublishedResult[]): PublishedGap[] {
  return similarRows(run.config, run.datasetName, results).map((row) => gapTo(row, run))
}
