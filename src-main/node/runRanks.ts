import { z } from 'zod'
import { MISS } from '../core/metrics/rank.ts'
import type { HeldOutRanks, RunRanks } from '../core/run/runRanks.ts'
import { isMissing, StoreError } from './runErrors.ts'
import { readSafetensors, SafetensorsError, writeSafetensors, type Tensor } from './safetensors.ts'

/** Version of the layout of ranks.safetensors. */
const SCHEMA_VERSION = '1'
const metadataSchema = z.object({ kind: z.literal('ncf-studio-ranks'), schemaVersion: z.string() })
const COLUMNS = ['rank', 'ties', 'negatives'] as const

function columnsOf(kind: 'sampled' | 'full', ranks: HeldOutRanks): Tensor[] {
  return COLUMNS.map((column) => {
    const data = ranks[column]
    return { name: `${kind}.${column}`, shape: [data.length], data }
  })
}

/** Replaces a file of ranks atomically: 16 bytes a user, 28 with full ranking. Throws Node's own error. */
export function writeRanksFile(path: string, { users, sampled, full }: RunRanks): Promise<void> {
  const tensors: Tensor[] = [
    { name: 'users', shape: [users.length], data: users },
    ...columnsOf('sampled', sampled),
    ...(full ? columnsOf('full', full) : []),
  ]
  return writeSafetensors(path, tensors, { kind: 'ncf-studio-ranks', schemaVersion: SCHEMA_VERSION })
}

function damaged(path: string, reason: string, cause?: unknown): StoreError {
  const advice = 'Ranking the run anew replaces it: ncf evaluate --run.'
  return new StoreError('ranks-damaged', `${path}: ${reason} ${advice}`, path, { cause })
}

function requireVersion(metadata: Record<string, string>, path: string): void {
  const parsed = metadataSchema.safeParse(metadata)
  if (!parsed.success) throw damaged(path, 'it does not say that it holds the ranks of a run.')
  const { schemaVersion } = parsed.data
  if (schemaVersion === SCHEMA_VERSION) return
  const message = `${path} has version ${schemaVersion}, but this program reads ${SCHEMA_VERSION}: update NCF Studio to use it.`
  throw new StoreError('newer-version', message, path)
}

function isAscending(users: Int32Array): boolean {
  return users.every((user, i) => user > (i === 0 ? -1 : users[i - 1]))
}

/** A rank among so many negatives, or a miss; never more ties than items ranked above. */
function isPossible({ rank, ties, negatives }: HeldOutRanks): boolean {
  return rank.every(
    (place, i) => place >= MISS && place <= negatives[i] && ties[i] >= 0 && ties[i] <= Math.max(place, 0),
  )
}

function ranksOf(tensors: readonly Tensor[], path: string): RunRanks {
  const data = new Map(tensors.map((tensor) => [tensor.name, tensor.data]))
  const users = data.get('users')
  const column = (name: string): Int32Array => {
    const found = data.get(name)
    if (found instanceof Int32Array && found.length === users?.length) return found
    throw damaged(path, `"${name}" should have one whole number for each user.`)
  }
  const table = (kind: 'sampled' | 'full'): HeldOutRanks => {
    const [rank, ties, negatives] = COLUMNS.map((name) => column(`${kind}.${name}`))
    if (isPossible({ rank, ties, negatives })) return { rank, ties, negatives }
    throw damaged(path, `it has ${kind} ranks that no evaluation can give.`)
  }
  if (!isAscending(column('users'))) throw damaged(path, 'its users are not in order.')
  const hasFull = [...data.keys()].some((name) => name.startsWith('full.'))
  return { users: column('users'), sampled: table('sampled'), ...(hasFull && { full: table('full') }) }
}

/**
 * Reads and validates a file of ranks; undefined where there is none.
 *
 * @throws StoreError `ranks-damaged`, or `newer-version`.
 */
export async function readRanksFile(path: string): Promise<RunRanks | undefined> {
  try {
    const { tensors, metadata } = await readSafetensors(path)
    requireVersion(metadata, path)
    return ranksOf(tensors, path)
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error instanceof SafetensorsError ? damaged(path, error.message, error) : error
  }
}
