import { open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { DATASET_HEADER_BYTES, parseHeader } from '../core/dataset/datasetBytes.ts'
import type { DatasetShape } from '../core/training/trainingDemand.ts'
import { writeFileAtomically } from './atomicFile.ts'
import { DATASET_FILES, readDescription } from './datasetFolder.ts'
import { isDatasetId } from './datasetLibrary.ts'
import { DatasetLibraryError, describeFileSystemError } from './datasetLibraryError.ts'

/** `<library>/datasets/<id>`. @throws DatasetLibraryError `not-found` for what cannot be an id. */
export function datasetFolder(libraryDir: string, id: string): string {
  const datasets = join(libraryDir, 'datasets')
  if (isDatasetId(id)) return join(datasets, id)
  throw new DatasetLibraryError('not-found', `There is no dataset "${id.slice(0, 60)}".`, datasets)
}

/** The sizes that the head of a stored dataset tells, without reading the rest. Throws DatasetLibraryError. */
export async function readDatasetSizes(libraryDir: string, id: string): Promise<DatasetShape> {
  const path = join(datasetFolder(libraryDir, id), DATASET_FILES.arrays)
  return explained('read', path, async () => {
    const handle = await open(path, 'r')
    try {
      const head = Buffer.alloc(DATASET_HEADER_BYTES)
      const { bytesRead } = await handle.read(head, 0, head.length, 0)
      const { userCount, itemCount, trainLength } = parseHeader(head.subarray(0, bytesRead), path)
      return { userCount, itemCount, interactions: trainLength }
    } finally {
      await handle.close()
    }
  })
}

/** Gives a stored dataset another name; its id, which its content decides, stays. Throws DatasetLibraryError. */
export async function renameDataset(libraryDir: string, id: string, name: string): Promise<void> {
  const folder = datasetFolder(libraryDir, id)
  if (!(await exists(folder)))
    throw new DatasetLibraryError('not-found', `There is no dataset ${id}.`, folder)
  const description = await readDescription(folder)
  const path = join(folder, DATASET_FILES.description)
  await explained('rename', path, () =>
    writeFileAtomically(path, `${JSON.stringify({ ...description, name }, null, 2)}\n`),
  )
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

async function explained<T>(doing: string, path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    throw describeFileSystemError(error, doing, path)
  }
}
