import type { RunRow } from '../../../src-main/contract/runContract.ts'
import { runName } from '../runs/runFacts.ts'
import type { DatasetEntry } from '../../../src-main/contract/datasetContract.ts'

export interface RunsOnDataset {
  count: number
  /** The run with the highest HR@10 on the test items. */
  best?: { id: string; name: string; hr10: number }
}

/** The runs that were trained on a dataset, those of an equal copy included: their fingerprints are equal. */
export function runsOnDataset(rows: readonly RunRow[], { id, description }: DatasetEntry): RunsOnDataset {
  const runs = rows.filter(
    ({ data }) => data && (data.datasetId === id || data.fingerprint === description?.fingerprint),
  )
  const results = runs.flatMap((run) => {
    const hr10 = run.summary?.test?.hr[9]
    return hr10 === undefined ? [] : [{ id: run.id, name: runName(run), hr10 }]
  })
  const best = results.reduce<RunsOnDataset['best']>(
    (highest, run) => (highest && highest.hr10 >= run.hr10 ? highest : run),
    undefined,
  )
  return { count: runs.length, ...(best && { best }) }
}

/** The finished run that came with the program, while it is in the library. */
export function demoRun(rows: readonly RunRow[]): RunRow | undefined {
  return rows.find(({ tags, state }) => tags.includes('demo') && state === 'finished')
}
