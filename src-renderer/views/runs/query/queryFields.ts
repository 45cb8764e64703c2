import { fieldsOf, isNeural, type RunConfig } from '../../../../src-main/contract/vocabulary.ts'
import type { RunRow } from '../../../../src-main/contract/runContract.ts'
import { bestResult, epochsDone, fullResult, hiddenLayers } from '../runFacts.ts'

/** A field of the query text: what of a run it looks at. */
export type QueryField =
  | { kind: 'number'; about: string; example: string; read(run: RunRow): number | undefined }
  | { kind: 'text'; about: string; example: string; read(run: RunRow): readonly string[] }

function number(
  about: string,
  example: string,
  read: (run: RunRow) => number | undefined,
): QueryField & { kind: 'number' } {
  return { kind: 'number', about, example, read }
}

function text(
  about: string,
  example: string,
  read: (run: RunRow) => string | readonly string[] | undefined,
): QueryField & { kind: 'text' } {
  return { kind: 'text', about, example, read: (run) => [read(run) ?? []].flat() }
}

/** A pre-trained NeuMF is found among the others, and alone. */
function modelNames(config: RunConfig): string[] {
  return isNeural(config) && config.pretraining ? [`${config.model}-pre`, config.model] : [config.model]
}

/** Words for states that people may write instead of the state's name. */
const STATE_WORDS: Partial<Record<RunRow['state'], string>> = {
  running: 'training',
  queued: 'waiting',
  created: 'not started',
  unreadable: 'damaged',
}

export const QUERY_FIELDS: Readonly<Record<string, QueryField>> = {
  hr10: number('HR@10 of the best epoch', 'hr10>0.68', (run) => bestResult(run)?.hr10),
  ndcg10: number('NDCG@10 of the best epoch', 'ndcg10>=0.4', (run) => bestResult(run)?.ndcg10),
  'full.hr10': number('HR@10 among all items', 'full.hr10>0.1', (run) => fullResult(run)?.hr10),
  'full.ndcg10': number('NDCG@10 among all items', 'full.ndcg10>0.05', (run) => fullResult(run)?.ndcg10),
  model: text('NeuMF, NeuMF-pre, EASE, …', 'model:NeuMF', ({ config }) => config && modelNames(config)),
  dataset: text('Name of the dataset', 'dataset:ml-1m', ({ data }) => data && [data.name, data.datasetId]),
  factors: number('Predictive factors', 'factors:32', ({ config }) => fieldsOf(config).factors),
  layers: number('Hidden layers', 'layers:3', ({ config }) => hiddenLayers(config)),
  lr: number('Learning rate', 'lr<0.01', ({ config }) => fieldsOf(config).learningRate),
  batch: number('Batch size', 'batch:256', ({ config }) => fieldsOf(config).batchSize),
  negatives: number(
    'Negatives for each positive',
    'negatives:4',
    ({ config }) => fieldsOf(config).negativesPerPositive,
  ),
  neighbours: number('Neighbours of ItemKNN', 'neighbours:200', ({ config }) => fieldsOf(config).neighbors),
  lambda: number('L2 penalty of a baseline', 'lambda>=100', ({ config }) => fieldsOf(config).lambda),
  patience: number(
    'Epochs without a better one before training ends',
    'patience:5',
    ({ config }) => fieldsOf(config).patience,
  ),
  dropout: number('Dropout', 'dropout>0', ({ config }) => fieldsOf(config).dropout),
  optimizer: text('Optimizer', 'optimizer:adam', ({ config }) => fieldsOf(config).optimizer),
  seed: text('Seed', 'seed:42', ({ config }) => config?.seed),
  selection: text('paper or validation', 'selection:paper', ({ config }) => config?.selection),
  epochs: number('Epochs that are done', 'epochs>=20', epochsDone),
  best: number('Best epoch', 'best<10', ({ summary }) => summary?.bestEpoch),
  time: number('Seconds of training', 'time<60', ({ summary }) => summary?.trainSeconds),
  state: text('running, finished, failed, …', 'state:running', ({ state }) => [
    state,
    ...(STATE_WORDS[state] === undefined ? [] : [STATE_WORDS[state]]),
  ]),
  tag: text('A tag', 'tag:baseline', ({ tags }) => tags),
  name: text('Name', 'name:"first try"', ({ name }) => name),
  note: text('Words in the notes', 'note:dropout', ({ notes }) => notes),
  created: text('Date', 'created:2026-11', ({ createdAt }) => createdAt),
  id: text('Id of the run', 'id:neumf', ({ id }) => id),
}

/** Fields whose value must be the whole text: a tag `a` is not the tag `ab`, seed 4 is not seed 42. */
export const WHOLE_FIELDS: readonly string[] = ['tag', 'seed', 'model', 'optimizer', 'selection']

export const FLAGS: Readonly<Record<string, { about: string; read(run: RunRow): boolean }>> = {
  starred: { about: 'With a star', read: ({ starred }) => starred },
  archived: { about: 'In the archive', read: ({ archived }) => archived },
  early: { about: 'Ended early, out of patience', read: ({ summary }) => summary?.stoppedEarly === true },
  damaged: { about: 'With a problem', read: ({ problem }) => problem !== undefined },
}
