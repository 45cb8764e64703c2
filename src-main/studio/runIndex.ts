import type { QueueEntry, RunRow } from '../contract/runContract.ts'
import type { RunRecord } from '../core/run/runRecord.ts'
import type { EventHub } from './eventHub.ts'
import { problemOf } from './failures.ts'
import type { ListedRun, RunsPort } from './ports.ts'
import { runRow } from './runRow.ts'

interface Known {
  run: ListedRun
  row: RunRow
  /** Of the read that it comes from: reads that began earlier are out of date. */
  read: number
}

/**
 * The rows of all runs, read once and kept up to date by what this program does and by what is seen in the library.
 * Whoever changes a run refreshes it; `run:changed` is told only where the row is another one than before.
 */
export class RunIndex {
  private readonly entries = new Map<string, Known>()
  private loading: Promise<void> | undefined
  private reads = 0

  constructor(
    private readonly runs: RunsPort,
    private readonly events: EventHub,
    private readonly queued: (id: string) => QueueEntry['state'] | undefined,
  ) {}

  /** Reads all runs, the first time. */
  load(): Promise<void> {
    this.loading ??= this.readAll().catch((error: unknown) => {
      this.loading = undefined
      throw error
    })
    return this.loading
  }

  /** The latest first. */
  async list(): Promise<RunRow[]> {
    await this.load()
    return [...this.entries.values()].map(({ row }) => row).sort((a, b) => (a.id < b.id ? 1 : -1))
  }

  /** All runs with their records, in no order. */
  async listed(): Promise<ListedRun[]> {
    await this.load()
    return [...this.entries.values()].map(({ run }) => run)
  }

  /** Reads a run from the disk anew and tells the windows if it changed. Rejects when there is no such run. */
  async refresh(id: string): Promise<RunRow> {
    const read = ++this.reads
    try {
      this.keep(await this.runs.read(id), read, true)
    } catch (error) {
      if (problemOf(error).code !== 'run-not-found') throw error
      this.forget(id)
      throw error
    }
    return this.entries.get(id)!.row
  }

  /** The same for changes seen in the library: a run that is gone is no error. */
  async follow(id: string): Promise<void> {
    await this.refresh(id).catch((error: unknown) => {
      if (problemOf(error).code === 'run-not-found') return
      const { message } = problemOf(error)
      this.events.emit('app:notice', { level: 'warning', message, runId: id })
    })
  }

  /** Shows a run's new place in the queue, without reading. */
  restate(id: string): void {
    const known = this.entries.get(id)
    if (known) this.keep(known.run, known.read, true)
  }

  /** The row as it is known; undefined for a run that was never read. */
  peek(id: string): RunRow | undefined {
    return this.entries.get(id)?.row
  }

  /** The record as it was read last; undefined for a run that is not there or cannot be read. */
  record(id: string): RunRecord | undefined {
    return this.entries.get(id)?.run.record
  }

  /** The rows read so far, in no order. */
  known(): RunRow[] {
    return [...this.entries.values()].map(({ row }) => row)
  }

  /** A run that left the library. */
  forget(id: string): void {
    if (this.entries.delete(id)) this.events.emit('run:removed', { id })
  }

  private async readAll(): Promise<void> {
    const read = ++this.reads
    const all = await this.runs.list()
    for (const run of all) this.keep(run, read, false)
    const interrupted = all.filter(({ record }) => record?.status === 'interrupted').map(({ id }) => id)
    // What says it trains although nobody does is shown as interrupted already; the disk may follow later.
    void this.runs.reconcile(interrupted).catch(() => undefined)
  }

  private keep(run: ListedRun, read: number, tell: boolean): void {
    const old = this.entries.get(run.id)
    if (old && old.read > read) return
    const row = runRow(run, this.queued(run.id))
    const isSame = old !== undefined && JSON.stringify(old.row) === JSON.stringify(row)
    this.entries.set(run.id, { run, row: isSame ? old.row : row, read })
    if (tell && !isSame) this.events.emit('run:changed', row)
  }
}
