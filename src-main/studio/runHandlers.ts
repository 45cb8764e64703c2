import type { Handlers, RequestArgument } from '../contract/contract.ts'
import type { chainRequests } from '../contract/chainContract.ts'
import { ContractError } from '../contract/contractError.ts'
import type { RunDetails, RunRow, runRequests } from '../contract/runContract.ts'
import { partRunIds } from '../core/run/partRuns.ts'
import type { RunLabelsChange } from '../core/run/runLabels.ts'
import type { DatasetShelf } from './datasetShelf.ts'
import type { EnginePool } from './enginePool.ts'
import type { EventHub } from './eventHub.ts'
import { dependentsFirst, unfinishedParts } from './partWait.ts'
import type { StudioPorts } from './ports.ts'
import type { QueueRecord } from './queueRecord.ts'
import type { RunIndex } from './runIndex.ts'
import type { RunLibrary } from './runLibrary.ts'
import type { RunQueue } from './runQueue.ts'
import { releaseSource, sourcePath } from './sources.ts'
import { startHandlers } from './startHandlers.ts'

type RunHandlers = Pick<
  Handlers,
  Extract<
    keyof typeof runRequests | keyof typeof chainRequests,
    `run:${string}` | `queue:${string}` | `published:${string}`
  >
>

export interface RunWorld {
  ports: StudioPorts
  events: EventHub
  index: RunIndex
  record: QueueRecord
  queue: RunQueue
  library: RunLibrary
  shelf: DatasetShelf
  pool: EnginePool
  threads(): number | 'auto'
}

/** One after the other, so that the first failure leaves the later ones untouched. */
async function each<T, R>(items: readonly T[], action: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (const item of items) results.push(await action(item))
  return results
}

/** Answers what windows ask about runs and the queue. */
export function runHandlers(world: RunWorld): RunHandlers {
  const { ports, index, record, queue, library } = world
  return {
    'run:list': () => index.list(),
    'run:show': ({ id }) => library.details(id),
    'run:curves': ({ ids }) => library.curves(ids),
    'run:rank': ({ id, full }) => rankRun(world, id, full),
    'run:estimate': ({ datasetId, config }) => library.estimate(datasetId, config),
    'published:list': ({ datasetName }) => library.published(datasetName),
    ...startHandlers(world),
    ...queueHandlers(world),
    'run:label': ({ ids, change }) => each(ids, (id) => relabel(world, id, change)),
    'run:tag': ({ ids, add, remove }) =>
      each(ids, async (id) => {
        await ports.runs.updateTags(id, add, remove)
        return index.refresh(id)
      }),
    'run:remove': ({ ids }) => each(dependentsFirst(index, ids), (id) => removeRun(world, id)),
    'run:restore': ({ trashNames }) =>
      each(trashNames, async (trashName) => index.refresh((await ports.runs.restore(trashName)).id)),
    'run:import': ({ source }) => importRun(world, source),
    'queue:list': () => queue.list(),
    'queue:left': async () => {
      const rows = await index.list()
      return record.leftAmong(new Map(rows.map((row) => [row.id, row])))
    },
    'queue:move': ({ id, position }) => {
      queue.move(id, position)
      return queue.list()
    },
  }
}

function queueHandlers(world: RunWorld): Pick<RunHandlers, 'run:resume' | 'run:pause' | 'run:stop'> {
  const { queue, index } = world
  return {
    'run:resume': async ({ ids }) => {
      const wanted = await withParts(world, ids)
      await each(wanted, (id) => requireResumable(world, id))
      queue.add(wanted)
      return queue.list()
    },
    'run:pause': async ({ id }) => {
      await queue.pause(id)
      return null
    },
    'run:stop': async ({ ids }) => {
      await each(dependentsFirst(index, ids), (id) => queue.stop(id))
      const elsewhere = ids.filter((id) => index.peek(id)?.elsewhere)
      if (elsewhere.length === 0) return null
      throw new ContractError(
        'trained-elsewhere',
        `Another process trains ${elsewhere.join(', ')}: stop it there, in a terminal with Ctrl+C.`,
      )
    },
  }
}

/** Some runs with those before them that they start from and that are neither finished nor under way. */
async function withParts({ index, queue }: RunWorld, ids: readonly string[]): Promise<string[]> {
  const wanted = new Set<string>()
  for (const id of ids) {
    await index.follow(id)
    const parts = partRunIds(index.record(id)?.config)
    await each(parts, (part) => index.follow(part))
    const isIdle = (part: string) => (queue.stateOf(part) ?? 'paused') === 'paused'
    const left = unfinishedParts(index, index.record(id))
    for (const part of left) if (isIdle(part) && index.peek(part)?.elsewhere === false) wanted.add(part)
    wanted.add(id)
  }
  return [...wanted]
}

/** A run of the queue needs no reading: one that is paused there goes on, others are under way. */
async function requireResumable({ index, queue, library }: RunWorld, id: string): Promise<void> {
  if (queue.stateOf(id) !== undefined) return
  const record = await library.record(id)
  const reason = await library.notResumable(await index.refresh(id), record)
  if (reason !== undefined) throw new ContractError('not-resumable', `Run ${id} cannot be resumed. ${reason}`)
}

/** In an engine process of its own, beside what trains. */
async function rankRun(world: RunWorld, id: string, full: boolean): Promise<RunDetails> {
  const { ports, pool, index, queue, library, events } = world
  if (queue.stateOf(id) !== undefined)
    throw new ContractError('run-busy', `Run ${id} is in the queue: it is measured when it is finished.`)
  const job = { library: ports.library, runId: id, full, threads: world.threads() }
  const tell = ({ users, of }: { users: number; of: number }) =>
    events.emit('run:ranking', { runId: id, users, of })
  await pool.use((engine) => engine.rank(job, tell))
  await index.refresh(id)
  return library.details(id)
}

async function relabel({ ports, index }: RunWorld, id: string, change: RunLabelsChange): Promise<RunRow> {
  await ports.runs.updateLabels(id, change)
  return index.refresh(id)
}

async function removeRun({ ports, index, queue }: RunWorld, id: string) {
  const state = queue.stateOf(id)
  if (state !== undefined && state !== 'waiting' && state !== 'paused')
    throw new ContractError('run-busy', `Run ${id} is being trained: stop it first.`)
  await queue.stop(id)
  const { trashName } = await ports.runs.remove(id)
  index.forget(id)
  return { id, trashName }
}

async function importRun(
  { ports, index, events }: RunWorld,
  source: RequestArgument<'run:import'>['source'],
): Promise<RunRow> {
  if (source.kind === 'sample')
    throw new ContractError('not-a-run', 'The sample is a dataset, not a run: import it as one.')
  const { id, note } = await ports.runs.importFrom(await sourcePath(source, ports))
  await releaseSource(source, ports)
  if (note !== undefined) events.emit('app:notice', { level: 'info', message: note, runId: id })
  return index.refresh(id)
}
