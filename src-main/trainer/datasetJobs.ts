import { datasetDistributions, type DatasetDistributions } from '../core/dataset/datasetDistributions.ts'
import { openDatasetLibrary } from '../node/datasetLibrary.ts'
import type { ImportEvent, JobOf } from './messages.ts'

/** Milliseconds between reports within a stage: four a second. */
const REPORT_MILLISECONDS = 250

/** Reads, splits and stores a dataset; 25 million rows take seconds, which is why it happens in this process. */
export async function importDataset(
  { library, path, options }: JobOf<'import'>,
  emit: (event: ImportEvent) => void,
): Promise<{ id: string }> {
  let reported = -Infinity
  let lastStage = ''
  const { id } = await (
    await openDatasetLibrary(library)
  ).import(path, options, (progress) => {
    const now = performance.now()
    if (progress.stage === lastStage && now - reported < REPORT_MILLISECONDS) return
    reported = now
    lastStage = progress.stage
    emit({ kind: 'import', ...progress })
  })
  return { id }
}

/** Distributions and the popularity baseline of a stored dataset. */
export async function describeDataset(job: JobOf<'describe'>): Promise<DatasetDistributions> {
  const { dataset, items } = await (await openDatasetLibrary(job.library)).load(job.datasetId)
  return datasetDistributions(dataset, items)
}
