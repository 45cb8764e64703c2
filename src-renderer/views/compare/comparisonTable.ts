import type { RunRow } from '../../../src-main/contract/runContract.ts'
import type { RunConfig } from '../../../src-main/contract/vocabulary.ts'
import { formatCount, formatMetric, formatSeconds } from '../../layout/formats.ts'
import { CONFIG_FIELDS, NOT_THERE } from '../runs/newRun/configFields.ts'
import { hitRateInterval } from '../runs/inspector/resultWords.ts'
import { bestResult, runName } from '../runs/runFacts.ts'
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
  key: 'hr10' | 'ndcg10' | 'mrr' | 'auc',
  label: string,
  value: Metric['value'],
): Metric & { key: typeof key } => ({ key, label, better: 'higher', value, text: formatMetric })

/** The metrics of a comparison; the first four have differences to the baseline. */
export const COMPARED_METRICS: readonly Metric[] = [
  share('hr10', 'HR@10', (run) => bestResult(run)?.hr10),
  share('ndcg10', 'NDCG@10', (run) => bestResult(run)?.ndcg10),
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
  if (!best) return undefined
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
  const validation = bestResult(run)?.on === 'validation' && metric.text === formatMetric
  return {
    text: validation ? `val ${metric.text(value)}` : metric.text(value),
    value,
    delta: baseline?.key === `run:${run.id}` ? undefined : delta(run, metric, value, baseline),
    best: value !== undefined && best.get(comparisonClass(run) ?? '') === value,
    note: noteOf(run, metric),
  }
}

type ConfigColumn = ReturnType<typeof configColumns>['shown'][number]

function groupRow(
  runs: readonly RunRow[],
  fields: readonly ConfigColumn[],
  baseline: Baseline | undefined,
): ComparisonRow {
  const metrics = COMPARED_METRICS.map((metric): ComparisonCell => {
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
    cells: inOrder(metrics, config),
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

function publishedRow({ key, name, figures, citation }: Baseline, configCount: number): ComparisonRow {
  const blank = Array.from({ length: configCount }, () => ({ text: '' }))
  const cells = COMPARED_METRICS.map((metric): ComparisonCell => {
    const value = figures[metric.key as keyof Baseline['figures']]
    return { text: value === undefined ? '' : formatMetric(value), value, note: citation }
  })
  return { key, kind: 'published', name, cells: inOrder<ComparisonCell>(cells, blank) }
}

/** The first metrics stand before the settings, so that they are seen together; the others after them. */
const LEADING = 2

function inOrder<T>(metrics: readonly T[], config: readonly T[]): T[] {
  return [...metrics.slice(0, LEADING), ...config, ...metrics.slice(LEADING)]
}

export interface ComparisonOptions {
  baseline?: Baseline
  /** Every setting, not only what differs. */
  allSettings: boolean
}

/**
 * The runs as rows: the two figures that every paper reports, with differences to the baseline; what differs between
 * the configurations; the other results. After them, a row of mean and deviation for each group of seeds and the published baseline.
 */
export function comparisonTable(
  runs: readonly RunRow[],
  { baseline, allSettings }: ComparisonOptions,
): ComparisonTable {
  const { shown, shared } = configColumns(runs, allSettings)
  const best = COMPARED_METRICS.map((metric) => bestValues(runs, metric))
  const runRows = runs.map((run): ComparisonRow => {
    const metrics = COMPARED_METRICS.map((metric, i) => metricCell(run, metric, best[i], baseline))
    const config = shown.map(({ of }) => ({ text: of(run) }))
    return { key: run.id, kind: 'run', name: runName(run), run, cells: inOrder(metrics, config) }
  })
  const groups = seedGroups(runs).map((members) => groupRow(members, shown, baseline))
  const published = baseline?.key.startsWith('published:') ? [publishedRow(baseline, shown.length)] : []
  return {
    columns: inOrder<ComparisonColumn>(
      COMPARED_METRICS.map(({ key, label }) => ({ key, label, kind: 'metric' })),
      shown.map(({ key, label }) => ({ key, label, kind: 'config' })),
    ),
    rows: [...runRows, ...groups, ...published],
    shared,
  }
}
