import { basename } from 'node:path'
import { heldOutCopies } from '../core/comparison/heldOutCopies.ts'
import type { DatasetsPort, ListedDataset } from '../studio/ports.ts'
import { readDatasetSizes, renameDataset } from './datasetChanges.ts'
import { openDatasetLibrary, type DamagedDataset, type StoredDataset } from './datasetLibrary.ts'
import { DatasetLibraryError } from './datasetLibraryError.ts'
import { emptyDatasetTrash, listTrashedDatasets, restoreDataset } from './datasetTrash.ts'
import { inspectSource } from './sourceInspection.ts'

/** The dataset library as the studio sees it. */
export function datasetPorts(libraryDir: string): DatasetsPort {
  const library = () => openDatasetLibrary(libraryDir)
  return {
    list: async () => (await (await library()).list()).map(shown),
    read: async (id) => {
      const entry = (await (await library()).list()).find((each) => each.id === id)
      if (entry) return shown(entry)
      throw new DatasetLibraryError('not-found', `There is no dataset ${id.slice(0, 60)}.`, libraryDir)
    },
    heldOutCopies: async (id) => heldOutCopies((await (await library()).load(id)).dataset),
    sizes: (id) => readDatasetSizes(libraryDir, id),
    rename: (id, name) => renameDataset(libraryDir, id, name),
    remove: async (id) => ({ trashName: basename(await (await library()).remove(id)) }),
    restore: async (trashName) => ({ id: await restoreDataset(libraryDir, trashName) }),
    listTrash: async () =>
      (await listTrashedDatasets(libraryDir)).map(({ name, datasetName = '', ...removed }) => ({
        trashName: name,
        name: datasetName,
        ...removed,
      })),
    emptyTrash: () => emptyDatasetTrash(libraryDir),
    inspect: inspectSource,
  }
}

function shown(entry: StoredDataset | DamagedDataset): ListedDataset {
  if (!('problem' in entry)) return { id: entry.id, description: entry.description }
  const { code, message } = entry.problem
  return { id: entry.id, problem: { code, message } }
}
