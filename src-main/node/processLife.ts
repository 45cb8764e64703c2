import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** A process as others can recognise it again, also when its number has been given to another one since. */
export interface ProcessIdentity {
  pid: number
  /** Where its number means anything: the computer and, on Linux, its boot and the container. */
  host: string
  /** When it started, in the clock of its system; absent where that cannot be read. */
  start?: string
}

/** The fields of /proc/<pid>/stat from the third on; its second, the name, may hold spaces and parentheses. */
function statFields(pid: number | 'self'): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}

/** Two containers may share a name, and a computer that was started again has given its numbers anew. */
function hostIdentity(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return `${hostname()} ${boot} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return hostname()
  }
}

let own: ProcessIdentity | undefined

/** This process. */
export function ownIdentity(): ProcessIdentity {
  const start = statFields('self')?.[19]
  return (own ??= { pid: process.pid, host: hostIdentity(), ...(start !== undefined && { start }) })
}

/** Whether a number of this system belongs to a process; one that ended but was not waited for still has it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/**
 * Whether a process lives: 'unknown' for one of another computer or container, and where its number is in use but
 * nothing tells whether by itself or by a later process.
 */
export function lifeOf(identity: ProcessIdentity): 'alive' | 'dead' | 'unknown' {
  const self = ownIdentity()
  if (identity.host !== self.host) return 'unknown'
  if (!isAlive(identity.pid)) return 'dead'
  const fields = statFields(identity.pid)
  if (!fields || identity.start === undefined) return identity.pid === self.pid ? 'alive' : 'unknown'
  const hasEnded = fields[0] === 'Z' || fields[0] === 'X'
  return !hasEnded && fields[19] === identity.start ? 'alive' : 'dead'
}
