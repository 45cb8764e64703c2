import type { TrainingSet } from '../dataset/dataset.ts'
import type { Scorer } from '../engine.ts'
import type { BaselineConfig } from '../run/runConfig.ts'
import type { BaselineFit } from './baselineFit.ts'
import { FactorScorer } from './baselineScorer.ts'
import { factorTensors, initialFactors, restoreFactors, type FactorTables } from './factorTables.ts'
import type { LeastSquares, LinearAlgebra, ListedRows } from './linearAlgebra.ts'
import type { NamedTensor } from './namedTensor.ts'
import { transpose } from './transposedSet.ts'
import { sliceRows } from './workSlices.ts'

type IAlsConfig = Pick<Extract<BaselineConfig, { model: 'iALS' }>, 'factors' | 'lambda' | 'alpha' | 'seed'>

/** Of the first factors, times sqrt(factors), so that first scores do not grow with the factors. */
const INITIAL_DEVIATION = 0.1
/** Multiplications between looks at the host: about a twentieth of a second. */
const OPERATIONS_PER_SLICE = 2e8

/** One half of an epoch: the rows of one table are solved while the other is fixed. */
interface HalfEpoch {
  lists: ListedRows
  fixed: Float32Array
  solved: Float32Array
  fixedRows: number
  /** Where slices of rows begin. */
  bounds: number[]
}

/**
 * iALS (Hu, Koren and Volinsky, ICDM 2008) as revisited by Rendle et al., "Revisiting the performance of iALS on item
 * recommendation benchmarks" (RecSys 2022), equations 1 to 5 with nu = 1:
 *
 *   L = sum over positives (u, i) of (w_u . h_i - 1)^2 + alpha * sum over all (u, i) of (w_u . h_i)^2
 *     + lambda * (sum over u of (|I_u| + alpha |I|) |w_u|^2 + sum over i of (|U_i| + alpha |U|) |h_i|^2)
 *
 * An epoch solves every user exactly, then every item. Factors are float32 between solutions, equations float64. The
 * epoch's loss is L, given for each positive.
 */
export class IAlsFit implements BaselineFit {
  readonly slices: number
  private readonly tables: FactorTables
  private readonly halves: readonly [HalfEpoch, HalfEpoch]
  private readonly squares: LeastSquares
  /** The half whose other table is fixed in the engine. */
  private begun: HalfEpoch | undefined

  constructor(
    set: TrainingSet,
    private readonly config: IAlsConfig,
    algebra: LinearAlgebra,
  ) {
    const { factors } = config
    this.tables = initialFactors(set, config, INITIAL_DEVIATION / Math.sqrt(factors))
    const { user, item } = this.tables
    const { start, users } = transpose(set)
    const byUser = { starts: set.trainStart, columns: set.trainItems }
    this.halves = [
      this.half(byUser, item, user, set.itemCount),
      this.half({ starts: start, columns: users }, user, item, set.userCount),
    ]
    this.slices = this.halves.reduce((sum, { bounds }) => sum + bounds.length - 1, 0)
    this.squares = algebra.openLeastSquares(leastSquaresSize(set, factors, this.halves))
  }

  work(_epoch: number, slice: number): number {
    const [users, items] = this.halves
    const userSlices = users.bounds.length - 1
    if (slice < userSlices) {
      this.solveSlice(users, slice)
      return 0
    }
    const error = this.solveSlice(items, slice - userSlices)
    return slice < this.slices - 1 ? error : error + this.userPenalty()
  }

  tensors(): NamedTensor[] {
    return factorTensors(this.tables, this.config.factors)
  }

  restore(tensors: readonly NamedTensor[]): void {
    restoreFactors(this.tables, this.config.factors, tensors)
    this.begun = undefined
  }

  scorer(): Scorer {
    return new FactorScorer(this.tables.user, this.tables.item, this.config.factors)
  }

  private half(lists: ListedRows, fixed: Float32Array, solved: Float32Array, fixedRows: number): HalfEpoch {
    const { factors } = this.config
    const costOf = (row: number) => {
      const listed = lists.starts[row + 1] - lists.starts[row]
      return (listed * factors ** 2) / 2 + factors ** 3 / 6 + factors ** 2
    }
    const bounds = sliceRows(lists.starts.length - 1, costOf, OPERATIONS_PER_SLICE)
    return { lists, fixed, solved, fixedRows, bounds }
  }

  /** Also says the rows' part of L, without the penalty of the fixed table. */
  private solveSlice(half: HalfEpoch, slice: number): number {
    const { lists, fixed, solved, fixedRows, bounds } = half
    if (slice === 0 || this.begun !== half) this.squares.fix(fixed, this.config.alpha)
    this.begun = half
    const [from, to] = [bounds[slice], bounds[slice + 1]]
    const first = lists.starts[from]
    const starts = lists.starts.subarray(from, to + 1).map((start) => start - first)
    const columns = lists.columns.subarray(first, lists.starts[to])
    const penalties = Float64Array.from({ length: to - from }, (_, row) =>
      this.penalty(starts[row + 1] - starts[row], fixedRows),
    )
    const { factors } = this.config
    return this.squares.solve({ starts, columns }, penalties, solved.subarray(from * factors, to * factors))
  }

  private penalty(listed: number, others: number): number {
    return this.config.lambda * (listed + this.config.alpha * others)
  }

  private userPenalty(): number {
    const { lists, fixedRows, solved } = this.halves[0]
    const { factors } = this.config
    let sum = 0
    for (let user = 0; user < lists.starts.length - 1; user++) {
      let square = 0
      for (let k = user * factors; k < (user + 1) * factors; k++) square += solved[k] * solved[k]
      sum += this.penalty(lists.starts[user + 1] - lists.starts[user], fixedRows) * square
    }
    return sum
  }
}

function leastSquaresSize(
  { userCount, itemCount }: TrainingSet,
  width: number,
  halves: readonly HalfEpoch[],
) {
  const slices = halves.flatMap(({ lists, bounds }) =>
    bounds.slice(1).map((to, slice) => ({
      rows: to - bounds[slice],
      listed: lists.starts[to] - lists.starts[bounds[slice]],
    })),
  )
  return {
    rows: Math.max(userCount, itemCount),
    width,
    solvedRows: Math.max(...slices.map(({ rows }) => rows)),
    listed: Math.max(...slices.map(({ listed }) => listed)),
  }
}
