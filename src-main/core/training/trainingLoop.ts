import type { EngineState, Scorer, StepRange } from '../engine.ts'
import { isOutOfPatience } from '../run/earlyStopping.ts'
import { bestEpoch, type EpochRecord, type RunMetrics } from '../run/epochRecord.ts'
import type { RunConfig } from '../run/runConfig.ts'
import { metricsOf } from './finalEvaluation.ts'
import type { FullRanking, RankingHost } from './fullRanking.ts'
import type { HeldOutEvaluation } from './heldOutEvaluation.ts'

/** What the loop trains: an engine's session, or the fit of a baseline. Calls are made one at a time. */
export interface Training extends Scorer {
  readonly stepsPerEpoch: number
  /** Adds to the range's `lossSum`; without one for a model that has no loss. */
  train(range: StepRange): Promise<{ lossSum?: number; samples: number }>
  /** Brings the model up to the last step, before it is asked for scores. */
  flush(): Promise<void>
  /** All that is needed to go on; undefined for a training that begins anew instead. */
  readState(): Promise<EngineState | undefined>
}

/** Where a training stands: before step `step` (from 0) of epoch `epoch` (from 1), with that epoch's sums so far. */
export interface TrainingPosition {
  epoch: number
  step: number
  /** Undefined for a model without a loss. */
  lossSum?: number
  samples: number
  trainSeconds: number
}

export interface Progress {
  epoch: number
  epochs: number
  step: number
  stepsPerEpoch: number
  /** Mean loss of the epoch so far; models in closed form have none. */
  loss?: number
  /** Of the latest slice. */
  samplesPerSecond: number
  /** To the end of the run, at this epoch's mean speed. */
  secondsLeft: number
}

/** What surrounds the loop: time, storage, the wish to stop. The loop itself is pure. */
export interface TrainingHost extends RankingHost {
  /** Milliseconds of a steady clock. */
  now(): number
  progress(progress: Progress): void
  /** An epoch is done; all rows are up to date. Returns when everything is stored. */
  epochDone(record: EpochRecord, isBest: boolean, next: TrainingPosition): Promise<void>
  /** Stores a state from the middle of an epoch. */
  checkpoint(position: TrainingPosition, state: EngineState): Promise<void>
}

export interface TrainingPlan {
  session: Training
  evaluation: HeldOutEvaluation
  /** Of the same items among all, where the configuration asks for it between epochs. */
  fullRanking?: FullRanking
  config: Pick<RunConfig, 'selection' | 'fullRanking'> & { epochs: number; patience?: number }
  /** Epochs that are done. */
  epochs: readonly EpochRecord[]
  start: TrainingPosition
}

/** Milliseconds of training between looks at the host: four updates a second. */
const SLICE_MILLISECONDS = 250
/** Steps before the first look, which only then shows how long they take: fewer where an epoch has few long ones. */
const FIRST_SLICE = 16
/** Milliseconds of training after which the middle of an epoch is worth a checkpoint. */
const CHECKPOINT_MILLISECONDS = 30_000

/** Raised when the loss is no longer a number: going on, or trying again from the same seed, cannot help. */
export class DivergedError extends Error {
  override name = 'DivergedError'
  readonly code = 'diverged'

  constructor(epoch: number, step: number) {
    super(
      `The loss is no longer a number in epoch ${epoch}, before step ${step}: train anew with a lower learning rate.`,
    )
  }
}

export function startOfEpoch(epoch: number): TrainingPosition {
  return { epoch, step: 0, lossSum: 0, samples: 0, trainSeconds: 0 }
}

/**
 * Trains until the configured number of epochs is reached, patience runs out, or the host wants to stop, in which case
 * the state is checkpointed first. The numbers do not depend on where it stops and starts again. Throws DivergedError.
 */
export class TrainingLoop {
  private position: TrainingPosition
  private readonly epochs: EpochRecord[]
  private sliceSteps: number
  private lastCheckpoint: number

  constructor(
    private readonly plan: TrainingPlan,
    private readonly host: TrainingHost,
  ) {
    this.position = { ...plan.start }
    this.epochs = [...plan.epochs]
    this.sliceSteps = Math.min(FIRST_SLICE, Math.ceil(plan.session.stepsPerEpoch / 1000))
    this.lastCheckpoint = host.now()
  }

  async run(): Promise<'finished' | 'interrupted'> {
    const { config } = this.plan
    while (this.position.epoch <= config.epochs && !isOutOfPatience(this.epochs, config)) {
      if (!(await this.finishSteps())) return 'interrupted'
      if (!(await this.finishEpoch())) return 'interrupted'
    }
    return 'finished'
  }

  /** The epoch's remaining steps; false if the host wanted to stop. */
  private async finishSteps(): Promise<boolean> {
    const { session } = this.plan
    while (this.position.step < session.stepsPerEpoch) {
      if (this.host.shouldStop()) {
        await this.saveState()
        return false
      }
      await this.trainSlice()
      if (this.host.now() - this.lastCheckpoint > CHECKPOINT_MILLISECONDS) await this.saveState()
    }
    return true
  }

  private async trainSlice(): Promise<void> {
    const { session } = this.plan
    const { epoch, step, lossSum } = this.position
    const toStep = Math.min(session.stepsPerEpoch, step + this.sliceSteps)
    const start = this.host.now()
    const slice = await session.train({ epoch, fromStep: step, toStep, lossSum })
    if (slice.lossSum !== undefined && !Number.isFinite(slice.lossSum)) throw new DivergedError(epoch, toStep)
    const milliseconds = Math.max(this.host.now() - start, 0.001)
    this.position.step = toStep
    this.position.lossSum = slice.lossSum
    this.position.samples += slice.samples
    this.position.trainSeconds += milliseconds / 1000
    const wanted = ((toStep - step) * SLICE_MILLISECONDS) / milliseconds
    this.sliceSteps = Math.max(1, Math.round(Math.min(wanted, this.sliceSteps * 4)))
    this.reportProgress((slice.samples * 1000) / milliseconds)
  }

  private reportProgress(samplesPerSecond: number): void {
    const { epoch, step, trainSeconds } = this.position
    const { epochs } = this.plan.config
    const { stepsPerEpoch } = this.plan.session
    const stepsLeft = (epochs - epoch + 1) * stepsPerEpoch - step
    const secondsLeft = (stepsLeft * trainSeconds) / Math.max(step, 1)
    this.host.progress({
      epoch,
      epochs,
      step,
      stepsPerEpoch,
      ...this.meanLoss(),
      samplesPerSecond,
      secondsLeft,
    })
  }

  /** Measures and stores the epoch; false if the host wanted to stop before all items were ranked. */
  private async finishEpoch(): Promise<boolean> {
    const { session, evaluation, config } = this.plan
    const start = this.host.now()
    await session.flush()
    const metrics = await evaluation.evaluate(session)
    const full = await this.rankAllItems()
    if (full === 'stopped') return false
    const { epoch, samples, trainSeconds } = this.position
    const record: EpochRecord = {
      epoch,
      ...this.meanLoss(),
      [config.selection === 'paper' ? 'test' : 'validation']: metrics,
      ...(full && { full }),
      trainSeconds,
      evaluateSeconds: (this.host.now() - start) / 1000,
      samplesPerSecond: samples / trainSeconds,
      step: epoch * session.stepsPerEpoch,
    }
    this.epochs.push(record)
    this.position = startOfEpoch(epoch + 1)
    const isBest = bestEpoch(this.epochs, config.selection) === record
    await this.host.epochDone(record, isBest, this.position)
    this.lastCheckpoint = this.host.now()
    return true
  }

  /**
   * Where it is due after this epoch. It can last longer than the epoch itself, so the state is stored before: the
   * position after an epoch's last step, from which the epoch is measured again.
   */
  private async rankAllItems(): Promise<RunMetrics | 'stopped' | undefined> {
    const { fullRanking, config, session } = this.plan
    const isDue = typeof config.fullRanking === 'number' && this.position.epoch % config.fullRanking === 0
    if (!fullRanking || !isDue) return undefined
    await this.saveState()
    const result = await fullRanking.run(session, this.host)
    return result ? metricsOf(result.ranks) : 'stopped'
  }

  private meanLoss(): { loss?: number } {
    const { lossSum, samples } = this.position
    return lossSum === undefined ? {} : { loss: lossSum / samples }
  }

  private async saveState(): Promise<void> {
    const state = await this.plan.session.readState()
    if (state) await this.host.checkpoint({ ...this.position }, state)
    this.lastCheckpoint = this.host.now()
  }
}
