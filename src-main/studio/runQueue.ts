import { ContractError } from '../contract/contractError.ts'
import type { QueueEntry, RunProgress } from '../contract/runContract.ts'
import type { Progress } from '../core/training/trainingLoop.ts'
import type { EnginePool } from './enginePool.ts'
import type { EventHub } from './eventHub.ts'
import { problemOf } from './failures.ts'
import type { ClockPort, EngineProcess, LeaveAs, RunsPort, TrainingEvent } from './ports.ts'
import { PartWait } from './partWait.ts'
import type { RunIndex } from './runIndex.ts'

/** Milliseconds between two reports of one run: four a second. */
const REPORT_PACE = 240

interface Entry extends QueueEntry {
  /** While it trains. */
  engine?: EngineProcess
  /** Settles when it has left its engine. */
  done?: Promise<void>
  /** It is to train again as soon as it has been paused. */
  isWanted?: boolean
  progress?: RunProgress
  reportedAt: number
}

export interface QueueSurroundings {
  library: string
  runs: RunsPort
  clock: ClockPort
  pool: EnginePool
  events: EventHub
  index: RunIndex
  /** Keeps what waits and trains for the next start of the program. */
  keep(ids: readonly string[]): void
  /** How many train at once, and with how many threads each. */
  capacity(): { slots: number; threads: number | 'auto' }
}

/**
 * The runs that wait, train or are paused in this program, first come first served, except that a run waits for those
 * that it starts from. An engine process dies with at most
 * its own run, which is left interrupted; the others go on with a new process.
 */
export class RunQueue {
  private entries: Entry[] = []
  private told = '[]'
  private closed = false

  private readonly parts: PartWait

  constructor(private readonly world: QueueSurroundings) {
    const tell = (runId: string, message: string) => this.tell('warning', runId, message)
    this.parts = new PartWait(world.index, (id) => this.stateOf(id), tell)
  }

  list(): QueueEntry[] {
    return this.entries.map(({ runId, state }) => {
      const waitsFor = state === 'waiting' ? this.parts.partsOf(runId) : []
      return { runId, state, ...(waitsFor.length > 0 && { waitsFor }) }
    })
  }

  stateOf(id: string): QueueEntry['state'] | undefined {
    return this.find(id)?.state
  }

  activity(): { running: number; waiting: number; fraction: number | undefined } {
    const running = this.entries.filter(({ engine }) => engine)
    const fractions = running.flatMap(({ progress }) => (progress ? [fractionOf(progress)] : []))
    const sum = fractions.reduce((total, fraction) => total + fraction, 0)
    return {
      running: running.length,
      waiting: this.entries.filter(({ state }) => state === 'waiting').length,
      fraction: fractions.length ? sum / fractions.length : undefined,
    }
  }

  /** Puts runs at the end; one that is paused here goes on from its place. */
  add(ids: readonly string[]): void {
    for (const id of ids) {
      const entry = this.find(id)
      if (!entry) this.entries.push({ runId: id, state: 'waiting', reportedAt: -Infinity })
      else if (entry.state === 'paused') entry.state = 'waiting'
      else if (entry.state === 'pausing' || entry.state === 'stopping') entry.isWanted = true
    }
    this.changed(ids)
    this.fill()
  }

  /** Checkpoints a run, which keeps its place. Rejects when it is not in the queue. */
  async pause(id: string): Promise<void> {
    const entry = this.require(id)
    entry.isWanted = false
    if (entry.engine) return this.leave(entry, 'paused')
    if (entry.state !== 'waiting') return
    entry.state = 'paused'
    this.changed([id])
    await this.mark(id, 'paused')
  }

  /** Checkpoints a run and takes it out of the queue. */
  async stop(id: string): Promise<void> {
    const entry = this.find(id)
    if (!entry) return
    entry.isWanted = false
    if (entry.engine) return this.leave(entry, 'interrupted')
    this.drop(entry)
    if (this.world.index.peek(id)?.state === 'paused') await this.mark(id, 'interrupted')
  }

  /** Moves a waiting run to a position among those that wait. */
  move(id: string, position: number): void {
    const moved = this.require(id)
    if (moved.state !== 'waiting')
      throw new ContractError('not-waiting', `Run ${id} does not wait any more, so it has no turn to move.`)
    const waiting = this.entries.filter((entry) => entry.state === 'waiting' && entry !== moved)
    waiting.splice(position, 0, moved)
    this.entries = this.entries.map((entry) => (entry.state === 'waiting' ? waiting.shift()! : entry))
    this.changed([])
  }

  /** Starts what may start now: after every change of the queue or of the settings. */
  fill(): void {
    const { slots, threads } = this.world.capacity()
    for (let free = slots - this.activity().running; free > 0 && !this.closed; free--) {
      const next = this.entries.find(
        ({ state, runId }) => state === 'waiting' && this.parts.partsOf(runId).length === 0,
      )
      if (!next) break
      this.start(next, threads)
    }
    this.tellChanges()
  }

  /** Checkpoints what trains and waits for it; nothing starts any more. */
  async close(): Promise<void> {
    this.closed = true
    const training = this.entries.filter(({ engine }) => engine)
    for (const entry of training) this.leave(entry, 'interrupted')
    await Promise.all(training.map(({ done }) => done))
  }

  private find(id: string): Entry | undefined {
    return this.entries.find(({ runId }) => runId === id)
  }

  private require(id: string): Entry {
    const entry = this.find(id)
    if (entry) return entry
    throw new ContractError('not-queued', `Run ${id} neither waits nor trains in this program.`)
  }

  private start(entry: Entry, threads: number | 'auto'): void {
    entry.state = 'starting'
    entry.progress = undefined
    try {
      entry.engine = this.world.pool.take()
    } catch (error) {
      this.tell('error', entry.runId, `Run ${entry.runId} cannot start: ${problemOf(error).message}`)
      return this.drop(entry)
    }
    entry.done = this.train(entry, entry.engine, threads)
    this.changed([entry.runId])
  }

  private async train(entry: Entry, engine: EngineProcess, threads: number | 'auto'): Promise<void> {
    const { library, pool, index } = this.world
    const { runId } = entry
    try {
      const job = { library, runId, threads }
      const { status } = await engine.train(job, (event) => this.hear(entry, event))
      // Read before it leaves the queue: the row known so far says that somebody trains it.
      await index.follow(runId)
      // Not before: who stops this run until then must not stop the next one on the same engine.
      pool.giveBack(engine)
      await this.settle(entry, status)
    } catch (error) {
      pool.giveBack(engine)
      await this.afterFailure(entry, problemOf(error))
    }
    this.fill()
  }

  /** A training has come to an end that was asked for. */
  private async settle(entry: Entry, status: 'finished' | LeaveAs): Promise<void> {
    entry.engine = undefined
    const isStopped = entry.state === 'stopping'
    if (entry.isWanted && status !== 'finished') {
      entry.state = 'waiting'
      entry.isWanted = false
      return this.changed([entry.runId])
    }
    if (status === 'paused' && !isStopped) {
      entry.state = 'paused'
      return this.changed([entry.runId])
    }
    this.drop(entry)
    if (status === 'paused') await this.mark(entry.runId, 'interrupted')
  }

  private async afterFailure(
    entry: Entry,
    { code, message }: { code: string; message: string },
  ): Promise<void> {
    const { runId } = entry
    entry.engine = undefined
    if (code === 'crashed') {
      const after = 'What it had stored is kept: resume it to go on from its last checkpoint.'
      this.tell('error', runId, `Run ${runId} was interrupted. ${message} ${after}`)
      this.fill()
      await this.mark(runId, 'interrupted')
    } else {
      this.tell('error', runId, `Run ${runId} ended with an error: ${message}`)
      await this.world.index.follow(runId)
    }
    this.drop(entry)
  }

  private leave(entry: Entry, leaveAs: LeaveAs): void {
    entry.state = leaveAs === 'paused' ? 'pausing' : 'stopping'
    entry.engine?.stop(leaveAs)
    this.changed([entry.runId])
  }

  private hear(entry: Entry, event: TrainingEvent): void {
    const { runId } = entry
    if (entry.state === 'starting') {
      entry.state = 'running'
      this.changed([runId])
    }
    if (event.kind === 'notice') this.tell('warning', runId, event.message)
    else if (event.kind === 'progress') this.report(entry, event)
    else if (event.kind === 'ranking')
      this.world.events.emit('run:ranking', { runId, users: event.users, of: event.of })
    else {
      const { record, bestEpoch } = event
      this.world.events.emit('run:epoch', { runId, record, bestEpoch })
      void this.world.index.follow(runId)
    }
  }

  private report(entry: Entry, progress: Progress): void {
    const { epoch, epochs, step, stepsPerEpoch, loss, samplesPerSecond, secondsLeft } = progress
    const place = { epoch, epochs, step, stepsPerEpoch }
    entry.progress = { runId: entry.runId, ...place, loss, samplesPerSecond, secondsLeft }
    const now = this.world.clock.now()
    if (now - entry.reportedAt < REPORT_PACE) return
    entry.reportedAt = now
    this.world.events.emit('run:progress', entry.progress)
  }

  /** Writes the status of a run that nobody trains; one that cannot be written is shown by its lock anyway. */
  private async mark(id: string, status: LeaveAs): Promise<void> {
    await this.world.runs.setStatus(id, status).catch(() => undefined)
    await this.world.index.follow(id)
  }

  private drop(entry: Entry): void {
    this.entries = this.entries.filter((each) => each !== entry)
    this.changed([entry.runId])
  }

  private tell(level: 'warning' | 'error', runId: string, message: string): void {
    this.world.events.emit('app:notice', { level, message, runId })
  }

  private changed(ids: readonly string[]): void {
    for (const id of ids) this.world.index.restate(id)
    this.tellChanges()
  }

  private tellChanges(): void {
    const list = this.list()
    if (!this.closed) this.parts.remind(list.flatMap(({ runId, waitsFor }) => (waitsFor ? [runId] : [])))
    const text = JSON.stringify(list)
    if (text === this.told) return
    this.told = text
    // What is checkpointed for the end of the program stays kept.
    if (!this.closed) this.world.keep(this.entries.filter(isUnderWay).map(({ runId }) => runId))
    this.world.events.emit('queue:changed', list)
  }
}

/** Neither paused nor stopped by a person: it would go on by itself. */
function isUnderWay({ state, isWanted }: Entry): boolean {
  return isWanted === true || state === 'waiting' || state === 'starting' || state === 'running'
}

function fractionOf({ epoch, epochs, step, stepsPerEpoch }: RunProgress): number {
  return (epoch - 1 + step / Math.max(stepsPerEpoch, 1)) / epochs
}
