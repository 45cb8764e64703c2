import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LinearAlgebra } from '../../src-main/core/baselines/linearAlgebra.ts'
import { RandomStream } from '../../src-main/core/random/streams.ts'
import { createLinearAlgebra } from '../../src-main/engines/cpu/linearAlgebra.ts'
import { referenceLinearAlgebra } from '../core/baselines/referenceLinearAlgebra.ts'

const kernel = createLinearAlgebra({ assets: new URL('../../out/engines/cpu/', import.meta.url) })

/** X^T X + ridge I of a random X, as a function of the place. */
function randomGram(order: number, seed: number, ridge: number): (i: number, j: number) => number {
  const stream = new RandomStream([seed, 7])
  const gram = new Float64Array(order * order)
  for (let sample = 0; sample < order + 3; sample++) {
    const row = Array.from({ length: order }, (_, i) => i).filter(() => stream.nextUnit() < 0.3)
    for (const i of row) for (const j of row) gram[i * order + j]++
  }
  for (let i = 0; i < order; i++) gram[i * order + i] += ridge
  return (i, j) => gram[i * order + j]
}

function inverse(algebra: LinearAlgebra, order: number, at: (i: number, j: number) => number): Float64Array {
  const inversion = algebra.openInversion(order)
  const { matrix, stride, steps } = inversion
  for (let i = 0; i < order; i++) for (let j = 0; j <= i; j++) matrix[i * stride + j] = at(i, j)
  for (let step = 0; step < steps; step++) inversion.step(step)
  return Float64Array.from({ length: order * order }, (_, k) => {
    const [i, j] = [Math.floor(k / order), k % order]
    return matrix[Math.max(i, j) * stride + Math.min(i, j)]
  })
}

describe('the inverse of a symmetric positive-definite matrix', () => {
  it('is right for a matrix inverted by hand', () => {
    // [[4, 2, 0], [2, 5, 1], [0, 1, 2]] has the determinant 28.
    const rows = [[4], [2, 5], [0, 1, 2]]
    const expected = [9, -4, 2, -4, 8, -4, 2, -4, 16].map((value) => value / 28)
    for (const algebra of [kernel, referenceLinearAlgebra])
      inverse(algebra, 3, (i, j) => rows[i][j]).forEach((value, k) =>
        expect(value).toBeCloseTo(expected[k], 14),
      )
  })

  it('equals the reference for any order, also across blocks and with part of a panel', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 150 }),
        fc.nat(1000),
        fc.double({ min: 0.5, max: 50, noNaN: true }),
        (order, seed, ridge) => {
          const gram = randomGram(order, seed, ridge)
          const [one, two] = [inverse(kernel, order, gram), inverse(referenceLinearAlgebra, order, gram)]
          const furthest = one.reduce((most, value, k) => Math.max(most, Math.abs(value - two[k])), 0)
          expect(furthest).toBeLessThan(1e-10)
        },
      ),
      { numRuns: 12 },
    )
  })

  it('times the matrix is the identity', () => {
    const order = 201
    const gram = randomGram(order, 3, 1)
    const found = inverse(kernel, order, gram)
    let furthest = 0
    for (let i = 0; i < order; i += 13)
      for (let j = 0; j < order; j++) {
        let sum = 0
        for (let k = 0; k < order; k++) sum += gram(i, k) * found[k * order + j]
        furthest = Math.max(furthest, Math.abs(sum - Number(i === j)))
      }
    expect(furthest).toBeLessThan(1e-9)
  })

  it('has the same bits whenever it is computed', () => {
    const gram = randomGram(130, 5, 2)
    expect(inverse(kernel, 130, gram)).toEqual(inverse(kernel, 130, gram))
  })

  it('is refused, with what to do, for a matrix that has none', () => {
    for (const algebra of [kernel, referenceLinearAlgebra])
      expect(() => inverse(algebra, 2, () => 1)).toThrow(/larger lambda/)
  })
})

function randomTable(rows: number, width: number, seed: number): Float32Array {
  const stream = new RandomStream([seed, 11])
  return Float32Array.from({ length: rows * width }, () => stream.nextUnit() - 0.5)
}

function solveAll(algebra: LinearAlgebra, width: number, seed: number) {
  const [rows, solvedRows] = [90, 5]
  const lists = [[], [3], [0, 1, 2, 89], Array.from({ length: 70 }, (_, i) => i), [7, 7]]
  const starts = Uint32Array.from([0, ...lists.map((_, i) => lists.slice(0, i + 1).flat().length)])
  const columns = Int32Array.from(lists.flat())
  const squares = algebra.openLeastSquares({ rows, width, solvedRows, listed: columns.length })
  squares.fix(randomTable(rows, width, seed), 0.3)
  const solved = new Float32Array(solvedRows * width)
  const error = squares.solve({ starts, columns }, Float64Array.of(1, 0.5, 2, 0.1, 3), solved)
  return { solved, error }
}

describe('least squares over the listed rows of a table', () => {
  it('equals the reference for any width, and gives the minimum of the objective', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(1000), (width, seed) => {
        const [one, two] = [solveAll(kernel, width, seed), solveAll(referenceLinearAlgebra, width, seed)]
        expect(one.error).toBeCloseTo(two.error, 9)
        const furthest = one.solved.reduce(
          (most, value, k) => Math.max(most, Math.abs(value - two.solved[k])),
          0,
        )
        expect(furthest).toBeLessThan(2e-6)
      }),
      { numRuns: 15 },
    )
  })

  it('is zero for a row that lists nothing', () => {
    expect(solveAll(kernel, 6, 1).solved.subarray(0, 6)).toEqual(new Float32Array(6))
  })

  it('is refused where a row has no single solution', () => {
    for (const algebra of [kernel, referenceLinearAlgebra]) {
      const squares = algebra.openLeastSquares({ rows: 2, width: 2, solvedRows: 1, listed: 1 })
      squares.fix(new Float32Array(4), 1)
      const none = { starts: Uint32Array.of(0, 0), columns: new Int32Array() }
      expect(() => squares.solve(none, Float64Array.of(0), new Float32Array(2))).toThrow(/larger lambda/)
    }
  })
})
