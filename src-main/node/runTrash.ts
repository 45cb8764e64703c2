import { readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ensureFolder, syncFolder } from './atomicFile.ts'
import { explained, isMissing, StoreError } from './runErrors.ts'
import { RUN_FILES, runFolder, runsFolder } from './runFolder.ts'

/** A removed run. */
export interface TrashedRun {
  /** Name of its folder in the trash; what `restore` takes. */
  name: string
  id: string
  /** ISO time, UTC. */
  removedAt: string
}

const TRASHED = /^run-(.+)-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z$/

function trashFolder(libraryDir: string): string {
  return join(libraryDir, 'trash')
}

function parseTrashName(name: string): TrashedRun | undefined {
  const match = TRASHED.exec(name)
  if (!match) return undefined
  const [, id, year, month, day, hour, minute, second, millisecond] = match
  return { name, id, removedAt: `${year}-${month}-${day}T${hour}:${minute}:${second}.${millisecond}Z` }
}

/** Moves a run's folder into the trash; the time in its name keeps several removals of one id apart. */
export async function moveToTrash(libraryDir: string, id: string): Promise<TrashedRun> {
  const trash = trashFolder(libraryDir)
  const name = `run-${id}-${new Date().toISOString().replaceAll(/[-:.]/g, '')}`
  await ensureFolder(trash)
  await rename(runFolder(libraryDir, id), join(trash, name))
  for (const lock of [RUN_FILES.lock, RUN_FILES.labelsLock])
    await rm(join(trash, name, lock), { recursive: true, force: true })
  await Promise.all([syncFolder(trash), syncFolder(runsFolder(libraryDir))])
  return parseTrashName(name)!
}

/** The removed runs, the latest removal first; what else lies in the trash is not listed. */
export async function listTrash(libraryDir: string): Promise<TrashedRun[]> {
  const names = await readdir(trashFolder(libraryDir)).catch((error: unknown) => {
    if (isMissing(error)) return []
    throw error
  })
  const runs = names.map(parseTrashName).filter((run) => run !== undefined)
  return runs.sort((a, b) => b.removedAt.localeCompare(a.removedAt))
}

/** Moves a run back under its id. Throws StoreError when the id is taken or nothing of that name is in the trash. */
export async function restoreFromTrash(libraryDir: string, name: string): Promise<string> {
  const trash = trashFolder(libraryDir)
  const run = (await listTrash(libraryDir)).find((entry) => entry.name === name)
  if (!run) throw new StoreError('trash-not-found', `There is no "${name}" in the trash.`, trash)
  const target = runFolder(libraryDir, run.id)
  await ensureFolder(runsFolder(libraryDir))
  try {
    await rename(join(trash, name), target)
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    throw new StoreError(
      'run-exists',
      `Run ${run.id} exists, so the one in the trash cannot be restored.`,
      target,
    )
  }
  await syncFolder(runsFolder(libraryDir))
  return run.id
}

/** Deletes the removed runs for good and says how many there were. */
export async function emptyTrash(libraryDir: string): Promise<number> {
  const runs = await listTrash(libraryDir)
  for (const { name } of runs) {
    const path = join(trashFolder(libraryDir), name)
    await explained(path, () => rm(path, { recursive: true, force: true }))
  }
  return runs.length
}
