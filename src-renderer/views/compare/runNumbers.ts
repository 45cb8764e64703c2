import { fieldsOf } from '../../../src-main/contract/vocabulary.ts'
import type { RunRow } from '../../../src-main/contract/runContract.ts'
import type { ParallelColumn, ParallelRow } from '../../charts/parallel.ts'
import type { SeriesStyle } from '../../charts/seriesStyle.ts'
import { modelName } from '../runs/modelWords.ts'
import { OPTIMIZER_WORDS } from '../runs/newRun/configFields.ts'
import { bestResult, fullResult, hiddenLayers, runName } from '../runs/runFacts.ts'

/** A number of a run that can be an axis. */
export interface RunNumber {
  id: string
  title: string
  /** Where there is little room. */
  short: string
  /** Whether it spans powers, so that a logarithmic axis shows it better. */
  log: boolean
  kind: 'setting' | 'result'
  value(run: RunRow): number | undefined
}

const SHORT: Readonly<Record<string, string>> = {
  batchSize: 'Batch',
  learningRate: 'LR',
  negatives: 'Negatives',
  trainSeconds: 'Time (s)',
}

const setting = (id: string, title: string, log: boolean, value: RunNumber['value']): RunNumber => ({
  ...{ id, title, log, value, short: SHORT[id] ?? title },
  kind: 'setting',
})
const result = (id: string, title: string, log: boolean, value: RunNumber['value']): RunNumber => ({
  ...{ id, title, log, value, short: SHORT[id] ?? title },
  kind: 'result',
})

function secondsPerEpoch({ summary }: RunRow): number | undefined {
  return summary && summary.trainSeconds / summary.epochsCompleted
}

/** Every number that runs can be set against each other by; layers and dropout only where there is a tower. */
export const RUN_NUMBERS: readonly RunNumber[] = [
  setting('factors', 'Factors', true, ({ config }) =>
    config?.model === 'MLP' && fieldsOf(config).tower ? undefined : fieldsOf(config).factors,
  ),
  setting('layers', 'Layers', false, ({ config }) => hiddenLayers(config)),
  setting('dropout', 'Dropout', false, ({ config }) =>
    config?.model === 'GMF' ? undefined : fieldsOf(config).dropout,
  ),
  setting('epochs', 'Epochs', false, ({ config }) => fieldsOf(config).epochs),
  setting('batchSize', 'Batch size', true, ({ config }) => fieldsOf(config).batchSize),
  setting('learningRate', 'Learning rate', true, ({ config }) => fieldsOf(config).learningRate),
  setting(
    'negatives',
    'Negatives per positive',
    false,
    ({ config }) => fieldsOf(config).negativesPerPositive,
  ),
  setting('neighbors', 'Neighbours', true, ({ config }) => fieldsOf(config).neighbors),
  setting('lambda', 'Lambda', true, ({ config }) => fieldsOf(config).lambda),
  result('hr10', 'HR@10', false, (run) => bestResult(run)?.hr10),
  result('ndcg10', 'NDCG@10', false, (run) => bestResult(run)?.ndcg10),
  result('fullHr10', 'HR@10, all items', false, (run) => fullResult(run)?.hr10),
  result('fullNdcg10', 'NDCG@10, all items', false, (run) => fullResult(run)?.ndcg10),
  result('mrr', 'MRR', false, ({ summary }) => (summary?.test ?? summary?.selected)?.mrr),
  result('bestEpoch', 'Best epoch', false, ({ summary }) => summary?.bestEpoch),
  result('trainSeconds', 'Training time (s)', true, ({ summary }) => summary?.trainSeconds),
  result('secondsPerEpoch', 'Seconds an epoch', true, secondsPerEpoch),
]

/** A number by its id; the first one for an id that there is not. */
export function runNumber(id: string): RunNumber {
  return RUN_NUMBERS.find((candidate) => candidate.id === id) ?? RUN_NUMBERS[0]
}

interface Word {
  id: string
  title: string
  value(run: RunRow): string | undefined
}

function optimizerWord({ config }: RunRow): string | undefined {
  const { optimizer } = fieldsOf(config)
  return optimizer && OPTIMIZER_WORDS[optimizer]
}

const WORDS: readonly Word[] = [
  { id: 'model', title: 'Model', value: ({ config }) => config && modelName(config) },
  {
    id: 'optimizer',
    title: 'Optimizer',
    value: optimizerWord,
  },
]

const PARALLEL_RESULTS = ['trainSeconds', 'ndcg10', 'hr10']

/** The axes of parallel coordinates: settings in which the runs differ (or all of them), then results. */
export function parallelAxes(runs: readonly RunRow[], all: boolean) {
  const differs = ({ value }: Word | RunNumber) =>
    new Set(runs.map((run) => value(run)).filter((one) => one !== undefined)).size > 1
  const settings = [...WORDS, ...RUN_NUMBERS.filter(({ kind }) => kind === 'setting')]
  return [...settings.filter((one) => all || differs(one)), ...PARALLEL_RESULTS.map(runNumber)]
}

/** What ParallelChart draws. */
export function parallelCoordinates(
  runs: readonly RunRow[],
  all: boolean,
  styleOf: (id: string) => SeriesStyle,
): { columns: ParallelColumn[]; rows: ParallelRow[] } {
  const axes = parallelAxes(runs, all)
  const columns = axes.map((axis): ParallelColumn => {
    if (!('log' in axis)) return { id: axis.id, title: axis.title, kind: 'category' }
    return { id: axis.id, title: axis.short, kind: axis.log ? 'log' : 'number' }
  })
  const rows = runs.map((run) => ({
    ...{ id: run.id, name: runName(run), style: styleOf(run.id) },
    values: axes.map(({ value }) => value(run) ?? null),
  }))
  return { columns, rows }
}
