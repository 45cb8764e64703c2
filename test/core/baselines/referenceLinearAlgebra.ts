import { baselineParameters } from '../../../src-main/core/baselines/baselineSize.ts'
import {
  NotPositiveDefiniteError,
  type Inversion,
  type LeastSquares,
  type LeastSquaresSize,
  type LinearAlgebra,
  type ListedRows,
} from '../../../src-main/core/baselines/linearAlgebra.ts'

/** Gaussian elimination by the book on [A | B], without pivoting: A is positive definite. Row-major, in place. */
function eliminate(rows: number[][], order: number): void {
  for (let k = 0; k < order; k++) {
    if (!(rows[k][k] > 0)) throw new NotPositiveDefiniteError()
    for (let i = 0; i < order; i++) {
      if (i === k) continue
      const factor = rows[i][k] / rows[k][k]
      for (let j = k; j < rows[i].length; j++) rows[i][j] -= factor * rows[k][j]
    }
  }
  rows.forEach((row, k) => {
    const pivot = row[k]
    for (let j = 0; j < row.length; j++) row[j] /= pivot
  })
}

class PlainInversion implements Inversion {
  readonly matrix: Float64Array
  readonly stride: number
  readonly steps = 1

  constructor(order: number) {
    this.stride = order
    this.matrix = new Float64Array(order * order)
  }

  step(): void {
    const n = this.stride
    const at = (i: number, j: number) => this.matrix[Math.max(i, j) * n + Math.min(i, j)]
    const rows = Array.from({ length: n }, (_, i) =>
      Array.from({ length: 2 * n }, (_, j) => (j < n ? at(i, j) : Number(j - n === i))),
    )
    eliminate(rows, n)
    for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) this.matrix[i * n + j] = rows[i][n + j]
  }
}

class PlainLeastSquares implements LeastSquares {
  private table = new Float32Array()
  private scale = 0

  constructor(private readonly width: number) {}

  fix(table: Float32Array, scale: number): void {
    this.table = table.slice()
    this.scale = scale
  }

  solve({ starts, columns }: ListedRows, penalties: Float64Array, solved: Float32Array): number {
    let sum = 0
    penalties.forEach((penalty, row) => {
      const listed = [...columns.subarray(starts[row], starts[row + 1])]
      const x = this.solveRow(listed, penalty)
      solved.set(x, row * this.width)
      sum += this.penalisedError(x, listed, penalty)
    })
    return sum
  }

  private rowOf(row: number): Float32Array {
    return this.table.subarray(row * this.width, (row + 1) * this.width)
  }

  private allRows(): Float32Array[] {
    return Array.from({ length: this.table.length / this.width }, (_, row) => this.rowOf(row))
  }

  private solveRow(listed: number[], penalty: number): number[] {
    const rows = Array.from({ length: this.width }, (_, i) => [
      ...Array.from({ length: this.width }, (_, j) => {
        const all = this.allRows().reduce((total, v) => total + this.scale * v[i] * v[j], 0)
        const own = listed.reduce((total, row) => total + this.rowOf(row)[i] * this.rowOf(row)[j], 0)
        return all + own + (i === j ? penalty : 0)
      }),
      listed.reduce((total, row) => total + this.rowOf(row)[i], 0),
    ])
    eliminate(rows, this.width)
    return rows.map((row) => row[this.width])
  }

  /** The objective itself, term by term. */
  private penalisedError(x: number[], listed: number[], penalty: number): number {
    const predict = (v: Float32Array) => x.reduce((total, value, k) => total + value * v[k], 0)
    const observed = listed.reduce((total, row) => total + (1 - predict(this.rowOf(row))) ** 2, 0)
    const all = this.allRows().reduce((total, v) => total + this.scale * predict(v) ** 2, 0)
    return observed + all + penalty * x.reduce((total, value) => total + value * value, 0)
  }
}

/** The same as the engine's by the formulas alone: slow, in JavaScript's float64. */
export const referenceLinearAlgebra: LinearAlgebra = {
  info: { name: 'reference', device: 'JavaScript', arithmetic: 'portable', threads: 1 },
  demand: (config, shape) => ({
    parameters: baselineParameters(config, shape),
    memoryBytes: 0,
    samplesPerEpoch: shape.interactions,
    stepsPerEpoch: 1,
  }),
  openInversion: (order) => new PlainInversion(order),
  openLeastSquares: ({ width }: LeastSquaresSize) => new PlainLeastSquares(width),
}
