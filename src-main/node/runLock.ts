import { setTimeout } from 'node:timers/promises'
import { check, lock } from 'proper-lockfile'
import { RunLockedError } from './runErrors.ts'

/** A lock that was not touched for this long belonged to a process that died. */
const STALE_MS = 4000
const UPDATE_MS = 1000
/** proper-lockfile dates a new lock up to a second ahead, so a dead one is stale after 5 s at the latest. */
const WAIT_MS = STALE_MS + 2500
const RETRY_MS = 100

/** Exclusive use of a run. */
export interface RunLock {
  /** Aborted when the lock was taken away, because this process stood still for longer than 4 s: stop writing. */
  readonly lost: AbortSignal
  release(): Promise<void>
}

async function acquire(target: string, lockfilePath: string): Promise<RunLock | undefined> {
  const lost = new AbortController()
  try {
    const release = await lock(target, {
      lockfilePath,
      stale: STALE_MS,
      update: UPDATE_MS,
      realpath: false,
      onCompromised: (error) => lost.abort(error),
    })
    return { lost: lost.signal, release: async () => (lost.signal.aborted ? undefined : release()) }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ELOCKED') return undefined
    throw error
  }
}

/**
 * Takes the lock at `lockfilePath` for `target`, at once or, with `wait`, as soon as its holder lets go or has been
 * dead for 4 s. Throws RunLockedError while another holds it.
 */
export async function acquireLock(
  target: string,
  lockfilePath: string,
  runId: string,
  wait: boolean,
): Promise<RunLock> {
  for (const deadline = Date.now() + (wait ? WAIT_MS : 0); ;) {
    const held = await acquire(target, lockfilePath)
    if (held) return held
    if (Date.now() >= deadline) throw new RunLockedError(runId, target)
    await setTimeout(RETRY_MS)
  }
}

/** Whether a living process (this one included) holds the lock. */
export function isLockHeld(target: string, lockfilePath: string): Promise<boolean> {
  return check(target, { lockfilePath, stale: STALE_MS, realpath: false })
}
