import type { DatasetShelf } from './datasetShelf.ts'
import type { EventHub } from './eventHub.ts'
import type { LibraryChanges, StudioPorts } from './ports.ts'
import type { RunIndex } from './runIndex.ts'
import type { RunQueue } from './runQueue.ts'

/** Milliseconds between looks at runs that other processes train: one that is killed there changes no file. */
const LOOK = 2000

/** Shows what other processes do in the library: a terminal that trains, renames, imports or removes. */
export class LibraryFollower {
  /** Epochs told of, by run. */
  private readonly toldEpochs = new Map<string, number>()
  private turn: Promise<void> = Promise.resolve()
  private endLooking: () => void = () => undefined
  private closed = false

  constructor(
    private readonly ports: Pick<StudioPorts, 'runs' | 'clock'>,
    private readonly index: RunIndex,
    private readonly queue: RunQueue,
    private readonly shelf: DatasetShelf,
    private readonly events: EventHub,
  ) {
    this.lookLater()
  }

  /** One report after the other, so that rows and epochs are told of in their order. */
  take(changes: LibraryChanges): Promise<void> {
    const taken = this.turn.then(() => this.tell(changes))
    this.turn = taken.catch(() => undefined)
    return taken
  }

  close(): void {
    this.closed = true
    this.endLooking()
  }

  private async tell({ runs, epochs, datasets }: LibraryChanges): Promise<void> {
    await this.index.load()
    // Before rows are read anew: what their summaries say has not been told yet.
    for (const id of epochs) this.toldEpochs.set(id, this.told(id))
    for (const id of runs) await this.index.follow(id)
    // What is finished, or gone, may be what a run here waits for.
    if (runs.size > 0) this.queue.fill()
    for (const id of epochs) {
      if (this.queue.stateOf(id) === undefined) await this.tellEpochs(id)
      // The queue tells of its own; when another process goes on with the run, its summary says from where.
      else this.toldEpochs.delete(id)
    }
    for (const id of datasets) await this.shelf.follow(id)
  }

  private told(id: string): number {
    return this.toldEpochs.get(id) ?? this.index.peek(id)?.summary?.epochsCompleted ?? 0
  }

  private async tellEpochs(id: string): Promise<void> {
    const log = await this.ports.runs.readEpochs(id).catch(() => undefined)
    const row = this.index.peek(id)
    if (!log || !row) return
    // A run that goes on from an older checkpoint has fewer epochs than before.
    const from = Math.min(this.told(id), log.epochs.length)
    const bestEpoch = row.summary?.bestEpoch
    for (const record of log.epochs.slice(from))
      this.events.emit('run:epoch', { runId: id, record, bestEpoch: Math.min(bestEpoch ?? 1, record.epoch) })
    this.toldEpochs.set(id, log.epochs.length)
  }

  private lookLater(): void {
    if (this.closed) return
    this.endLooking = this.ports.clock.after(LOOK, () => void this.look().then(() => this.lookLater()))
  }

  private async look(): Promise<void> {
    const elsewhere = this.index.known().filter((row) => row.elsewhere)
    for (const { id } of elsewhere) await this.index.follow(id)
    if (elsewhere.length > 0) this.queue.fill()
  }
}
