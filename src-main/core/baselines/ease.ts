import type { TrainingSet } from '../dataset/dataset.ts'
import { EngineError, type Scorer } from '../engine.ts'
import type { BaselineConfig } from '../run/runConfig.ts'
import type { BaselineFit } from './baselineFit.ts'
import { BaselineScorer } from './baselineScorer.ts'
import type { Inversion, LinearAlgebra } from './linearAlgebra.ts'
import type { NamedTensor } from './namedTensor.ts'
import { sliceRows } from './workSlices.ts'

type EaseConfig = Pick<Extract<BaselineConfig, { model: 'EASE' }>, 'lambda'>

/** Pairs of items that are counted, or numbers that are divided, between looks at the host. */
const PAIRS_PER_SLICE = 5e7

/**
 * EASE (Steck, "Embarrassingly shallow autoencoders for sparse data", WWW 2019), equations 5 and 8: the ridge
 * regression of each item on all others, in closed form.
 *
 *   P = (X^T X + lambda I)^-1,   B[i, j] = -P[i, j] / P[j, j] for i != j, 0 for i = j,   score(u, j) = sum of B[i, j], i in I_u
 *
 * X is the binary matrix of users and items. P is float64 while it is computed; B is float32, row-major, one row for
 * each item that a user has.
 */
export class EaseFit implements BaselineFit {
  readonly slices: number
  private readonly counting: number[]
  private readonly dividing: number[]
  private readonly inversionSteps: number
  private inversion: Inversion | undefined
  private weight: Float32Array

  constructor(
    private readonly set: TrainingSet,
    private readonly config: EaseConfig,
    private readonly algebra: LinearAlgebra,
  ) {
    const { userCount, itemCount, trainStart } = set
    const pairsOf = (user: number) => (trainStart[user + 1] - trainStart[user]) ** 2 / 2
    this.counting = sliceRows(userCount, pairsOf, PAIRS_PER_SLICE)
    this.dividing = sliceRows(itemCount, () => itemCount, PAIRS_PER_SLICE)
    this.inversion = algebra.openInversion(itemCount)
    this.inversionSteps = this.inversion.steps
    this.slices = this.counting.length - 1 + this.inversionSteps + this.dividing.length - 1
    this.weight = new Float32Array()
  }

  work(_epoch: number, slice: number): undefined {
    const counted = this.counting.length - 1
    const inverted = counted + this.inversionSteps
    const inversion = this.begin(slice)
    if (slice < counted) this.count(inversion, this.counting[slice], this.counting[slice + 1])
    else if (slice < inverted) inversion.step(slice - counted)
    else this.divide(inversion, this.dividing[slice - inverted], this.dividing[slice - inverted + 1])
    // The inverse is twice as large as what comes of it.
    if (slice === this.slices - 1) this.inversion = undefined
  }

  tensors(): NamedTensor[] {
    const { itemCount } = this.set
    return [{ name: 'item.weight', shape: [itemCount, itemCount], data: this.weight }]
  }

  scorer(): Scorer {
    return new ItemWeightScorer(this.set, this.weight)
  }

  private begin(slice: number): Inversion {
    if (slice > 0 && this.inversion) return this.inversion
    this.inversion ??= this.algebra.openInversion(this.set.itemCount)
    const { matrix, stride } = this.inversion
    matrix.fill(0)
    for (let item = 0; item < this.set.itemCount; item++) matrix[item * stride + item] = this.config.lambda
    return this.inversion
  }

  /** X^T X: for each pair of items, users who have both. */
  private count({ matrix, stride }: Inversion, fromUser: number, toUser: number): void {
    const { trainStart, trainItems } = this.set
    for (let user = fromUser; user < toUser; user++)
      for (let at = trainStart[user]; at < trainStart[user + 1]; at++) {
        const row = trainItems[at] * stride
        for (let other = trainStart[user]; other <= at; other++) matrix[row + trainItems[other]]++
      }
  }

  private divide({ matrix, stride }: Inversion, fromItem: number, toItem: number): void {
    const { itemCount } = this.set
    if (fromItem === 0) this.weight = new Float32Array(itemCount * itemCount)
    for (let i = fromItem; i < toItem; i++)
      for (let j = 0; j < itemCount; j++) {
        if (i === j) continue
        const inverse = i > j ? matrix[i * stride + j] : matrix[j * stride + i]
        this.weight[i * itemCount + j] = -inverse / matrix[j * stride + j]
      }
  }
}

/** score(u, j) = sum of weight[i, j] over the user's training items i, ascending. Throws EngineError 'bad-weights'. */
export class ItemWeightScorer extends BaselineScorer {
  constructor(
    private readonly set: TrainingSet,
    private readonly weight: Float32Array,
  ) {
    super(set.itemCount)
    if (weight.length !== set.itemCount ** 2)
      throw new EngineError('bad-weights', 'EASE has no weights before it is fitted.')
  }

  protected scoreUser(user: number, items: Int32Array | undefined, scores: Float32Array): void {
    const { trainStart, trainItems, itemCount } = this.set
    const sums = new Float64Array(scores.length)
    for (let at = trainStart[user]; at < trainStart[user + 1]; at++) {
      const row = this.weight.subarray(trainItems[at] * itemCount, (trainItems[at] + 1) * itemCount)
      if (items) for (let place = 0; place < sums.length; place++) sums[place] += row[items[place]]
      else for (let item = 0; item < sums.length; item++) sums[item] += row[item]
    }
    scores.set(sums)
  }
}
