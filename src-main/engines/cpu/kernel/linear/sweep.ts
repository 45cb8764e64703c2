import { factorise, solve } from './cholesky'
import { addProducts, panelAddress } from './products'

/**
 * The sweep operator on a block of pivots (Goodnight, "A tutorial on the SWEEP operator", 1979), on the lower triangle
 * of a symmetric positive-definite matrix A. With D its block, C its columns of the block:
 *
 *   D <- -D^-1,  C <- C D^-1,  A <- A - C D^-1 C^T elsewhere
 *
 * When every pivot has been swept once, A holds -A^-1. All blocks take about the same time: half the matrix times the
 * size of the block.
 */

// @ts-ignore: decorator
@inline
function at(matrix: usize, stride: usize, row: i32, column: i32): usize {
  return row >= column
    ? matrix + <usize>row * stride + (<usize>column << 3)
    : matrix + <usize>column * stride + (<usize>row << 3)
}

/** Takes a row's part of the block's columns into the panels: as it was (y), solved and negated (x), and puts it back solved. */
// @ts-ignore: decorator
@inline
function sweepRow(matrix: usize, stride: usize, row: i32, first: i32, size: i32, block: usize, blockStride: usize, line: usize, x: usize, y: usize): void {
  for (let k = 0; k < size; k++) {
    const value = load<f64>(at(matrix, stride, row, first + k))
    store<f64>(line + (<usize>k << 3), value)
    store<f64>(panelAddress(y, size, row, k), value)
  }
  solve(block, blockStride, size, line)
  for (let k = 0; k < size; k++) {
    const value = load<f64>(line + (<usize>k << 3))
    store<f64>(at(matrix, stride, row, first + k), value)
    store<f64>(panelAddress(x, size, row, k), -value)
  }
}

/** The rows of the block itself take no part in the products. */
// @ts-ignore: decorator
@inline
function leaveOut(row: i32, size: i32, x: usize, y: usize): void {
  for (let k = 0; k < size; k++) {
    store<f64>(panelAddress(x, size, row, k), 0)
    store<f64>(panelAddress(y, size, row, k), 0)
  }
}

function invertBlock(matrix: usize, stride: usize, first: i32, size: i32, block: usize, blockStride: usize, line: usize): void {
  for (let column = 0; column < size; column++) {
    for (let k = 0; k < size; k++) store<f64>(line + (<usize>k << 3), k === column ? 1 : 0)
    solve(block, blockStride, size, line)
    for (let k = column; k < size; k++)
      store<f64>(at(matrix, stride, first + k, first + column), -load<f64>(line + (<usize>k << 3)))
  }
}

/**
 * Sweeps the pivots first..first+size-1 of a matrix of `order` rows, rounded up to whole panels by zeros.
 *
 * @param scratch (size + 1) * size float64 for the block and a line, then twice order * size for the panels.
 * @returns False where the matrix is not positive definite.
 */
export function sweep(matrix: usize, stride: usize, order: i32, first: i32, size: i32, scratch: usize): bool {
  const blockStride = <usize>size << 3
  const block = scratch
  const line = block + <usize>size * blockStride
  const x = line + blockStride
  const y = x + <usize>order * blockStride
  for (let k = 0; k < size; k++) {
    const bytes = <usize>(k + 1) << 3
    memory.copy(block + <usize>k * blockStride, at(matrix, stride, first + k, first), bytes)
  }
  if (!factorise(block, blockStride, size)) return false
  for (let row = 0; row < order; row++) {
    if (row >= first && row < first + size) leaveOut(row, size, x, y)
    else sweepRow(matrix, stride, row, first, size, block, blockStride, line, x, y)
  }
  addProducts(x, y, size, order >> 2, matrix, stride)
  invertBlock(matrix, stride, first, size, block, blockStride, line)
  return true
}

/** Turns the sign of the lower triangle. */
export function negate(matrix: usize, stride: usize, order: i32): void {
  for (let row = 0; row < order; row++) {
    const start = matrix + <usize>row * stride
    for (let column = 0; column <= row; column++) {
      const place = start + (<usize>column << 3)
      store<f64>(place, -load<f64>(place))
    }
  }
}
