import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rmdir, stat, unlink, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { z } from 'zod'
import { withTemporary } from './atomicFile.ts'
import { lifeOf, ownIdentity } from './processLife.ts'
import { isMissing, RunLockedError } from './runErrors.ts'

/** The holder's sign of life, for those that cannot ask its system whether it lives. */
const UPDATE_MS = 1000
/** How long such a sign counts: a computation may keep a process from giving another for many seconds. */
const STALE_MS = 60_000
/** Enough for one that lets go, or whose memory the system is still taking back after a SIGKILL. */
const WAIT_MS = 3000
const RETRY_MS = 50
/** A lock that is free is taken at the first try; more are needed only while others come and go. */
const TRIES = 10

/** Exclusive use of a run. */
export interface RunLock {
  /** Aborted within a second when the lock was taken away: stop writing. */
  readonly lost: AbortSignal
  release(): Promise<void>
}

const holderSchema = z.object({ pid: z.int().min(1), host: z.string(), start: z.string().optional() })

/** What `action` gives, or undefined where there is nothing (any more). */
async function ifThere<T>(action: Promise<T>): Promise<T | undefined> {
  return action.catch((error: unknown) => {
    if (isMissing(error)) return undefined
    throw error
  })
}

/**
 * A living process of this system holds its lock for as long as it likes, a dead one no longer. Only where that cannot
 * be told (another computer on a shared disk, a note that a power loss cut off) does the time of the last sign decide.
 */
async function isHeldBy(note: string): Promise<boolean> {
  const text = await ifThere(readFile(note, 'utf8'))
  if (text === undefined) return false
  const life = lifeOfHolder(text)
  if (life !== 'unknown') return life === 'alive'
  const { mtimeMs = 0 } = (await ifThere(stat(note))) ?? {}
  return mtimeMs > Date.now() - STALE_MS
}

function lifeOfHolder(text: string): ReturnType<typeof lifeOf> {
  try {
    return lifeOf(holderSchema.parse(JSON.parse(text)))
  } catch {
    return 'unknown'
  }
}

/** The notes in a lock; there is one while it is held. */
async function notesIn(lockPath: string): Promise<string[]> {
  const names = (await ifThere(readdir(lockPath))) ?? []
  return names.map((name) => join(lockPath, name))
}

/** Whether a living process (this one included) holds the lock. */
export async function isLockHeld(lockPath: string): Promise<boolean> {
  for (const note of await notesIn(lockPath)) if (await isHeldBy(note)) return true
  return false
}

/**
 * Makes way for a new lock: removes the notes of dead holders, by their own names, so that one that was put there
 * meanwhile stays. False while a living process holds it.
 */
async function clear(lockPath: string): Promise<boolean> {
  for (const note of await notesIn(lockPath)) {
    if (await isHeldBy(note)) return false
    await ifThere(unlink(note))
  }
  return true
}

/** The lock is a folder with the holder's note in it, which a rename puts in place as a whole or not at all. */
async function acquire(lockPath: string): Promise<RunLock | undefined> {
  if (await isLockHeld(lockPath)) return undefined
  const name = `${randomBytes(8).toString('hex')}.json`
  return withTemporary(lockPath, async (draft) => {
    await mkdir(draft)
    await writeFile(join(draft, name), JSON.stringify(ownIdentity()))
    for (let tries = 1; await clear(lockPath); tries++) {
      if (await putInPlace(draft, lockPath, tries === TRIES)) return heldLock(lockPath, join(lockPath, name))
    }
    return undefined
  })
}

/** False when another lock was there first, which is an error the last time. */
async function putInPlace(draft: string, lockPath: string, isLastTime: boolean): Promise<boolean> {
  // Windows renames no folder over another one, even an empty one; rmdir refuses one that is not empty.
  await rmdir(lockPath).catch(() => undefined)
  try {
    await rename(draft, lockPath)
    return true
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (isLastTime || !['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(code)) throw error
    return false
  }
}

function heldLock(lockPath: string, note: string): RunLock {
  const lost = new AbortController()
  const timer = setInterval(() => {
    const now = new Date()
    utimes(note, now, now).catch((error: unknown) => {
      if (!isMissing(error)) return
      clearInterval(timer)
      lost.abort(error)
    })
  }, UPDATE_MS)
  timer.unref()
  const release = async () => {
    clearInterval(timer)
    await ifThere(unlink(note))
    // Another one may have put its own there already.
    await rmdir(lockPath).catch(() => undefined)
  }
  return { lost: lost.signal, release }
}

/**
 * Takes the lock at `lockPath`, at once or, with `wait`, as soon as its holder lets go or is dead, up to 3 s. Throws
 * RunLockedError while another holds it.
 */
export async function acquireLock(lockPath: string, runId: string, wait: boolean): Promise<RunLock> {
  for (const deadline = Date.now() + (wait ? WAIT_MS : 0); ;) {
    const held = await acquire(lockPath)
    if (held) return held
    if (Date.now() >= deadline) throw new RunLockedError(runId, dirname(lockPath))
    await setTimeout(RETRY_MS)
  }
}
