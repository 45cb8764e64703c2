import type { TrainingSet } from '../dataset/dataset.ts'
import { deriveKey, keyFromSeed } from '../random/streams.ts'
import { drawNegative } from './negatives.ts'
import { createPermutation, permute } from './permutation.ts'

/** Labelled pairs; the three arrays have one length. Labels are 1 (positive) or 0. */
export interface Batch {
  users: Int32Array
  items: Int32Array
  labels: Float32Array
}

export interface SamplingOptions {
  seed: string
  batchSize: number
  negativesPerPositive: number
}

/**
 * The batches of a run as a pure function of (seed, epoch, step): the samples of an epoch are numbered
 * 0..P(1+n)-1, sample q being positive q div (1+n) in slot q mod (1+n); slot 0 is the positive itself. Position
 * s * B + b of the epoch's permutation is sample b of step s. Engines compute the same numbers inside.
 */
export class BatchSampler {
  readonly samplesPerEpoch: number
  readonly stepsPerEpoch: number
  private readonly positiveUsers: Int32Array
  private readonly shuffleKey
  private readonly negativesKey

  constructor(
    private readonly set: TrainingSet,
    private readonly options: SamplingOptions,
  ) {
    const seedKey = keyFromSeed(options.seed)
    this.shuffleKey = deriveKey(seedKey, 'shuffle')
    this.negativesKey = deriveKey(seedKey, 'negatives')
    this.positiveUsers = usersOfPositives(set)
    this.samplesPerEpoch = samplesPerEpoch(set, options)
    this.stepsPerEpoch = stepsPerEpoch(set, options)
  }

  /** The batch of a step (from 0) of an epoch (from 1); the epoch's last batch may be shorter. */
  batch(epoch: number, step: number): Batch {
    const first = step * this.options.batchSize
    const length = Math.min(this.options.batchSize, this.samplesPerEpoch - first)
    if (!(length > 0))
      throw new RangeError(`An epoch has ${this.stepsPerEpoch} steps; there is no step ${step}.`)
    const permutation = createPermutation(this.samplesPerEpoch, this.shuffleKey, epoch)
    const batch = {
      users: new Int32Array(length),
      items: new Int32Array(length),
      labels: new Float32Array(length),
    }
    for (let b = 0; b < length; b++) this.writeSample(batch, b, epoch, permute(permutation, first + b))
    return batch
  }

  private writeSample(batch: Batch, b: number, epoch: number, sample: number): void {
    const slots = 1 + this.options.negativesPerPositive
    const positive = Math.floor(sample / slots)
    const slot = sample % slots
    const user = this.positiveUsers[positive]
    batch.users[b] = user
    batch.labels[b] = slot === 0 ? 1 : 0
    batch.items[b] =
      slot === 0
        ? this.set.trainItems[positive]
        : drawNegative(this.set, this.negativesKey, user, positive, slot, epoch)
  }
}

export function samplesPerEpoch(
  set: TrainingSet,
  options: Pick<SamplingOptions, 'negativesPerPositive'>,
): number {
  return set.trainItems.length * (1 + options.negativesPerPositive)
}

export function stepsPerEpoch(set: TrainingSet, options: Omit<SamplingOptions, 'seed'>): number {
  return Math.ceil(samplesPerEpoch(set, options) / options.batchSize)
}

/** The user of each training positive, in the order of trainItems. */
export function usersOfPositives(set: TrainingSet): Int32Array {
  const users = new Int32Array(set.trainItems.length)
  for (let user = 0; user < set.userCount; user++)
    users.fill(user, set.trainStart[user], set.trainStart[user + 1])
  return users
}
