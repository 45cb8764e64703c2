import { setImmediate } from 'node:timers/promises'
import type { BaselineFit } from '../core/baselines/baselineFit.ts'
import type { EngineState, RankingTask, Scorer, StepRange } from '../core/engine.ts'
import type { Training } from '../core/training/trainingLoop.ts'

/** A baseline's fit as the training loop has it: its slices are the steps. */
export class BaselineTraining implements Training {
  readonly stepsPerEpoch: number
  private stepsTaken = 0
  /** Of the tensors as they are; a step makes it out of date. */
  private scorer: Scorer | undefined

  constructor(
    private readonly fit: BaselineFit,
    /** Training positives: what an epoch goes over. */
    private readonly positives: number,
  ) {
    this.stepsPerEpoch = fit.slices
  }

  async train({ epoch, fromStep, toStep, lossSum = 0 }: StepRange) {
    let sum: number | undefined = lossSum
    this.scorer = undefined
    for (let step = fromStep; step < toStep; step++) {
      // The work is done in this thread, which must hear of a wish to stop.
      await setImmediate()
      const part = this.fit.work(epoch, step)
      sum = part === undefined ? undefined : (sum ?? 0) + part
    }
    this.stepsTaken = (epoch - 1) * this.stepsPerEpoch + toStep
    const samples = this.positivesBefore(toStep) - this.positivesBefore(fromStep)
    return { samples, ...(sum !== undefined && { lossSum: sum }) }
  }

  /** Whether readState() is all that is needed to go on. */
  get goesOn(): boolean {
    return this.fit.restore !== undefined
  }

  flush(): Promise<void> {
    return Promise.resolve()
  }

  readState(): Promise<EngineState | undefined> {
    if (!this.goesOn) return Promise.resolve(undefined)
    const entries = this.fit.tensors().map(({ name, data }) => [name, data])
    return Promise.resolve({ steps: this.stepsTaken, tensors: Object.fromEntries(entries) })
  }

  /** Throws EngineError 'bad-weights'. */
  writeState({ steps, tensors }: EngineState): Promise<void> {
    const stored = this.fit
      .tensors()
      .flatMap(({ name, shape }) => (name in tensors ? [{ name, shape, data: tensors[name] }] : []))
    this.fit.restore?.(stored)
    this.scorer = undefined
    this.stepsTaken = steps
    return Promise.resolve()
  }

  scorePairs(users: Int32Array, items: Int32Array): Promise<Float32Array> {
    return this.current().scorePairs(users, items)
  }

  scoreAllItems(user: number): Promise<Float32Array> {
    return this.current().scoreAllItems(user)
  }

  rankHeldOut(task: RankingTask): Promise<Int32Array> {
    return this.current().rankHeldOut(task)
  }

  private current(): Scorer {
    return (this.scorer ??= this.fit.scorer())
  }

  /** Steps are of about the same length, so each stands for as many positives. */
  private positivesBefore(step: number): number {
    return Math.round((this.positives * step) / this.stepsPerEpoch)
  }
}
