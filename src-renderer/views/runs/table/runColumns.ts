import {
  isClosedForm,
  modelTitle,
  fieldsOf,
  plannedEpochs,
} from '../../../../src-main/contract/vocabulary.ts'
import type { RunRow } from '../../../../src-main/contract/runContract.ts'
import { formatMetric, formatSeconds, formatTime } from '../../../layout/formats.ts'
import { modelName } from '../modelWords.ts'
import { bestResult, epochsDone, fullResult, runName, towerWidths } from '../runFacts.ts'
import { formatSpread, spreadOf } from './seedGroups.ts'

type Value = string | number | undefined

/** A column of the runs table. */
export interface RunColumn {
  id: string
  title: string
  /** What stands in the head, if the title is too long for it. */
  head?: string
  /** Pixels, before anybody drags it. */
  width: number
  align: 'start' | 'end'
  /** What it sorts by and what a CSV holds: a number with all its digits. */
  value(run: RunRow): Value
  /** What is read in a cell. */
  text(run: RunRow): string
  /** What a folded group of seeds shows; absent: what all its runs share. */
  groupText?(runs: readonly RunRow[]): string
}

const NONE = '–'

const STATE_ORDER: readonly RunRow['state'][] = [
  ...(['running', 'queued', 'paused', 'interrupted'] as const),
  ...(['created', 'failed', 'unreadable', 'finished'] as const),
]

function column(
  id: string,
  title: string,
  width: number,
  value: RunColumn['value'],
  more: Partial<RunColumn> = {},
): RunColumn {
  const text = (run: RunRow) => String(value(run) ?? NONE)
  return { id, title, width, align: 'start', value, text, ...more }
}

function numberColumn(
  id: string,
  title: string,
  width: number,
  value: (run: RunRow) => number | undefined,
  more: Partial<RunColumn> = {},
): RunColumn {
  return column(id, title, width, value, { align: 'end', ...more })
}

/** A metric to three decimals; over seeds as mean ± standard deviation. */
function metricColumn(
  id: string,
  title: string,
  value: (run: RunRow) => number | undefined,
  text: RunColumn['text'] = (run) => formatMetric(value(run)),
): RunColumn {
  const groupText = (runs: readonly RunRow[]) =>
    formatSpread(spreadOf(runs.map(value).filter((number) => number !== undefined)))
  return numberColumn(id, title, 112, value, { text, groupText })
}

/** A metric, marked where it was measured on validation items. */
function bestText(metric: 'hr10' | 'ndcg10'): RunColumn['text'] {
  return (run) => {
    const best = bestResult(run)
    if (!best) return NONE
    return best.on === 'test' ? formatMetric(best[metric]) : `val ${formatMetric(best[metric])}`
  }
}

const modelColumns: readonly RunColumn[] = [
  column('model', 'Model', 80, ({ config }) => config && modelName(config)),
  numberColumn('factors', 'Factors', 70, ({ config }) => fieldsOf(config).factors),
]

/** How many epochs of those planned; a model in closed form has none. */
function epochsText(run: RunRow): string {
  if (!run.config || isClosedForm(run.config)) return NONE
  return `${epochsDone(run)} / ${plannedEpochs(run.config)}`
}

const resultColumns: readonly RunColumn[] = [
  { ...metricColumn('hr10', 'HR@10 best', (run) => bestResult(run)?.hr10, bestText('hr10')), head: 'HR@10' },
  {
    ...metricColumn('ndcg10', 'NDCG@10 best', (run) => bestResult(run)?.ndcg10, bestText('ndcg10')),
    head: 'NDCG@10',
  },
  // Sorted by its highest point.
  numberColumn('curve', 'HR@10 over epochs', 100, (run) => bestResult(run)?.hr10, {
    head: 'Curve',
    align: 'start',
    text: () => '',
    groupText: () => '',
  }),
  { ...metricColumn('fullHr10', 'HR@10 full', (run) => fullResult(run)?.hr10), head: 'full HR@10' },
  { ...metricColumn('fullNdcg10', 'NDCG@10 full', (run) => fullResult(run)?.ndcg10), head: 'full NDCG' },
  numberColumn('bestEpoch', 'Best epoch', 94, ({ config, summary }) =>
    config && isClosedForm(config) ? undefined : summary?.bestEpoch,
  ),
  numberColumn('epochs', 'Epochs done', 76, epochsDone, {
    head: 'Epochs',
    text: epochsText,
  }),
]

const configColumns: readonly RunColumn[] = [
  column('dataset', 'Dataset', 120, ({ data }) => data?.name),
  column('tower', 'Tower', 116, (run) => towerWidths(run)?.join(' ')),
  numberColumn('learningRate', 'Learning rate', 72, ({ config }) => fieldsOf(config).learningRate, {
    head: 'LR',
  }),
  numberColumn('batchSize', 'Batch size', 66, ({ config }) => fieldsOf(config).batchSize, { head: 'Batch' }),
  numberColumn(
    'negatives',
    'Negatives per positive',
    58,
    ({ config }) => fieldsOf(config).negativesPerPositive,
    {
      head: 'Neg.',
    },
  ),
  numberColumn('dropout', 'Dropout', 74, ({ config }) => fieldsOf(config).dropout),
  column('optimizer', 'Optimizer', 86, ({ config }) => fieldsOf(config).optimizer),
  numberColumn('neighbors', 'Neighbours', 84, ({ config }) => fieldsOf(config).neighbors, {
    head: 'Neighb.',
  }),
  numberColumn('lambda', 'Lambda', 72, ({ config }) => fieldsOf(config).lambda),
  numberColumn('patience', 'Patience', 108, ({ config }) => fieldsOf(config).patience, {
    text: ({ config, summary }) => {
      const patience = fieldsOf(config).patience ?? NONE
      return summary?.stoppedEarly ? `${patience}, ended early` : String(patience)
    },
  }),
  numberColumn('seed', 'Seed', 64, ({ config }) => (config ? Number(config.seed) : undefined), {
    text: ({ config }) => config?.seed ?? NONE,
    groupText: (runs) => `${runs.length} seeds`,
  }),
  column('selection', 'Selection', 86, ({ config }) => config?.selection),
]

const otherResultColumns: readonly RunColumn[] = [
  metricColumn('lastHr10', 'HR@10 last', ({ summary }) => summary?.last?.hr10),
  metricColumn('lastNdcg10', 'NDCG@10 last', ({ summary }) => summary?.last?.ndcg10),
  numberColumn('trainSeconds', 'Training time', 96, ({ summary }) => summary?.trainSeconds, {
    head: 'Time',
    text: ({ summary }) => (summary ? formatSeconds(summary.trainSeconds) : NONE),
  }),
]

/** What runs of one configuration are called together: their name if they share one, else the configuration. */
export function groupName(runs: readonly RunRow[]): string {
  const names = new Set(runs.map(({ name }) => name))
  const { config, data } = runs[0]
  const shared = names.size === 1 && runs[0].name !== '' ? runs[0].name : undefined
  return `${shared ?? `${config && modelTitle(config)} on ${data?.name}`} · ${runs.length} seeds`
}

/** Every column, in the order of the table. */
export const RUN_COLUMNS: readonly RunColumn[] = [
  numberColumn('starred', 'Star', 32, ({ starred }) => (starred ? 0 : 1), {
    head: '★',
    align: 'start',
    text: ({ starred }) => (starred ? 'yes' : 'no'),
  }),
  column('name', 'Name', 180, (run) => runName(run).toLowerCase(), {
    text: runName,
    groupText: groupName,
  }),
  numberColumn('state', 'State', 128, ({ state }) => STATE_ORDER.indexOf(state), {
    align: 'start',
    text: ({ state }) => state,
  }),
  ...modelColumns,
  ...resultColumns,
  ...configColumns,
  ...otherResultColumns,
  column('tags', 'Tags', 130, ({ tags }) => (tags.length > 0 ? tags.join(', ') : undefined), {
    text: ({ tags }) => tags.join(', '),
  }),
  column('created', 'Created', 140, ({ createdAt }) => createdAt, {
    text: ({ createdAt }) => (createdAt ? formatTime(createdAt) : NONE),
  }),
]

/** Columns that cannot be hidden: without a name, rows could not be told apart. */
export const FIXED_COLUMNS: readonly string[] = ['name']

/** What a group shows in a column: its own summary, or what its runs share. */
export function groupText(column: RunColumn, runs: readonly RunRow[]): string {
  if (column.groupText) return column.groupText(runs)
  const texts = new Set(runs.map(column.text))
  return texts.size === 1 ? [...texts][0] : '…'
}
