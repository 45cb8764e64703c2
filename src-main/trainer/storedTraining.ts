import type { Dataset } from '../core/dataset/dataset.ts'
import type { EngineState, Scorer } from '../core/engine.ts'
import { describeEarlyStop } from '../core/run/earlyStopping.ts'
import { bestEpoch, type EpochRecord } from '../core/run/epochRecord.ts'
import { fieldsOf, plannedEpochs } from '../core/run/runConfig.ts'
import type { RunRecord } from '../core/run/runRecord.ts'
import { summarizeRun, type RunEnding } from '../core/run/runSummary.ts'
import { FullRanking, type RankingHost } from '../core/training/fullRanking.ts'
import { HeldOutEvaluation } from '../core/training/heldOutEvaluation.ts'
import { TrainingLoop, type TrainingHost, type TrainingPosition } from '../core/training/trainingLoop.ts'
import type { RunStore } from '../node/runStore.ts'
import { appCommit, appVersion } from '../node/provenance.ts'
import { checkpointOf, type SavedTraining } from './checkpoint.ts'
import { evaluateAndStore, rankingHost, ranksAllItems } from './finalEvaluation.ts'
import type { LeaveAs, TrainingEnd, TrainingEvent } from './messages.ts'
import { restoreTraining } from './restoredTraining.ts'
import { loadRunDataset } from './runDataset.ts'
import { describeDifferences, originHere } from './runOrigin.ts'
import { openStoredModel, type ModelHooks, type StoredModel } from './storedModel.ts'
import { tensorsHash } from './weights.ts'

export interface TrainingHooks extends ModelHooks {
  emit(event: TrainingEvent): void
  /** How the run is to be left, once it is to stop; undefined while it goes on. */
  stopWish(): LeaveAs | undefined
}

/**
 * Trains a stored run from where it stands until it is finished or stopped, holding its lock. Its record, epochs and
 * checkpoints are on disk before each epoch is told of. An error marks the run failed (it can still be resumed) and
 * is thrown on.
 */
export async function trainStoredRun(
  store: RunStore,
  runId: string,
  hooks: TrainingHooks,
): Promise<TrainingEnd> {
  const lock = await store.lock(runId, { wait: true })
  try {
    const { record } = await store.read(runId)
    if (record.status === 'finished') return { runId, status: 'finished', summary: record.summary }
    await store.updateRecord(runId, { status: 'running', error: undefined })
    await store.removeEvaluation(runId)
    return await trainToEnd(store, record, lock.lost, hooks)
  } catch (error) {
    if (!lock.lost.aborted) await markFailed(store, runId, error as Error & { code?: string })
    throw error
  } finally {
    await lock.release()
  }
}

async function markFailed(store: RunStore, runId: string, error: Error & { code?: string }): Promise<void> {
  const failure = { code: error.code ?? error.name, message: error.message }
  try {
    await store.updateRecord(runId, { status: 'failed', error: failure })
    await store.log(runId, `Failed: ${error.stack ?? error.message}`)
  } catch {
    // A full or lost disk is often the very error; it is thrown on, and the run will be shown as interrupted.
  }
}

async function trainToEnd(
  store: RunStore,
  record: RunRecord,
  lost: AbortSignal,
  hooks: TrainingHooks,
): Promise<TrainingEnd> {
  const { dataset } = await loadRunDataset(store.libraryDir, record)
  const notice = (message: string) => {
    hooks.emit({ kind: 'notice', message })
    // The log is for reading: a disk that refuses it must not undo what is stored already.
    void store.log(record.id, message).catch(() => {})
  }
  const model = await openStoredModel({ store, record, dataset, notice }, hooks)
  try {
    return await new StoredTraining(store, record, lost, dataset, model, hooks, notice).run()
  } finally {
    await model.dispose()
  }
}

/** One run on its way through the loop: what it reads and writes of the store. */
class StoredTraining implements TrainingHost {
  private readonly runId: string
  private epochs: EpochRecord[] = []
  private readonly ranking: RankingHost

  constructor(
    private readonly store: RunStore,
    private readonly record: RunRecord,
    private readonly lost: AbortSignal,
    private readonly dataset: Dataset,
    private readonly model: StoredModel,
    private readonly hooks: TrainingHooks,
    private readonly notice: (message: string) => void,
  ) {
    this.runId = record.id
    this.ranking = rankingHost(hooks)
  }

  async run(): Promise<TrainingEnd> {
    const { config } = this.record
    const split = config.selection === 'paper' ? 'test' : 'validation'
    const evaluation = new HeldOutEvaluation(this.dataset, split)
    const fullRanking = new FullRanking(this.dataset, split)
    const start = await this.restore()
    await this.log(`Training from epoch ${start.epoch}, step ${start.step}.`)
    const plan = {
      session: this.model.training,
      evaluation,
      fullRanking,
      config: { ...config, epochs: plannedEpochs(config) },
      epochs: this.epochs,
      start,
    }
    const status = await new TrainingLoop(plan, this).run()
    return (status === 'finished' && (await this.finish())) || this.interrupt()
  }

  now(): number {
    return performance.now()
  }

  shouldStop(): boolean {
    return this.ranking.shouldStop()
  }

  /** Whoever has taken the run meanwhile writes it: what is measured here must not be stored. */
  async ranked(users: number, of: number): Promise<void> {
    await this.ranking.ranked(users, of)
    this.lost.throwIfAborted()
  }

  progress(progress: Parameters<TrainingHost['progress']>[0]): void {
    this.hooks.emit({ kind: 'progress', ...progress })
  }

  /** The line first, the checkpoint after it: a kill in between costs the epoch's time, not its numbers. */
  async epochDone(record: EpochRecord, isBest: boolean, next: TrainingPosition): Promise<void> {
    this.lost.throwIfAborted()
    this.epochs.push(record)
    await this.store.appendEpoch(this.runId, record)
    if (isBest) await this.writeBest(record.epoch)
    const state = await this.model.training.readState()
    if (state) await this.writeLast({ position: next, state })
    const summary = summarizeRun(this.epochs, this.record.config.selection)!
    await this.store.updateRecord(this.runId, { summary })
    this.hooks.emit({ kind: 'epoch', record, bestEpoch: summary.bestEpoch })
  }

  checkpoint(position: TrainingPosition, state: EngineState): Promise<void> {
    return this.writeLast({ position, state })
  }

  private async writeBest(epoch: number): Promise<void> {
    const tensors = await this.model.tensors()
    const { config, data } = this.record
    const metadata = { epoch: String(epoch), step: '0', fingerprint: data.fingerprint, model: config.model }
    await this.store.writeCheckpoint(this.runId, 'best', tensors, metadata)
  }

  private async writeLast(saved: SavedTraining): Promise<void> {
    this.lost.throwIfAborted()
    const { tensors, metadata } = checkpointOf(saved, this.model.layout, this.model.engine.name)
    const { fingerprint } = this.record.data
    await this.store.writeCheckpoint(this.runId, 'last', tensors, { ...metadata, fingerprint })
  }

  private async restore(): Promise<TrainingPosition> {
    const { store, runId, model, notice } = this
    const { position, epochs } = await restoreTraining({ store, runId, model, notice })
    this.epochs = epochs
    if (position.epoch > 1 || position.step > 0) await this.compareOrigin()
    return position
  }

  private async compareOrigin(): Promise<void> {
    const program = { appVersion: await appVersion(), commit: appCommit() }
    const here = originHere(this.model.engine, program)
    const differences = describeDifferences(this.record.provenance, here)
    if (differences) this.notice(differences)
  }

  /** The log is for reading: a disk that refuses it must not undo what is stored already. */
  private async log(message: string): Promise<void> {
    await this.store.log(this.runId, message).catch(() => {})
  }

  private async interrupt(): Promise<TrainingEnd> {
    const status = this.hooks.stopWish() ?? 'interrupted'
    await this.store.updateRecord(this.runId, { status })
    const how = status === 'paused' ? 'Paused' : 'Interrupted'
    await this.log(`${how}; ${this.model.goesOn ? 'checkpoint written' : 'it will be fitted anew'}.`)
    return {
      runId: this.runId,
      status,
      summary: summarizeRun(this.epochs, this.record.config.selection),
    }
  }

  /** Undefined when the run was asked to stop before all items were ranked: its checkpoint is after the last epoch. */
  private async finish(): Promise<TrainingEnd | undefined> {
    const { config } = this.record
    const weights = tensorsHash(await this.model.tensors())
    const measured = await this.withBest((model) => this.measure(model))
    if (!measured) return undefined
    const stoppedEarly = this.epochs.length < plannedEpochs(config) ? true : undefined
    const summary = summarizeRun(this.epochs, config.selection, {
      ...measured,
      stoppedEarly,
      weightsHash: weights,
    })
    await this.store.updateRecord(this.runId, { status: 'finished', summary })
    if (stoppedEarly) await this.log(describeEarlyStop(this.epochs.length, fieldsOf(config)))
    await this.log(`Finished; weights ${weights}.`)
    return { runId: this.runId, status: 'finished', summary }
  }

  private measure(model: Scorer): Promise<RunEnding | undefined> {
    const all = ranksAllItems(this.record.config)
    return evaluateAndStore(this.store, this.runId, { model, dataset: this.dataset, all }, this)
  }

  /** The weights of the best epoch: those of the training, or, after a later epoch, those that are stored. */
  private async withBest<T>(use: (model: Scorer) => Promise<T>): Promise<T> {
    const best = bestEpoch(this.epochs, this.record.config.selection)!
    if (best.epoch === this.epochs.length) return use(this.model.training)
    const { tensors } = await this.store.readCheckpoint(this.runId, 'best')
    return this.model.withStored(tensors, use)
  }
}
