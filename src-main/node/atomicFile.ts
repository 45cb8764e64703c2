import { randomBytes } from 'node:crypto'
import { mkdir, open, readdir, rename, rm, type FileHandle } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { isAlive } from './processLife.ts'

/** Names of temporary files and folders end like this; the number is the process that is writing them. */
const TEMPORARY = /\.(\d+)-[0-9a-f]{8}\.tmp$/

/** Temporary paths that this process is writing at this moment. */
const inUse = new Set<string>()

/** A fresh path beside `path`, recognised by removeLeftovers once this process is gone. */
export function temporaryPath(path: string): string {
  return join(dirname(path), `.${basename(path)}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`)
}

/** Lends `use` a fresh path beside `path`; what is still there afterwards is removed. */
export async function withTemporary<T>(path: string, use: (temporary: string) => Promise<T>): Promise<T> {
  const temporary = temporaryPath(path)
  inUse.add(temporary)
  try {
    return await use(temporary)
  } finally {
    await rm(temporary, { recursive: true, force: true })
    inUse.delete(temporary)
  }
}

/** Makes a rename inside the folder survive a power loss. Windows has no such call and needs none. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/**
 * Replaces a file as a whole: readers see the old or the new content, whatever happens in between. `write` gets a
 * handle to append to with `handle.writeFile`, which writes everything or throws. (write-file-atomic 7 calls `write`
 * once and ignores how much was written: on a full disk it replaces a good file by a truncated one, without an error.)
 */
export async function replaceFile(path: string, write: (handle: FileHandle) => Promise<void>): Promise<void> {
  await withTemporary(path, async (temporary) => {
    const handle = await open(temporary, 'wx')
    try {
      await write(handle)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, path)
  })
  await syncFolder(dirname(path))
}

/** Replaces a file by a text or bytes; see replaceFile. */
export function writeFileAtomically(path: string, content: string | Uint8Array): Promise<void> {
  return replaceFile(path, (handle) => handle.writeFile(content))
}

/**
 * Creates a folder and those above it. On a read-only file system Node 20's recursive mkdir reports that the folder does
 * not exist; a plain one reports the true reason.
 */
export async function ensureFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException
    if (code !== 'ENOENT' || path === undefined) throw error
    await mkdir(path)
    await mkdir(folder, { recursive: true })
  }
}

/**
 * Builds a folder beside its final place and moves it there when it is complete. Fails, and leaves nothing, when
 * `path` exists already.
 */
export function createFolder<T>(path: string, fill: (folder: string) => Promise<T>): Promise<T> {
  return withTemporary(path, async (temporary) => {
    await mkdir(temporary)
    const result = await fill(temporary)
    await syncFolder(temporary)
    await rename(temporary, path)
    await syncFolder(dirname(path))
    return result
  })
}

function isAbandoned(path: string): boolean {
  const pid = Number(TEMPORARY.exec(path)?.[1])
  // A process that starts again may get its old number (in a container it always does).
  return pid === process.pid ? !inUse.has(path) : pid > 0 && !isAlive(pid)
}

/**
 * Removes what killed processes left half-written in a folder, with `name` only beside a path of this name; what a
 * living process is writing stays. One that cannot be removed keeps none of the others, and is an error at the end.
 */
export async function removeLeftovers(folder: string, name = ''): Promise<void> {
  const found = (await readdir(folder)).filter((each) => each.startsWith(name && `.${name}.`))
  const left = found.map((each) => join(folder, each)).filter(isAbandoned)
  const removals = await Promise.allSettled(left.map((path) => rm(path, { recursive: true, force: true })))
  const failed = removals.find((removal) => removal.status === 'rejected')
  if (failed) throw failed.reason
}
