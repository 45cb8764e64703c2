import { meanHalfWidth95, wilsonInterval } from '../metrics/interval.ts'
import { modelSpec } from '../models/modelSpec.ts'
import { parameterCount } from '../models/parameterLayout.ts'
import { SELECTION_K, type RunMetrics } from '../run/epochRecord.ts'
import { groupKey } from '../run/groupKey.ts'
import { publishedDataset, type PublishedResult } from '../run/publishedResults.ts'
import { BASELINE_NAMES, fieldsOf, isNeural, type BaselineName, type RunConfig } from '../run/runConfig.ts'
import type { RunRecord } from '../run/runRecord.ts'
import type { RunSummary } from '../run/runSummary.ts'
import { around, type Interval95 } from './interval95.ts'
import { RANKINGS, type Ranking } from './metricValues.ts'
import { isClosedForm } from '../run/runConfig.ts'
import { modelTitle, unusualSettings } from './modelTitle.ts'
import { deviation, mean } from './moments.ts'

/** What a leaderboard needs to know of a finished run. */
export interface RankedRun {
  id: string
  config: RunConfig
  data: RunRecord['data']
  summary: RunSummary
}

/** A figure over the runs of a group. */
export interface SeededMean {
  mean: number
  /** Over seeds; of several runs alone. */
  deviation?: number
  /** Where the mean would lie for other users. */
  interval?: Interval95
}

export interface OwnRow extends GroupFigures {
  kind: 'own'
  model: RunConfig['model']
  name: string
  groupKey: string
  pretrained: boolean
  factors?: number
  parameterCount?: number
}

export type PublishedRow = PublishedResult & { kind: 'published' }

/** How the epoch of a figure was chosen: of published rows it is not always known. */
export const ROW_SELECTIONS = ['paper', 'validation', 'unknown'] as const
export type RowSelection = (typeof ROW_SELECTIONS)[number]

/** Figures of one protocol: they may be ranked against each other, and against no others. */
export interface LeaderboardSection {
  evaluation: Ranking
  selection: RowSelection
  note: string
  rows: (OwnRow | PublishedRow)[]
}

export interface Leaderboard {
  warnings: string[]
  sections: LeaderboardSection[]
  missingBaselines: BaselineName[]
}

/** What must be known of the dataset itself. */
export interface LeaderboardDataset {
  name: string
  fingerprint: string
  /** Whether its own files say which items are held out, as those of He et al. do. */
  isSourceSplit: boolean
  /** Whether validation items were taken out of the training items. */
  hasValidation: boolean
}

const RANKED_AMONG: Record<Ranking, string> = {
  sampled: 'The held-out item among sampled candidates',
  full: 'The held-out item among all items that the user does not know',
}

const CHOSEN: Record<RowSelection, string> = {
  paper: 'the best epoch chosen on the test items, which flatters every figure',
  validation: 'the best epoch chosen on validation items, the test items scored once',
  unknown: 'published without saying how the best epoch was chosen',
}

function seededMean(values: readonly number[], interval: Interval95 | undefined): SeededMean {
  return {
    mean: mean(values),
    ...(values.length > 1 && { deviation: deviation(values) }),
    ...(interval && { interval }),
  }
}

function hitRates(metrics: readonly RunMetrics[]): SeededMean {
  const values = metrics.map(({ hr }) => hr[SELECTION_K - 1])
  const [from, to] = wilsonInterval(mean(values), metrics[0].users)
  return seededMean(values, { from, to })
}

/** The runs of a group see the same users, so that their mean is no more certain over users than one of them. */
function gains(metrics: readonly RunMetrics[]): SeededMean {
  const values = metrics.map(({ ndcg }) => ndcg[SELECTION_K - 1])
  const deviations = metrics.flatMap(({ ndcg10Deviation }) => ndcg10Deviation ?? [])
  const isKnown = deviations.length === metrics.length
  const halfWidth = isKnown && meanHalfWidth95(mean(deviations), metrics[0].users)
  return seededMean(values, halfWidth === false ? undefined : around(mean(values), halfWidth))
}

/** One run for each seed, the latest: a repeated run has the same figures. */
function distinctSeeds(runs: readonly RankedRun[]): RankedRun[] {
  const isSame = (a: RankedRun, b: RankedRun) => isClosedForm(a.config) || a.config.seed === b.config.seed
  return runs.filter((run, i) => runs.findIndex((other) => isSame(other, run)) === i)
}

/** What the runs of a group have reached among sampled candidates or all items: one for each seed. */
export interface GroupFigures {
  runIds: string[]
  seeds: number
  users: number
  hr10: SeededMean
  ndcg10: SeededMean
}

/** The figures of runs that differ in nothing but their seed, each of which has metrics of that ranking. */
export function groupFigures(runs: readonly RankedRun[], ranking: Ranking): GroupFigures {
  const metrics = distinctSeeds(runs).map(
    ({ summary }) => (ranking === 'full' ? summary.full : summary.test)!,
  )
  return {
    runIds: runs.map(({ id }) => id),
    seeds: metrics.length,
    users: metrics[0].users,
    hr10: hitRates(metrics),
    ndcg10: gains(metrics),
  }
}

function ownRow(key: string, runs: readonly RankedRun[], ranking: Ranking): OwnRow {
  const [{ config, data }] = runs
  const { factors } = fieldsOf(config)
  return {
    kind: 'own',
    model: config.model,
    name: [modelTitle(config), ...unusualSettings(config)].join(', '),
    groupKey: key,
    ...groupFigures(runs, ranking),
    pretrained: isNeural(config) && config.pretraining !== undefined,
    ...(factors !== undefined && { factors }),
    ...(isNeural(config) && {
      parameterCount: parameterCount(modelSpec(config), data.userCount, data.itemCount),
    }),
  }
}

/** Whether a run's figure belongs into a section; one without epochs to choose among belongs into both of its ranking. */
function belongs({ config, summary }: RankedRun, ranking: Ranking, selection: RowSelection): boolean {
  const metrics = ranking === 'full' ? summary.full : summary.test
  if (!metrics || selection === 'unknown') return false
  return isClosedForm(config) || config.selection === selection
}

interface KeyedRun extends RankedRun {
  key: string
}

/** The selection of a model in closed form changes nothing. */
function keyed(run: RankedRun): KeyedRun {
  const { config, data } = run
  const key = groupKey(isClosedForm(config) ? { ...config, selection: 'paper' } : config, data.fingerprint)
  return { ...run, key }
}

function ownRows(runs: readonly KeyedRun[], ranking: Ranking, selection: RowSelection): OwnRow[] {
  const groups = new Map<string, KeyedRun[]>()
  for (const run of runs) {
    if (belongs(run, ranking, selection)) groups.set(run.key, [...(groups.get(run.key) ?? []), run])
  }
  return [...groups].map(([key, members]) => ownRow(key, members, ranking))
}

function publishedRows(
  published: readonly PublishedResult[],
  ranking: Ranking,
  selection: RowSelection,
): PublishedRow[] {
  return published
    .filter(({ protocol }) => protocol.evaluation === ranking && protocol.selection === selection)
    .map((row) => ({ kind: 'published', ...row }))
}

function hr10Of(row: OwnRow | PublishedRow): number {
  return row.kind === 'own' ? row.hr10.mean : row.hr10
}

/** Sections of nothing but models in closed form, whose figures are the same in each of them, are told once at most. */
function withoutRepetition(sections: LeaderboardSection[], runs: readonly KeyedRun[]): LeaderboardSection[] {
  const closed = new Set(runs.filter(({ config }) => isClosedForm(config)).map(({ key }) => key))
  const repeats = sections.filter(({ rows }) =>
    rows.every((row) => row.kind === 'own' && closed.has(row.groupKey)),
  )
  const others = sections.filter((section) => !repeats.includes(section))
  const areTold = others.some(({ rows }) => rows.some(({ kind }) => kind === 'own'))
  return areTold ? others : [...repeats.slice(0, 1), ...others]
}

function sectionsOf(runs: readonly KeyedRun[], published: readonly PublishedResult[]): LeaderboardSection[] {
  return RANKINGS.flatMap((evaluation) => {
    const sections = ROW_SELECTIONS.map((selection) => ({
      evaluation,
      selection,
      note: `${RANKED_AMONG[evaluation]}; ${CHOSEN[selection]}.`,
      rows: [
        ...ownRows(runs, evaluation, selection),
        ...publishedRows(published, evaluation, selection),
      ].sort((a, b) => hr10Of(b) - hr10Of(a)),
    }))
    return withoutRepetition(
      sections.filter(({ rows }) => rows.length > 0),
      runs,
    )
  })
}

function warningsOf(dataset: LeaderboardDataset, published: readonly PublishedResult[]): string[] {
  if (published.length === 0) return []
  if (!dataset.isSourceSplit)
    return [
      'This data was split anew: its held-out items and candidates are not those of the published rows, so that figures differ by the split alone. Import the files of the paper’s authors to compare with them.',
    ]
  return dataset.hasValidation
    ? [
        'One training item of each user was set aside for validation here, so models learn from a little less than those of the published rows.',
      ]
    : []
}

/**
 * The figures of a dataset, each protocol on its own: sampled and full ranking, and how the best epoch was chosen, are
 * never ranked together.
 *
 * @param runs Finished runs, the latest first; those on other data are left out.
 * @param results All published results; those of other datasets are left out.
 */
export function leaderboard(
  dataset: LeaderboardDataset,
  runs: readonly RankedRun[],
  results: readonly PublishedResult[],
): Leaderboard {
  const own = runs.filter(({ data }) => data.fingerprint === dataset.fingerprint)
  const known = publishedDataset(dataset.name)
  const published = known === undefined ? [] : results.filter((row) => row.dataset === known)
  const models = new Set(own.map(({ config }) => config.model))
  return {
    warnings: warningsOf(dataset, published),
    sections: sectionsOf(own.map(keyed), published),
    missingBaselines: BASELINE_NAMES.filter((name) => !models.has(name)),
  }
}
