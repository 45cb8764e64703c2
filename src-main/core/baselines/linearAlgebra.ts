import type { EngineDemand, EngineInfo } from '../engine.ts'
import type { BaselineConfig } from '../run/runConfig.ts'
import type { DatasetShape } from '../training/trainingDemand.ts'

/**
 * The heavy linear algebra of baselines, as an engine offers it: float64 inside, in pieces that take a fraction of a
 * second, the same bits on every machine and however the pieces are called. Only the lower triangle of a symmetric
 * matrix is read and written.
 */
export interface LinearAlgebra {
  readonly info: EngineInfo
  /** To be asked before anything is allocated. Throws EngineError 'too-large' for what cannot be fitted here. */
  demand(config: BaselineConfig, shape: DatasetShape): EngineDemand
  /** Makes room for a symmetric matrix of zeros. Throws EngineError 'too-large'. */
  openInversion(order: number): Inversion
  /** Makes room for the normal equations of a problem. Throws EngineError 'too-large'. */
  openLeastSquares(size: LeastSquaresSize): LeastSquares
}

/** The inverse of a symmetric positive-definite matrix, in its place. */
export interface Inversion {
  /** Row-major; the value at (row, column <= row) is at row * stride + column. The caller fills it before step 0. */
  readonly matrix: Float64Array
  readonly stride: number
  /** How many steps lead to the inverse, one after another. */
  readonly steps: number
  /** Throws NotPositiveDefiniteError. */
  step(index: number): void
}

export interface LeastSquaresSize {
  /** Of the table that is fixed, at most. */
  rows: number
  width: number
  /** Rows that are solved in one call, and what they list together, at most. */
  solvedRows: number
  listed: number
}

/** Rows to solve: each lists rows of the fixed table. */
export interface ListedRows {
  /** rows + 1 offsets into `columns`. */
  starts: Uint32Array
  /** Row numbers of the fixed table. */
  columns: Int32Array
}

/** Ridge regression of 1 on the listed rows of a table, all other rows weighing `scale` with a target of 0. */
export interface LeastSquares {
  /** Fixes a table of row-major float32 rows. */
  fix(table: Float32Array, scale: number): void
  /**
   * Writes each row's x = (scale * sum of v v^T over all rows v + sum of v v^T + penalty I over the listed ones)^-1
   * times the sum of the listed ones.
   *
   * @param penalties One for each row.
   * @param solved Row-major, as wide as the table.
   * @returns The minimum of the rows' penalised squared errors, added up.
   * @throws NotPositiveDefiniteError.
   */
  solve(listed: ListedRows, penalties: Float64Array, solved: Float32Array): number
}

/** Raised when equations have no solution that float64 can tell: trying again cannot help. */
export class NotPositiveDefiniteError extends Error {
  override name = 'NotPositiveDefiniteError'
  readonly code = 'not-positive-definite'

  constructor() {
    super('The equations have no stable solution in float64: train anew with a larger lambda.')
  }
}
