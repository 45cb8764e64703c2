import type { ReproductionGap } from '../contract/comparisonContract.ts'
import { ContractError } from '../contract/contractError.ts'
import { gapEffects, missingEffects, type GapEvidence } from '../core/comparison/gapEffects.ts'
import { groupFigures, type SeededMean } from '../core/comparison/leaderboard.ts'
import { paperDeviations, type DataFacts } from '../core/comparison/paperDeviations.ts'
import { publishedGaps } from '../core/comparison/publishedGap.ts'
import { shareText } from '../core/comparison/verdict.ts'
import type { DatasetDescription } from '../core/dataset/datasetDescription.ts'
import { groupKey, groupKeyOf } from '../core/run/groupKey.ts'
import { isClosedForm } from '../core/run/runConfig.ts'
import { readsAuthorsFiles, type RunRecord } from '../core/run/runRecord.ts'
import { problemOf } from './failures.ts'
import { protocolOf, rankedRuns, type LeaderboardSources } from './leaderboards.ts'
import type { DatasetsPort, ListedRun, RunsPort } from './ports.ts'
import { publishedRow } from './runLibrary.ts'

const PAPER = 'He et al., Neural Collaborative Filtering (WWW 2017)'

/** What the gap of a run is told from. */
export interface GapSources extends LeaderboardSources {
  runs: Pick<RunsPort, 'read' | 'readEpochs' | 'readRanks'>
  datasets: Pick<DatasetsPort, 'list' | 'read' | 'heldOutCopies'>
}

type Finished = RunRecord & { summary: GapEvidence['summary'] }

async function finishedRun(runs: GapSources['runs'], id: string): Promise<Finished> {
  const { record, problem } = await runs.read(id)
  if (!record) throw new ContractError(problem.code, problem.message)
  const { status, summary } = record
  if (status === 'finished' && summary?.test)
    return { ...record, summary: { ...summary, test: summary.test } }
  throw new ContractError(
    'run-not-finished',
    `Run ${id} is not finished, so it has no result yet to hold against the paper.`,
  )
}

/** The dataset that a run was trained on, while the library has it. */
async function datasetOf(
  { datasets }: GapSources,
  { data }: RunRecord,
): Promise<DatasetDescription | undefined> {
  const entry = (await datasets.list()).find(({ id }) => id === data.datasetId)
  return entry?.description?.fingerprint === data.fingerprint ? entry.description : undefined
}

function dataFacts({ data, provenance }: RunRecord, description: DatasetDescription | undefined): DataFacts {
  if (description) return { ...protocolOf(description), name: data.name }
  return { name: data.name, isSourceSplit: readsAuthorsFiles(provenance) }
}

/** Copies are counted only where the report has any: reading all of a dataset takes a while. */
async function copiesOf(
  { datasets }: GapSources,
  description: DatasetDescription | undefined,
): Promise<Int32Array | undefined> {
  if (!description) return undefined
  const { positivesAmongOwnNegatives, users } = description.report
  return positivesAmongOwnNegatives === 0 ? new Int32Array(users) : datasets.heldOutCopies(description.id)
}

/** A finished run that differs in nothing but its selection: by validation instead of by the test items. */
function validationRun(
  { config, data }: RunRecord,
  runs: readonly ListedRun[],
): GapEvidence['validationRun'] | undefined {
  if (config.selection !== 'paper' || isClosedForm(config)) return undefined
  const key = groupKey({ ...config, selection: 'validation' }, data.fingerprint)
  const isTwin = (other: RunRecord) =>
    other.status === 'finished' &&
    other.config.seed === config.seed &&
    other.config.selection === 'validation' &&
    groupKeyOf(other) === key
  const found = runs.find(({ record }) => record?.summary?.test && isTwin(record))
  return found && { id: found.id, test: found.record!.summary!.test! }
}

function spread(name: string, { mean, deviation = 0 }: SeededMean): string {
  return `${name} ${shareText(mean)} ± ${shareText(deviation)}`
}

/** The run among those that differ from it in their seed alone; undefined where there are none. */
function groupOf({ config, data }: RunRecord, runs: readonly ListedRun[]): ReproductionGap['group'] {
  if (isClosedForm(config)) return undefined
  const key = groupKeyOf({ config, data })
  const members = rankedRuns(runs).filter(
    (run) => run.summary.test && run.config.model === config.model && groupKeyOf(run) === key,
  )
  if (new Set(members.map((run) => run.config.seed)).size < 2) return undefined
  const { runIds, seeds, hr10, ndcg10 } = groupFigures(members, 'sampled')
  const sentence = `Over its ${seeds} seeds: ${spread('HR@10', hr10)}, ${spread('NDCG@10', ndcg10)} (mean and standard deviation).`
  return { runIds, seeds, hr10, ndcg10, sentence }
}

/** What cannot be read, with a code that says why, is missing: it keeps the rest from nobody. */
async function orMissing<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading
  } catch (error) {
    if (problemOf(error).code === 'unexpected') throw error
    return undefined
  }
}

/**
 * Why a run's figures are not those of the paper: how it departs from its protocol, what other rules would make of the
 * same run, and how far it is from published figures. Nothing is trained or scored.
 */
export async function reproductionGap(sources: GapSources, id: string): Promise<ReproductionGap> {
  const record = await finishedRun(sources.runs, id)
  const { config, data, summary } = record
  const description = await datasetOf(sources, record)
  const [ranks, { epochs }, copies, listed, results] = await Promise.all([
    orMissing(sources.runs.readRanks(id)),
    sources.runs.readEpochs(id),
    orMissing(copiesOf(sources, description)),
    sources.listed(),
    sources.publishedResults(),
  ])
  const evidence: GapEvidence = {
    id,
    summary,
    epochs,
    ranks,
    copies,
    validationRun: validationRun(record, listed),
  }
  const group = groupOf(record, listed)
  const facts = dataFacts(record, description)
  const { isSourceSplit } = facts
  const gaps = publishedGaps(
    { config, datasetName: data.name, isSourceSplit, metrics: summary.test },
    results,
  )
  return {
    id,
    paper: PAPER,
    ...paperDeviations({ config, summary, data: facts }),
    effects: gapEffects(evidence),
    missing: missingEffects(evidence),
    ...(group && { group }),
    published: gaps.map(({ row, ...gap }) => ({ row: publishedRow(row), ...gap })),
  }
}
