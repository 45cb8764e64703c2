import type { Handlers, RequestArgument } from '../contract/contract.ts'
import { ContractError } from '../contract/contractError.ts'
import type { RunDetails, RunRow } from '../contract/runContract.ts'
import type { RunLabelsChange } from '../core/run/runLabels.ts'
import type { DatasetShelf } from './datasetShelf.ts'
import type { EnginePool } from './enginePool.ts'
import type { EventHub } from './eventHub.ts'
import { createRun, requireTrainable } from './newRun.ts'
import type { StudioPorts } from './ports.ts'
import type { QueueRecord } from './queueRecord.ts'
import type { RunIndex } from './runIndex.ts'
import type { RunLibrary } from './runLibrary.ts'
import type { RunQueue } from './runQueue.ts'
import { releaseSource, sourcePath } from './sources.ts'

type RunHandlers = Pick<
  Handlers,
  Extract<keyof Handlers, `run:${string}` | `queue:${string}` | `published:${string}`>
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
    'run:remove': ({ ids }) => each(ids, (id) => removeRun(world, id)),
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

function startHandlers(world: RunWorld): Pick<RunHandlers, 'run:start' | 'run:repeat'> {
  const { ports, index, queue, library, shelf } = world
  const create = async (datasetId: string, config: RunConfigOf, labels: RunLabelsChange): Promise<RunRow> => {
    const dataset = await shelf.description(datasetId)
    const { id } = await createRun(ports, { dataset, config, threads: world.threads(), labels })
    return index.refresh(id)
  }
  const queued = (rows: readonly RunRow[]): RunRow[] => {
    queue.add(rows.map(({ id }) => id))
    return rows.map((row) => index.peek(row.id) ?? row)
  }
  return {
    'run:start': async ({ datasetId, configs, name, tags }) => {
      const dataset = await shelf.description(datasetId)
      const threads = world.threads()
      // All of them first: who is told of one that cannot be trained will start them all again.
      await each(configs, (config) => requireTrainable(ports, { dataset, config, threads }))
      return queued(await each(configs, (config) => create(datasetId, config, { name, tags })))
    },
    'run:repeat': async ({ id }) => {
      const { config, data } = await library.record(id)
      const { fingerprint } = await shelf.description(data.datasetId)
      if (fingerprint !== data.fingerprint)
        throw new ContractError(
          'other-data',
          `Run ${id} was made on other data than the dataset ${data.datasetId} has now, so it cannot be repeated.`,
        )
      const { name = '', tags = [] } = index.peek(id) ?? {}
      const labels = { name, tags: tags.filter((tag) => tag !== 'demo') }
      return queued([await create(data.datasetId, config, labels)])[0]
    },
  }
}

type RunConfigOf = RequestArgument<'run:start'>['configs'][number]

function queueHandlers(world: RunWorld): Pick<RunHandlers, 'run:resume' | 'run:pause' | 'run:stop'> {
  const { queue, index } = world
  return {
    'run:resume': async ({ ids }) => {
      await each(ids, (id) => requireResumable(world, id))
      queue.add(ids)
      return queue.list()
    },
    'run:pause': async ({ id }) => {
      await queue.pause(id)
      return null
    },
    'run:stop': async ({ ids }) => {
      await each(ids, (id) => queue.stop(id))
      const elsewhere = ids.filter((id) => index.peek(id)?.elsewhere)
      if (elsewhere.length === 0) return null
      throw new ContractError(
        'trained-elsewhere',
        `Another process trains ${elsewhere.join(', ')}: stop it there, in a terminal with Ctrl+C.`,
      )
    },
  }
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
