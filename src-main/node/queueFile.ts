import { randomBytes } from 'node:crypto'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { QueuePort } from '../studio/ports.ts'
import { ensureFolder, removeLeftovers, writeFileAtomically } from './atomicFile.ts'
import { lifeOf, ownIdentity } from './processLife.ts'

const queueFileSchema = z.object({
  schemaVersion: z.literal(1),
  /** The program that the queue belongs to; absent when that has ended in order. */
  holder: z.object({ pid: z.int().min(1), host: z.string(), start: z.string().optional() }).optional(),
  runs: z.array(z.string().min(1)),
})

/** A file that cannot be read names no runs: they are in the library all the same, only their order is lost. */
async function readQueue(path: string): Promise<z.output<typeof queueFileSchema> | undefined> {
  try {
    return queueFileSchema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch {
    return undefined
  }
}

/** 'unknown' is another computer, or this one before it was started again: what is offered twice is locked twice. */
function isAbandoned({ holder }: z.output<typeof queueFileSchema>): boolean {
  return holder === undefined || lifeOf(holder) !== 'alive'
}

/** The queue as it stands, in a file of this program's own among `queues/` of a library. */
export function queuePort(library: string): QueuePort {
  const folder = join(library, 'queues')
  const file = join(folder, `${randomBytes(8).toString('hex')}.json`)
  const taken: string[] = []
  let last: readonly string[] = []
  let turn: Promise<void> = Promise.resolve()

  async function write(runs: readonly string[], holder?: ReturnType<typeof ownIdentity>): Promise<void> {
    if (runs.length === 0) return rm(file, { force: true })
    await ensureFolder(folder)
    await writeFileAtomically(file, JSON.stringify({ schemaVersion: 1, holder, runs }))
  }

  /** One after the other, the later one with the last word. */
  function inTurn(action: () => Promise<void>): Promise<void> {
    const done = turn.then(action)
    turn = done.catch(() => undefined)
    return done
  }

  async function left(): Promise<string[]> {
    await removeLeftovers(folder).catch(() => undefined)
    const names = await readdir(folder).catch(() => [])
    const runs: string[] = []
    for (const path of names.filter((name) => name.endsWith('.json')).map((name) => join(folder, name))) {
      const queue = await readQueue(path)
      if (queue && !isAbandoned(queue)) continue
      runs.push(...(queue?.runs ?? []))
      taken.push(path)
    }
    return [...new Set(runs)]
  }

  function store(runs: readonly string[]): Promise<void> {
    last = runs
    return inTurn(async () => {
      await write(runs, ownIdentity())
      // Only now: a crash before this would have lost what they say.
      for (const path of taken.splice(0)) await rm(path, { force: true })
    })
  }

  return { left, store, release: () => inTurn(() => write(last)) }
}
