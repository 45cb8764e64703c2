import type { AppEvent } from '../contract/contract.ts'
import { createDispatcher, type Dispatch } from '../contract/dispatcher.ts'
import { appHandlers } from './appHandlers.ts'
import { comparisonHandlers } from './comparisonHandlers.ts'
import { datasetHandlers } from './datasetHandlers.ts'
import { DatasetImports } from './datasetImports.ts'
import { DatasetShelf } from './datasetShelf.ts'
import { EnginePool } from './enginePool.ts'
import { EventHub } from './eventHub.ts'
import { problemOf } from './failures.ts'
import { LibraryFollower } from './libraryFollower.ts'
import type { StudioPorts } from './ports.ts'
import { Preferences } from './preferences.ts'
import { runHandlers } from './runHandlers.ts'
import { QueueRecord } from './queueRecord.ts'
import { RunIndex } from './runIndex.ts'
import { RunLibrary } from './runLibrary.ts'
import { RunQueue } from './runQueue.ts'
import { trashHandlers } from './trashHandlers.ts'

export type { StudioPorts } from './ports.ts'

/** The application behind its windows, whatever shell they live in. */
export interface Studio {
  dispatch: Dispatch
  /** Returns a function that stops listening. */
  subscribe(listener: (event: AppEvent) => void): () => void
  /** Runs that train or wait here, and how far those that train are together: for taskbar and close dialog. */
  activity(): { running: number; waiting: number; fraction: number | undefined }
  /** Writes a run as .zip; resolves to a file name to suggest. Rejects with an error that has a code. */
  exportRun(id: string, outFile: string): Promise<{ fileName: string }>
  /** Checkpoints what trains and ends the engine processes. */
  close(): Promise<void>
}

/** How many runs train at once, and with how many threads each, so that together they do not exceed the cores. */
function capacityOf(preferences: Preferences, cores: number): { slots: number; threads: number | 'auto' } {
  const { concurrentRuns, threads } = preferences.get()
  const slots = concurrentRuns === 'auto' ? Math.max(1, Math.floor(cores / 2)) : concurrentRuns
  if (threads !== 'auto' || slots === 1) return { slots, threads }
  return { slots, threads: Math.max(1, Math.floor(cores / slots)) }
}

/** The parts of the studio, each knowing those before it. */
function assemble(ports: StudioPorts) {
  const { library, runs, clock, machine } = ports
  const events = new EventHub()
  const preferences: Preferences = new Preferences(ports.settings, events, () => queue.fill())
  const capacity = () => capacityOf(preferences, machine.facts.cores)
  const pool = new EnginePool(
    () => ports.engines(),
    () => capacity().slots,
  )
  const index: RunIndex = new RunIndex(runs, events, (id) => queue.stateOf(id))
  const record = new QueueRecord(ports.queue, (error) =>
    events.emit('app:notice', {
      level: 'warning',
      message: `The queue cannot be kept for the next start: ${problemOf(error).message}`,
    }),
  )
  const keep = (ids: readonly string[]) => record.keep(ids)
  const queue: RunQueue = new RunQueue({ library, runs, clock, pool, events, index, keep, capacity })
  const shelf = new DatasetShelf(library, ports.datasets, pool, events)
  const imports = new DatasetImports(ports, shelf, events)
  const follower = new LibraryFollower(ports, index, queue, shelf, events)
  return { events, preferences, capacity, pool, index, record, queue, shelf, imports, follower }
}

type Parts = ReturnType<typeof assemble>

function dispatcherOf(ports: StudioPorts, parts: Parts): Dispatch {
  const { preferences, capacity, pool, index, record, queue, shelf, imports, events } = parts
  const library = new RunLibrary(ports, index, queue, shelf)
  const threads = () => capacity().threads
  const opened = (name: string, path: string) => preferences.opened(name, path)
  return createDispatcher({
    ...appHandlers(ports, preferences),
    ...datasetHandlers(ports, shelf, imports, opened),
    ...trashHandlers(ports),
    ...comparisonHandlers(ports, index),
    ...runHandlers({ ports, events, index, record, queue, library, shelf, pool, threads }),
  })
}

/**
 * Opens the application on a library. Its runs are read meanwhile, so that they keep no window waiting. Rejects when
 * the library cannot be watched.
 */
export async function openStudio(ports: StudioPorts): Promise<Studio> {
  const parts = assemble(ports)
  const { events, pool, record, queue, imports, follower } = parts
  const warn = (error: unknown) =>
    events.emit('app:notice', { level: 'warning', message: problemOf(error).message })
  // Before the watch, which makes the folders whose absence tells a new library.
  await ports.welcome().catch(warn)
  const endWatching = await ports.watch((changes) => void follower.take(changes).catch(warn))
  await record.open().catch(warn)
  parts.index.load().catch(warn)
  return {
    dispatch: dispatcherOf(ports, parts),
    subscribe: (listener) => events.subscribe(listener),
    activity: () => queue.activity(),
    exportRun: async (id, outFile) => {
      await ports.runs.exportTo(id, outFile)
      return { fileName: fileNameOf(id, parts.index.peek(id)?.name ?? '') }
    },
    close: async () => {
      follower.close()
      imports.close()
      await queue.close()
      await record.close()
      await pool.close()
      await endWatching()
    },
  }
}

/** A file name of letters that every system allows. */
function fileNameOf(id: string, name: string): string {
  const readable = name
    .trim()
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^[.-]+|-+$/g, '')
  return `${readable ? `${readable.slice(0, 80)}-${id}` : id}.zip`
}
