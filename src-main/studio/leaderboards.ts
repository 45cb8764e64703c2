import type { Leaderboard } from '../contract/comparisonContract.ts'
import { ContractError } from '../contract/contractError.ts'
import {
  leaderboard,
  type LeaderboardDataset,
  type LeaderboardSection,
  type RankedRun,
} from '../core/comparison/leaderboard.ts'
import type { DatasetDescription } from '../core/dataset/datasetDescription.ts'
import type { PublishedResult } from '../core/run/publishedResults.ts'
import type { DatasetsPort, ListedRun } from './ports.ts'
import { publishedRow } from './runLibrary.ts'

/** What leaderboards are made of. */
export interface LeaderboardSources {
  datasets: Pick<DatasetsPort, 'read'>
  /** All runs, in any order. */
  listed(): Promise<readonly ListedRun[]>
  publishedResults(): Promise<PublishedResult[]>
}

/** The description of a dataset that can be read. */
export async function requireDescription(
  datasets: Pick<DatasetsPort, 'read'>,
  id: string,
): Promise<DatasetDescription> {
  const { description, problem } = await datasets.read(id)
  if (description) return description
  throw new ContractError(problem.code, problem.message)
}

/** What of a dataset decides whether published figures are of the same protocol. */
export function protocolOf({
  name,
  fingerprint,
  split,
  validationSource,
}: DatasetDescription): LeaderboardDataset {
  return { name, fingerprint, isSourceSplit: split === 'source', hasValidation: validationSource !== null }
}

/** Finished runs that nobody has archived, the latest first. */
export function rankedRuns(runs: readonly ListedRun[]): RankedRun[] {
  return runs
    .flatMap(({ id, record, labels }): RankedRun[] => {
      if (record?.status !== 'finished' || !record.summary || labels?.archived) return []
      return [{ id, config: record.config, data: record.data, summary: record.summary }]
    })
    .sort((a, b) => (a.id < b.id ? 1 : -1))
}

function described({ rows, ...section }: LeaderboardSection): Leaderboard['sections'][number] {
  return {
    ...section,
    rows: rows.map((row) => (row.kind === 'own' ? row : { kind: 'published', ...publishedRow(row) })),
  }
}

/** Published results and own runs on a dataset. Rejects for one that is damaged or not there. */
export async function showLeaderboard(
  { datasets, listed, publishedResults }: LeaderboardSources,
  datasetId: string,
): Promise<Leaderboard> {
  const description = await requireDescription(datasets, datasetId)
  const runs = rankedRuns(await listed())
  const { sections, ...board } = leaderboard(protocolOf(description), runs, await publishedResults())
  return { datasetId, datasetName: description.name, ...board, sections: sections.map(described) }
}
