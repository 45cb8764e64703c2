import type { TrainingSet } from '../dataset/dataset.ts'
import type { Scorer } from '../engine.ts'
import type { Key } from '../random/philox.ts'
import { deriveKey, keyFromSeed } from '../random/streams.ts'
import type { BaselineConfig } from '../run/runConfig.ts'
import { usersOfPositives } from '../sampling/batches.ts'
import { drawNegative } from '../sampling/negatives.ts'
import { createPermutation, permute } from '../sampling/permutation.ts'
import type { BaselineFit } from './baselineFit.ts'
import { FactorScorer } from './baselineScorer.ts'
import { factorTensors, initialFactors, restoreFactors, type FactorTables } from './factorTables.ts'
import { logistic } from './logistic.ts'
import type { NamedTensor } from './namedTensor.ts'

type BprConfig = Pick<
  Extract<BaselineConfig, { model: 'BPR' }>,
  'factors' | 'learningRate' | 'lambda' | 'seed'
>

/** Of the first factors, times sqrt(factors). */
const INITIAL_DEVIATION = 0.1
/** Factors that are moved between looks at the host: about a twentieth of a second. */
const FACTORS_PER_SLICE = 2e6

/** A user, an item that the user has, and one that the user does not have. */
export interface Triple {
  user: number
  positive: number
  negative: number
}

/**
 * The triples of an epoch as a pure function of (seed, epoch, position): each training positive once, in the order of
 * the stream `shuffle`, with one negative of the stream `negatives`, uniform over the items that the user lacks.
 */
export class TripleSampler {
  private readonly users: Int32Array
  private readonly shuffleKey: Key
  private readonly negativesKey: Key

  constructor(
    private readonly set: TrainingSet,
    seed: string,
  ) {
    this.users = usersOfPositives(set)
    this.shuffleKey = deriveKey(keyFromSeed(seed), 'shuffle')
    this.negativesKey = deriveKey(keyFromSeed(seed), 'negatives')
  }

  /** Positions from..to-1 (from 0) of an epoch (from 1), one after another. */
  *triples(epoch: number, from: number, to: number): Generator<Triple> {
    const permutation = createPermutation(this.users.length, this.shuffleKey, epoch)
    for (let position = from; position < to; position++) {
      const place = permute(permutation, position)
      const user = this.users[place]
      const positive = this.set.trainItems[place]
      const negative = drawNegative(this.set, this.negativesKey, user, place, 1, epoch)
      yield { user, positive, negative }
    }
  }
}

/**
 * BPR-MF (Rendle et al., "BPR: Bayesian personalized ranking from implicit feedback", UAI 2009): stochastic gradient
 * descent on -ln sigmoid(x), x = w_u . (h_i - h_j), one triple of user, positive and sampled negative at a time:
 *
 *   w_u += eta ((1 - sigmoid(x)) (h_i - h_j) - lambda w_u),   h_i += eta ((1 - sigmoid(x)) w_u - lambda h_i),
 *   h_j += eta (-(1 - sigmoid(x)) w_u - lambda h_j)
 *
 * An epoch has each positive once, where the paper draws triples with replacement. Factors are float32, sums float64.
 */
export class BprFit implements BaselineFit {
  readonly slices: number
  private readonly tables: FactorTables
  private readonly sampler: TripleSampler
  private readonly positives: number

  constructor(
    set: TrainingSet,
    private readonly config: BprConfig,
  ) {
    const { factors, seed } = config
    this.tables = initialFactors(set, config, INITIAL_DEVIATION / Math.sqrt(factors))
    this.sampler = new TripleSampler(set, seed)
    this.positives = set.trainItems.length
    this.slices = Math.max(1, Math.ceil((this.positives * (factors + 64)) / FACTORS_PER_SLICE))
  }

  work(epoch: number, slice: number): number {
    const boundOf = (index: number) => Math.round((this.positives * index) / this.slices)
    let loss = 0
    for (const triple of this.sampler.triples(epoch, boundOf(slice), boundOf(slice + 1)))
      loss += this.descend(triple)
    return loss
  }

  tensors(): NamedTensor[] {
    return factorTensors(this.tables, this.config.factors)
  }

  restore(tensors: readonly NamedTensor[]): void {
    restoreFactors(this.tables, this.config.factors, tensors)
  }

  scorer(): Scorer {
    return new FactorScorer(this.tables.user, this.tables.item, this.config.factors)
  }

  /** The paper's step on one triple, with all rows as they were before it. Returns the loss before the step. */
  private descend({ user, positive, negative }: Triple): number {
    const { factors, learningRate, lambda } = this.config
    const { user: w, item: h } = this.tables
    const last = (user + 1) * factors
    const toPositive = (positive - user) * factors
    const toNegative = (negative - user) * factors
    let x = 0
    for (let k = user * factors; k < last; k++) x += w[k] * (h[k + toPositive] - h[k + toNegative])
    const { probability, loss } = logistic(x)
    const pull = learningRate * (1 - probability)
    const keep = 1 - learningRate * lambda
    for (let k = user * factors; k < last; k++) {
      const own = w[k]
      const liked = h[k + toPositive]
      const other = h[k + toNegative]
      w[k] = keep * own + pull * (liked - other)
      h[k + toPositive] = keep * liked + pull * own
      h[k + toNegative] = keep * other - pull * own
    }
    return loss
  }
}
