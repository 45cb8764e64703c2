import type { RunRow } from '../contract/runContract.ts'
import type { QueuePort } from './ports.ts'

/** What the next start of the program offers: the runs that wait and train here, and those left from before. */
export class QueueRecord {
  private left: readonly string[] = []
  private queued: readonly string[] = []
  private stored = ''

  constructor(
    private readonly port: QueuePort,
    /** A queue that cannot be written is worth a warning, not a failure of what is queued. */
    private readonly warn: (error: unknown) => void,
  ) {}

  /** Takes over what programs that have ended have left. */
  async open(): Promise<void> {
    const left = await this.port.left()
    // What was queued meanwhile has come back already.
    this.left = left.filter((id) => !this.queued.includes(id))
    if (left.length > 0) this.store()
  }

  /** The queue of this program has changed. */
  keep(queued: readonly string[]): void {
    this.queued = queued
    this.left = this.left.filter((id) => !queued.includes(id))
    this.store()
  }

  /** Those left from before that can still come back, in their order, as the rows say. */
  leftAmong(rows: ReadonlyMap<string, RunRow>): string[] {
    const left = this.left.filter((id) => isWaiting(rows.get(id)))
    if (left.length < this.left.length) {
      this.left = left
      this.store()
    }
    return left
  }

  close(): Promise<void> {
    return this.port.release().catch(() => undefined)
  }

  private store(): void {
    const runs = [...this.queued, ...this.left]
    if (runs.join() === this.stored) return
    this.stored = runs.join()
    this.port.store(runs).catch(this.warn)
  }
}

function isWaiting(row: RunRow | undefined): boolean {
  return row !== undefined && !row.elsewhere && (row.state === 'created' || row.state === 'interrupted')
}
