import { readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ensureFolder } from './atomicFile.ts'
import { readDescription } from './datasetFolder.ts'
import { DatasetLibraryError, describeFileSystemError } from './datasetLibraryError.ts'

/** A removed dataset. */
export interface TrashedDataset {
  /** Name of its folder in the trash; what `restoreDataset` takes. */
  name: string
  id: string
  /** ISO time, UTC. */
  removedAt: string
  /** What it is called; absent for a damaged one. */
  datasetName?: string
}

const TRASHED = /^dataset-([0-9a-f]{12})-(\d{1,15})-[0-9a-f]{6}$/

/** Whether a name in the trash is that of a dataset. */
export function isTrashedDataset(name: string): boolean {
  return TRASHED.test(name)
}

async function attempt<T>(doing: string, path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    throw describeFileSystemError(error, doing, path)
  }
}

async function trashedNames(trash: string): Promise<string[]> {
  const names = await attempt('read the trash', trash, () =>
    readdir(trash).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [] as string[]
      throw error
    }),
  )
  return names.filter(isTrashedDataset)
}

async function describeTrashed(trash: string, name: string): Promise<TrashedDataset> {
  const [, id, milliseconds] = TRASHED.exec(name)!
  const removedAt = new Date(Number(milliseconds)).toISOString()
  const datasetName = await readDescription(join(trash, name)).then(
    (description) => description.name,
    () => undefined,
  )
  return { name, id, removedAt, ...(datasetName !== undefined && { datasetName }) }
}

/** The removed datasets, the latest removal first. Throws DatasetLibraryError. */
export async function listTrashedDatasets(libraryDir: string): Promise<TrashedDataset[]> {
  const trash = join(libraryDir, 'trash')
  const names = await trashedNames(trash)
  const datasets = await Promise.all(names.map((name) => describeTrashed(trash, name)))
  return datasets.sort((a, b) => b.removedAt.localeCompare(a.removedAt))
}

/**
 * Brings a dataset back from the trash and returns its id.
 * @throws DatasetLibraryError `not-found`, or `already-there` when the same data was imported again since.
 */
export async function restoreDataset(libraryDir: string, trashName: string): Promise<string> {
  const trash = join(libraryDir, 'trash')
  const names = await trashedNames(trash)
  if (!names.includes(trashName))
    throw new DatasetLibraryError('not-found', `There is no "${trashName}" in the trash.`, trash)
  const id = TRASHED.exec(trashName)![1]
  const folder = join(libraryDir, 'datasets', id)
  const isThere = await stat(folder).then(
    () => true,
    () => false,
  )
  if (isThere)
    throw new DatasetLibraryError('already-there', `Dataset ${id} is in the library already.`, folder)
  await attempt('restore', folder, async () => {
    await ensureFolder(join(libraryDir, 'datasets'))
    await rename(join(trash, trashName), folder)
  })
  return id
}

/** Deletes the removed datasets for good and says how many there were. Throws DatasetLibraryError. */
export async function emptyDatasetTrash(libraryDir: string): Promise<number> {
  const trash = join(libraryDir, 'trash')
  const names = await trashedNames(trash)
  for (const name of names) {
    const path = join(trash, name)
    await attempt('delete', path, () => rm(path, { recursive: true, force: true }))
  }
  return names.length
}
