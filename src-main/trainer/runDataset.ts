import type { RunRecord } from '../core/run/runRecord.ts'
import type { LoadedDataset } from '../node/datasetFolder.ts'
import { openDatasetLibrary } from '../node/datasetLibrary.ts'
import { StoreError } from '../node/runStore.ts'

/** The dataset of a run, the very one that it was made on. Throws StoreError 'run-damaged', DatasetLibraryError. */
export async function loadRunDataset(
  libraryDir: string,
  { data }: Pick<RunRecord, 'data'>,
): Promise<LoadedDataset> {
  const library = await openDatasetLibrary(libraryDir)
  const loaded = await library.load(data.datasetId)
  const { fingerprint } = loaded.description
  if (fingerprint === data.fingerprint) return loaded
  throw new StoreError(
    'run-damaged',
    `The run was made on data with the fingerprint ${data.fingerprint.slice(0, 12)}, but the dataset ${data.datasetId} now has ${fingerprint.slice(0, 12)}.`,
    libraryDir,
  )
}
