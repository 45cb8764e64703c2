import type { Dataset } from '../core/dataset/dataset.ts'
import { EngineError, type Engine, type EngineSession, type Scorer } from '../core/engine.ts'
import { initialWeights } from '../core/models/initialWeights.ts'
import { modelSpec } from '../core/models/modelSpec.ts'
import type { Weights } from '../core/models/parameterLayout.ts'
import { describeEarlyStop } from '../core/run/earlyStopping.ts'
import { isPretrained } from '../core/run/partRuns.ts'
import { bestEpoch, type EpochRecord } from '../core/run/epochRecord.ts'
import { isNeural, type NeuralConfig } from '../core/run/runConfig.ts'
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
import { pretrainedStart } from './pretrainedStart.ts'
import { restoreTraining } from './restoredTraining.ts'
import { loadRunDataset } from './runDataset.ts'
import { describeDifferences, originHere } from './runOrigin.ts'
import { withModel } from './scoring.ts'
import { tensorsOf, weightsHash, type ModelShape } from './weights.ts'

type NeuralRecord = RunRecord & { config: NeuralConfig }

export interface TrainingHooks {
  engineFor(config: NeuralConfig): Engine
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
  const { config } = record
  if (!isNeural(config)) throw new EngineError('unavailable', `${config.model} cannot be trained yet.`)
  const { dataset } = await loadRunDataset(store.libraryDir, record)
  const engine = hooks.engineFor(config)
  const spec = modelSpec(config)
  const { userCount, itemCount, trainItems } = dataset
  engine.demand(config, { userCount, itemCount, interactions: trainItems.length })
  const weights = await firstWeights(store, { ...record, config }, { spec, userCount, itemCount }, hooks)
  const session = await engine.openSession({ spec, set: dataset, options: config, weights })
  try {
    const shape = { spec, userCount, itemCount }
    return await new StoredTraining(
      store,
      { ...record, config },
      lost,
      dataset,
      shape,
      engine,
      session,
      hooks,
    ).run()
  } finally {
    await session.dispose()
  }
}

/** Drawn from the seed, or made of the parts of a pre-trained NeuMF. Throws PretrainingError. */
function firstWeights(
  store: RunStore,
  record: NeuralRecord,
  shape: ModelShape,
  hooks: TrainingHooks,
): Promise<Weights> | Weights {
  const { id, config } = record
  if (!isPretrained(config)) return initialWeights(shape.spec, shape.userCount, shape.itemCount, config.seed)
  const notice = (message: string) => {
    hooks.emit({ kind: 'notice', message })
    void store.log(id, message).catch(() => {})
  }
  return pretrainedStart({ store, record: { ...record, config }, shape, notice })
}

/** One run on its way through the loop: what it reads and writes of the store. */
class StoredTraining implements TrainingHost {
  private readonly runId: string
  private epochs: EpochRecord[] = []
  private readonly ranking: RankingHost

  constructor(
    private readonly store: RunStore,
    private readonly record: NeuralRecord,
    private readonly lost: AbortSignal,
    private readonly dataset: Dataset,
    private readonly shape: ModelShape,
    private readonly engine: Engine,
    private readonly session: EngineSession,
    private readonly hooks: TrainingHooks,
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
    const plan = { session: this.session, evaluation, fullRanking, config, epochs: this.epochs, start }
    const status = await new TrainingLoop(plan, this).run()
    return (status === 'finished' && (await this.finish())) || this.interrupt()
  }

  now(): number {
    return performance.now()
  }

  shouldStop(): boolean {
    return this.ranking.shouldStop()
  }

  ranked(users: number, of: number): void | Promise<void> {
    return this.ranking.ranked(users, of)
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
    await this.writeLast({ position: next, state: await this.session.readState() })
    const summary = summarizeRun(this.epochs, this.record.config.selection)!
    await this.store.updateRecord(this.runId, { summary })
    this.hooks.emit({ kind: 'epoch', record, bestEpoch: summary.bestEpoch })
  }

  checkpoint(position: TrainingPosition, state: SavedTraining['state']): Promise<void> {
    return this.writeLast({ position, state })
  }

  private async writeBest(epoch: number): Promise<void> {
    const tensors = tensorsOf(await this.session.readWeights(), this.shape)
    const metadata = { epoch: String(epoch), step: '0', fingerprint: this.record.data.fingerprint }
    await this.store.writeCheckpoint(this.runId, 'best', tensors, metadata)
  }

  private async writeLast(saved: SavedTraining): Promise<void> {
    this.lost.throwIfAborted()
    const { tensors, metadata } = checkpointOf(saved, this.shape, this.engine.info.name)
    const { fingerprint } = this.record.data
    await this.store.writeCheckpoint(this.runId, 'last', tensors, { ...metadata, fingerprint })
  }

  private async restore(): Promise<TrainingPosition> {
    const { store, runId, shape, engine, session } = this
    const notice = (message: string) => this.notice(message)
    const { position, epochs } = await restoreTraining({ store, runId, shape, engine, session, notice })
    this.epochs = epochs
    if (position.epoch > 1 || position.step > 0) await this.compareOrigin()
    return position
  }

  private async compareOrigin(): Promise<void> {
    const program = { appVersion: await appVersion(), commit: appCommit() }
    const here = originHere(this.engine.info, program)
    const differences = describeDifferences(this.record.provenance, here)
    if (differences) this.notice(differences)
  }

  private notice(message: string): void {
    this.hooks.emit({ kind: 'notice', message })
    void this.log(message)
  }

  /** The log is for reading: a disk that refuses it must not undo what is stored already. */
  private async log(message: string): Promise<void> {
    await this.store.log(this.runId, message).catch(() => {})
  }

  private async interrupt(): Promise<TrainingEnd> {
    const status = this.hooks.stopWish() ?? 'interrupted'
    await this.store.updateRecord(this.runId, { status })
    await this.log(`${status === 'paused' ? 'Paused' : 'Interrupted'}; checkpoint written.`)
    return {
      runId: this.runId,
      status,
      summary: summarizeRun(this.epochs, this.record.config.selection),
    }
  }

  /** Undefined when the run was asked to stop before all items were ranked: its checkpoint is after the last epoch. */
  private async finish(): Promise<TrainingEnd | undefined> {
    const { config } = this.record
    const weights = weightsHash(await this.session.readWeights(), this.shape)
    const measured = await this.withBest((model) => this.measure(model))
    if (!measured) return undefined
    const stoppedEarly = this.epochs.length < config.epochs ? true : undefined
    const summary = summarizeRun(this.epochs, config.selection, {
      ...measured,
      stoppedEarly,
      weightsHash: weights,
    })
    await this.store.updateRecord(this.runId, { status: 'finished', summary })
    if (stoppedEarly) await this.log(describeEarlyStop(this.epochs.length, config))
    await this.log(`Finished; weights ${weights}.`)
    return { runId: this.runId, status: 'finished', summary }
  }

  private measure(model: Scorer): Promise<RunEnding | undefined> {
    const all = ranksAllItems(this.record.config)
    return evaluateAndStore(this.store, this.runId, { model, dataset: this.dataset, all }, this.ranking)
  }

  /** The weights of the best epoch: those of the session, or, after a later epoch, those that are stored. */
  private async withBest<T>(use: (model: Scorer) => Promise<T>): Promise<T> {
    const best = bestEpoch(this.epochs, this.record.config.selection)!
    if (best.epoch === this.epochs.length) return use(this.session)
    const { tensors } = await this.store.readCheckpoint(this.runId, 'best')
    return withModel(this.engine, this.dataset, tensors, use)
  }
}
