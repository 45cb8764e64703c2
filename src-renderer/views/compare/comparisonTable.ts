import type { RunRow } from '../../../src-main/contract/runContract.ts'
import type { RunConfig } from '../../../src-main/contract/vocabulary.ts'
import { formatCount, formatMetric, formatSeconds } from '../../layout/formats.ts'
import { CONFIG_FIELDS, NOT_THERE } from '../runs/newRun/configFields.ts'
import { hitRateInterval } from '../runs/inspector/resultWords.ts'
import { bestResult, fullResult, runName } from '../runs/runFacts.ts'
import { formatSpread, spreadOf } from '../runs/table/seedGroups.ts'
import { comparisonClass } from './comparability.ts'
import { mayCompare, type Baseline } from './comparisonBaseline.ts'

export interface ComparisonColumn {
  key: string
  label: string
  kind: 'config' | 'metric'
}

export interface ComparisonCell {
  text: string
  /** With every digit, for CSV; absent for words. */
  value?: number
  /** Difference to the baseline, with every digit. */
  delta?: number
  /** Whether it is the best of the runs that it may be held against. */
  best?: boolean
  /** The interval that the figure stands for, and on how many users. */
  note?: string
}

export interface ComparisonRow {
  key: string
  kind: 'run' | 'group' | 'published'
  name: string
  run?: RunRow
  cells: ComparisonCell[]
}

export interface ComparisonTable {
  columns: ComparisonColumn[]
  rows: ComparisonRow[]
  /** What is equal in all runs and has no column of its own. */
  shared: { label: string; text: string }[]
}

interface Metric {
  key: string
  label: string
  better: 'higher' | 'lower' | 'neither'
  value(run: RunRow): number | undefined
  text(value: number | undefined): string
}

const figures = ({ summary }: RunRow) => summary?.test ?? summary?.selected

const share = (
  key: keyof Baseline['figures'],
  label: string,
  value: Metric['value'],
): Metric & { key: typeof key } => ({ key, label, better: 'higher', value, text: formatMetric })

/** The figures that every paper reports. */
const HEADLINE: readonly Metric[] = [
  share('hr10', 'HR@10', (run) => bestResult(run)?.hr10),
  share('ndcg10', 'NDCG@10', (run) => bestResult(run)?.ndcg10),
]

/** The same among all items: no rivals of the sampled ones, and shown only where some run has them. */
const FULL: readonly Metric[] = [
  share('fullHr10', 'HR@10, all items', (run) => fullResult(run)?.hr10),
  share('fullNdcg10', 'NDCG@10, all items', (run) => fullResult(run)?.ndcg10),
]

const OTHERS: readonly Metric[] = [
  share('mrr', 'MRR', (run) => figures(run)?.mrr),
  share('auc', 'AUC', (run) => figures(run)?.auc),
  {
    key: 'bestEpoch',
    label: 'Best epoch',
    better: 'neither',
    value: ({ summary }) => summary?.bestEpoch,
    text: (value) => (value === undefined ? NOT_THERE : formatCount(value)),
  },
  {
    key: 'trainSeconds',
    label: 'Training time',
    better: 'lower',
    value: ({ summary }) => summary?.trainSeconds,
    text: (value) => (value === undefined ? NOT_THERE : formatSeconds(value)),
  },
]

/** The metrics of a comparison, and how many of them stand before the settings, so that they are seen together. */
function metricsFor(runs: readonly RunRow[]): { metrics: readonly Metric[]; leading: number } {
  const leading = runs.some(fullResult) ? [...HEADLINE, ...FULL] : HEADLINE
  return { metrics: [...leading, ...OTHERS], leading: leading.length }
}

const configTexts = (run: RunRow, text: (config: RunConfig) => string) =>
  run.config ? text(run.config) : NOT_THERE

function configColumns(runs: readonly RunRow[], all: boolean) {
  const known = runs.filter(({ config }) => config !== undefined)
  const fields = [
    { key: 'dataset', label: 'Dataset', of: ({ data }: RunRow) => data?.name ?? NOT_THERE },
    ...CONFIG_FIELDS.map(({ key, label, text }) => ({
      key,
      label,
      of: (run: RunRow) => configTexts(run, text),
    })),
  ]
  const differs = ({ of }: (typeof fields)[number]) => new Set(known.map(of)).size > 1
  const shown = fields.filter((field) => all || differs(field))
  const shared = known.length === 0 ? [] : fields.filter((field) => !shown.includes(field))
  return {
    shown,
    shared: shared
      .map(({ label, of }) => ({ label, text: of(known[0]) }))
      .filter(({ text }) => text !== NOT_THERE && text !== 'none'),
  }
}

/** The best value of a metric for each class of runs that may be compared, where one is better than another. */
function bestValues(runs: readonly RunRow[], metric: Metric): Map<string, number> {
  const values = new Map<string, number[]>()
  for (const run of runs) {
    const [value, kind] = [metric.value(run), comparisonClass(run)]
    if (value !== undefined && kind !== undefined) values.set(kind, [...(values.get(kind) ?? []), value])
  }
  const best = metric.better === 'higher' ? Math.max : Math.min
  const contested = [...values].filter(([, all]) => new Set(all).size > 1 && metric.better !== 'neither')
  return new Map(contested.map(([kind, all]) => [kind, best(...all)]))
}

/** The difference of a value of a run (or of the group it belongs to) to the baseline's. */
function delta(
  run: RunRow,
  metric: Metric,
  value: number | undefined,
  baseline: Baseline | undefined,
): number | undefined {
  const from = baseline?.figures[metric.key as keyof Baseline['figures']]
  if (!baseline || value === undefined || from === undefined || !mayCompare(run, baseline)) return undefined
  return value - from
}

function noteOf(run: RunRow, metric: Metric): string | undefined {
  const best = bestResult(run)
  if (!best || metric.key.startsWith('full')) return undefined
  const on = best.on === 'validation' ? 'On the validation items. ' : ''
  if (metric.key === 'hr10') return `${on}${hitRateInterval(best.hr10, best.users)}`
  return on.trim() || undefined
}

function metricCell(
  run: RunRow,
  metric: Metric,
  best: Map<string, number>,
  baseline: Baseline | undefined,
): ComparisonCell {
  const value = metric.value(run)
  const isShare = metric.text === formatMetric && !metric.key.startsWith('full')
  const validation = bestResult(run)?.on === 'validation' && isShare
  return {
    text: validation ? `val ${metric.text(value)}` : metric.text(value),
    value,
    delta: baseline?.key === `run:${run.id}` ? undefined : delta(run, metric, value, baseline),
    best: value !== undefined && best.get(comparisonClass(run) ?? '') === value,
    note: noteOf(run, metric),
  }
}

type ConfigColumn = ReturnType<typeof configColumns>['shown'][number]

/** What the rows of one table are made of. */
interface TableParts {
  metrics: readonly Metric[]
  fields: readonly ConfigColumn[]
  baseline: Baseline | undefined
  /** Metrics before the settings, then those after them. */
  inOrder<T>(metrics: readonly T[], config: readonly T[]): T[]
}

function groupRow(
  runs: readonly RunRow[],
  { metrics, fields, baseline, inOrder }: TableParts,
): ComparisonRow {
  const results = metrics.map((metric): ComparisonCell => {
    const spread = spreadOf(runs.map(metric.value).filter((value) => value !== undefined))
    const bears = metric.text === formatMetric && spread
    return bears
      ? {
          text: formatSpread(spread),
          value: spread.mean,
          delta: delta(runs[0], metric, spread.mean, baseline),
        }
      : { text: metric.text(spread && Math.round(spread.mean)) }
  })
  const config = fields.map(({ key, of }) => ({
    text: key === 'seed' ? `${runs.length} seeds` : of(runs[0]),
  }))
  return {
    key: `group:${runs[0].groupKey}`,
    kind: 'group',
    name: `${runName(runs[0])}, mean ± sd of ${runs.length} seeds`,
    cells: inOrder<ComparisonCell>(results, config),
  }
}

/** Runs with figures that differ in nothing but their seed, two or more together. */
function seedGroups(runs: readonly RunRow[]): RunRow[][] {
  const groups = new Map<string, RunRow[]>()
  for (const run of runs) {
    const { groupKey } = run
    if (groupKey === undefined || !bestResult(run)) continue
    groups.set(groupKey, [...(groups.get(groupKey) ?? []), run])
  }
  return [...groups.values()].filter(
    (members) => members.length > 1 && new Set(members.map(comparisonClass)).size === 1,
  )
}

function publishedRow(
  { key, name, figures, citation }: Baseline,
  { metrics, fields, inOrder }: TableParts,
): ComparisonRow {
  const blank = fields.map((): ComparisonCell => ({ text: '' }))
  const cells = metrics.map((metric): ComparisonCell => {
    const value = figures[metric.key as keyof Baseline['figures']]
    return { text: value === undefined ? '' : formatMetric(value), value, note: citation }
  })
  return { key, kind: 'published', name, cells: inOrder(cells, blank) }
}

export interface ComparisonOptions {
  baseline?: Baseline
  /** Every setting, not only what differs. */
  allSettings: boolean
}

/**
 * The runs as rows: the two figures that every paper reports, with differences to the baseline; what differs between
 * the configurations; the other results. After them, a row of mean and deviation for each group of seeds and the
 * published baseline.
 */
export function comparisonTable(
  runs: readonly RunRow[],
  { baseline, allSettings }: ComparisonOptions,
): ComparisonTable {
  const { shown: fields, shared } = configColumns(runs, allSettings)
  const { metrics, leading } = metricsFor(runs)
  const inOrder = <T>(results: readonly T[], config: readonly T[]) => [
    ...results.slice(0, leading),
    ...config,
    ...results.slice(leading),
  ]
  const parts: TableParts = { metrics, fields, baseline, inOrder }
  const best = metrics.map((metric) => bestValues(runs, metric))
  const runRows = runs.map((run): ComparisonRow => {
    const results = metrics.map((metric, i) => metricCell(run, metric, best[i], baseline))
    const config = fields.map(({ of }) => ({ text: of(run) }))
    return {
      key: run.id,
      kind: 'run',
      name: runName(run),
      run,
      cells: inOrder<ComparisonCell>(results, config),
    }
  })
  const groups = seedGroups(runs).map((members) => groupRow(members, parts))
  const published = baseline?.key.startsWith('published:') ? [publishedRow(baseline, parts)] : []
  return {
    columns: inOrder<ComparisonColumn>(
      metrics.map(({ key, label }) => ({ key, label, kind: 'metric' })),
      fields.map(({ key, label }) => ({ key, label, kind: 'config' })),
    ),
    rows: [...runRows, ...groups, ...published],
    shared,
  }
}
