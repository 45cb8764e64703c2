import {
  EngineError,
  MISS,
  type EngineSession,
  type EngineState,
  type LossSum,
  type RankingTask,
  type StepRange,
  type TrainingProblem,
} from '../../core/engine.ts'
import type { Weights } from '../../core/models/parameterLayout.ts'
import { samplesPerEpoch, stepsPerEpoch, type Batch } from '../../core/sampling/batches.ts'
import type { DatasetShape } from '../../core/training/trainingDemand.ts'
import { writeContext } from './contextBlock.ts'
import { MAXIMUM_BYTES, memoryLayout, type MemoryLayout } from './memoryLayout.ts'
import { CONTEXT_ADDRESS, LINE, Slot, Table } from './slots.ts'
import { ThreadPool } from './threadPool.ts'
import { ThreadTuner } from './threadTuner.ts'
import { requireTensor, WeightsTransfer } from './weightsTransfer.ts'

const PAGE = 65_536
const SIDES = ['users', 'items'] as const
/** Milliseconds of a call: long enough to hide its message, short enough to pause or to report at once. */
const CHUNK_MILLISECONDS = 60
/** The kernel's counter for scoring (kernel/barrier.ts). */
const SCORING_COUNTER = 2

export interface CpuSessionOptions {
  module: WebAssembly.Module
  worker: URL
  /** Threads to start. */
  maximumThreads: number
  /** Threads to train with, if the user has chosen. */
  fixedThreads?: number
}

/** A training on the CPU: the kernel's linear memory, the threads that run it and the tuner of their number. */
export class CpuSession implements EngineSession {
  readonly stepsPerEpoch: number
  private readonly samplesPerEpoch: number
  private readonly transfer: WeightsTransfer
  private chunkSteps = 8
  /** Whether the item halves of the scores (kernel/score.ts) are those of the weights as they are. */
  private isPrepared = false

  private constructor(
    private readonly problem: TrainingProblem,
    private readonly layout: MemoryLayout,
    private readonly memory: WebAssembly.Memory,
    private readonly pool: ThreadPool,
    private readonly tuner: ThreadTuner,
  ) {
    const { set, spec, options } = problem
    this.samplesPerEpoch = samplesPerEpoch(set, options)
    this.stepsPerEpoch = stepsPerEpoch(set, options)
    this.transfer = new WeightsTransfer(spec, layout, () => this.floats(), set.userCount, set.itemCount)
    writeContext(memory, layout, problem)
    this.transfer.writeAll(problem.weights, 'weight')
  }

  static async open(problem: TrainingProblem, options: CpuSessionOptions): Promise<CpuSession> {
    const layout = memoryLayout({ ...problem, shape: shapeOf(problem.set) }, options.maximumThreads)
    const memory = allocate(layout.end)
    const pool = await ThreadPool.start(
      options.worker,
      { module: options.module, memory },
      options.maximumThreads,
    )
    try {
      const tuner = new ThreadTuner(layout.trainingThreads, options.fixedThreads && layout.trainingThreads)
      return new CpuSession(problem, layout, memory, pool, tuner)
    } catch (error) {
      await pool.close()
      throw error
    }
  }

  async train({ epoch, fromStep, toStep, lossSum = 0 }: StepRange): Promise<LossSum> {
    this.requireSteps(fromStep, toStep)
    this.isPrepared = false
    this.setLossSum(lossSum)
    for (let step = fromStep; step < toStep;) {
      const end = Math.min(toStep, step + this.chunkSteps)
      await this.trainChunk(epoch, step, end)
      step = end
    }
    const before = (step: number) => Math.min(this.samplesPerEpoch, step * this.problem.options.batchSize)
    return { lossSum: this.lossSum(), samples: before(toStep) - before(fromStep) }
  }

  async trainBatch({ users, items, labels }: Batch): Promise<LossSum> {
    const { batchSize } = this.problem.options
    if (users.length > batchSize)
      throw new RangeError(`A batch of ${users.length} exceeds the batch size ${batchSize}.`)
    this.isPrepared = false
    this.setLossSum(0)
    this.integers().set(users, this.layout.sampleUsers / 4)
    this.integers().set(items, this.layout.sampleItems / 4)
    this.floats().set(labels, this.layout.sampleLabels / 4)
    await this.pool.call('trainGiven', this.tuner.next(), users.length)
    return { lossSum: this.lossSum(), samples: users.length }
  }

  async sampleBatch(epoch: number, step: number): Promise<Batch> {
    this.requireSteps(step, step + 1)
    const { batchSize } = this.problem.options
    const length = Math.min(batchSize, this.samplesPerEpoch - step * batchSize)
    await this.pool.call('sample', this.pool.size, epoch, step)
    const { sampleUsers, sampleItems, sampleLabels } = this.layout
    return {
      users: this.integers().slice(sampleUsers / 4, sampleUsers / 4 + length),
      items: this.integers().slice(sampleItems / 4, sampleItems / 4 + length),
      labels: this.floats().slice(sampleLabels / 4, sampleLabels / 4 + length),
    }
  }

  async flush(): Promise<void> {
    this.isPrepared = false
    await this.pool.call('flush', this.pool.size)
  }

  async scorePairs(users: Int32Array, items: Int32Array): Promise<Float32Array> {
    const pairs = users.length
    const [usersAt, itemsAt, scoresAt] = this.request(pairs, pairs, pairs)
    this.integers().set(users, usersAt / 4)
    this.integers().set(items, itemsAt / 4)
    await this.prepareScoring()
    await this.callScoring('scoreRuns', usersAt, itemsAt, pairs, scoresAt)
    return this.floats().slice(scoresAt / 4, scoresAt / 4 + pairs)
  }

  scoreAllItems(user: number): Promise<Float32Array> {
    return this.scoreUsers(Int32Array.of(user))
  }

  scoreUsers(users: Int32Array): Promise<Float32Array> {
    const { itemCount } = this.problem.set
    const pairUsers = new Int32Array(users.length * itemCount)
    const pairItems = new Int32Array(users.length * itemCount)
    users.forEach((user, row) => {
      pairUsers.fill(user, row * itemCount, (row + 1) * itemCount)
      for (let item = 0; item < itemCount; item++) pairItems[row * itemCount + item] = item
    })
    return this.scorePairs(pairUsers, pairItems)
  }

  async rankHeldOut({ heldOut, candidateStart, candidates }: RankingTask): Promise<Int32Array> {
    const users = heldOut.length
    const [heldOutAt, startsAt, candidatesAt, ranksAt] = this.request(
      users,
      users + 1,
      candidates.length,
      users,
    )
    const integers = this.integers()
    integers.set(heldOut, heldOutAt / 4)
    integers.set(candidateStart, startsAt / 4)
    integers.set(candidates, candidatesAt / 4)
    integers.fill(MISS, ranksAt / 4, ranksAt / 4 + users)
    await this.prepareScoring()
    await this.callScoring('rankUsers', heldOutAt, startsAt, candidatesAt, ranksAt)
    return this.integers().slice(ranksAt / 4, ranksAt / 4 + users)
  }

  async readWeights(): Promise<Weights> {
    await this.flush()
    return this.transfer.readAll('weight')
  }

  async readState(): Promise<EngineState> {
    const tensors: EngineState['tensors'] = this.transfer.readAll('weight')
    for (const role of this.momentRoles()) {
      for (const [name, values] of Object.entries(this.transfer.readAll(role)))
        tensors[`optimizer.${role}.${name}`] = values
    }
    for (const side of SIDES) tensors[`optimizer.last.${side}`] = this.lastUpdates(side).slice()
    return { steps: this.integers()[CONTEXT_ADDRESS / 4 + Slot.stepsTaken], tensors }
  }

  async writeState(state: EngineState): Promise<void> {
    this.requireState(state)
    const { steps, tensors } = state
    this.isPrepared = false
    this.transfer.writeAll(tensors, 'weight')
    for (const role of this.momentRoles()) this.transfer.writeAll(tensors, role, `optimizer.${role}.`)
    for (const side of SIDES) this.lastUpdates(side).set(tensors[`optimizer.last.${side}`])
    this.integers()[CONTEXT_ADDRESS / 4 + Slot.stepsTaken] = steps
  }

  dispose(): Promise<void> {
    return this.pool.close()
  }

  /** The whole state, before any of it is written. */
  private requireState({ steps, tensors }: EngineState): void {
    this.transfer.requireAll(tensors)
    for (const role of this.momentRoles()) this.transfer.requireAll(tensors, `optimizer.${role}.`)
    for (const side of SIDES) {
      const name = `optimizer.last.${side}`
      requireTensor(tensors, name, Int32Array, [this.lastUpdates(side).length])
      if (tensors[name].some((step) => step < 0 || step > steps))
        throw new EngineError('bad-weights', `${name} has steps that are not among the ${steps} taken.`)
    }
  }

  /** Beyond an epoch's last step the kernel's 32-bit positions would wrap around. */
  private requireSteps(fromStep: number, toStep: number): void {
    const { stepsPerEpoch } = this
    if (fromStep >= 0 && fromStep <= toStep && toStep <= stepsPerEpoch) return
    throw new EngineError(
      'no-such-step',
      `An epoch of this training has the steps 0 to ${stepsPerEpoch - 1}; there are no steps ${fromStep} to ${toStep - 1}.`,
    )
  }

  private async trainChunk(epoch: number, first: number, last: number): Promise<void> {
    const threads = this.tuner.next()
    const start = performance.now()
    await this.pool.call('train', threads, epoch, first, last)
    const milliseconds = Math.max(performance.now() - start, 0.01)
    this.tuner.record(threads, (last - first) / milliseconds)
    const wanted = ((last - first) * CHUNK_MILLISECONDS) / milliseconds
    this.chunkSteps = Math.max(1, Math.round(Math.min(wanted, this.chunkSteps * 2)))
  }

  private momentRoles(): ('m' | 'v')[] {
    return (['m', 'v'] as const).slice(0, this.layout.moments)
  }

  private lastUpdates(side: (typeof SIDES)[number]): Int32Array {
    const start = this.layout[side].fields[Table.last] / 4
    const rows = side === 'users' ? this.problem.set.userCount : this.problem.set.itemCount
    return this.integers().subarray(start, start + rows)
  }

  /** Costs more than one user's scores of all items, so not anew for each of them. */
  private async prepareScoring(): Promise<void> {
    if (this.isPrepared) return
    await this.callScoring('prepareScoring')
    this.isPrepared = true
  }

  private async callScoring(name: string, ...args: number[]): Promise<void> {
    this.integers()[(this.layout.counters + SCORING_COUNTER * LINE) / 4] = 0
    await this.pool.call(name, this.pool.size, ...args)
  }

  /** Addresses for arrays of so many 32-bit values behind the layout; the memory grows if it must. */
  private request(...lengths: number[]): number[] {
    let end = this.layout.end
    const addresses = lengths.map((length) => {
      const address = end
      end += Math.ceil((4 * length) / LINE) * LINE + LINE
      return address
    })
    const missing = end - this.memory.buffer.byteLength
    if (end > MAXIMUM_BYTES)
      throw new EngineError('too-large', 'The pairs to score do not fit into the CPU engine.')
    if (missing > 0) grow(this.memory, missing)
    return addresses
  }

  private setLossSum(sum: number): void {
    new Float64Array(this.memory.buffer)[this.layout.lossSum / 8] = sum
  }

  private lossSum(): number {
    return new Float64Array(this.memory.buffer)[this.layout.lossSum / 8]
  }

  private floats(): Float32Array {
    return new Float32Array(this.memory.buffer)
  }

  private integers(): Int32Array {
    return new Int32Array(this.memory.buffer)
  }
}

function allocate(bytes: number): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({
      initial: Math.ceil(bytes / PAGE),
      maximum: MAXIMUM_BYTES / PAGE,
      shared: true,
    })
  } catch {
    throw new EngineError(
      'too-large',
      `There is not enough memory for this training: it needs ${Math.ceil(bytes / 2 ** 20)} MiB.`,
    )
  }
}

function grow(memory: WebAssembly.Memory, bytes: number): void {
  try {
    memory.grow(Math.ceil(bytes / PAGE))
  } catch {
    throw new EngineError(
      'too-large',
      `There is not enough memory to score so many pairs at once: it takes ${Math.ceil(bytes / 2 ** 20)} MiB more.`,
    )
  }
}

function shapeOf({ userCount, itemCount, trainItems }: TrainingProblem['set']): DatasetShape {
  return { userCount, itemCount, interactions: trainItems.length }
}
