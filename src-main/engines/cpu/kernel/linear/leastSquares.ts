import { factorise, solve } from './cholesky'
import { addProducts, panelAddress, PANEL } from './products'

/** Rows of the fixed table that are gathered at a time: their panels stay in the nearest caches. */
const DEPTH: i32 = 64

/** Bytes between the rows of a matrix of `width` columns: whole panels. */
// @ts-ignore: decorator
@inline
function strideOf(width: i32): usize {
  return <usize>(((width + PANEL - 1) / PANEL) * PANEL) << 3
}

// @ts-ignore: decorator
@inline
function panelsOf(width: i32): i32 {
  return (width + PANEL - 1) / PANEL
}

/** A float32 row into the panels; columns beyond the width are zeros already. */
// @ts-ignore: decorator
@inline
function gather(row: usize, width: i32, panels: usize, depth: i32, product: i32): void {
  for (let k = 0; k < width; k++)
    store<f64>(panelAddress(panels, depth, k, product), <f64>load<f32>(row + (<usize>k << 2)))
}

/**
 * The lower triangle of scale * sum of v v^T over the rows v of a table.
 *
 * @param panels width, rounded up to whole panels, times 64 float64.
 */
export function gram(table: usize, rows: i32, width: i32, scale: f64, matrix: usize, panels: usize): void {
  const stride = strideOf(width)
  memory.fill(matrix, 0, stride * strideOf(width) >> 3)
  for (let from = 0; from < rows; from += DEPTH) {
    const depth = min(DEPTH, rows - from)
    memory.fill(panels, 0, stride * <usize>depth)
    for (let k = 0; k < depth; k++)
      gather(table + (<usize>(from + k) * <usize>width << 2), width, panels, depth, k)
    addProducts(panels, panels, depth, panelsOf(width), matrix, stride)
  }
  for (let i = 0; i < width; i++)
    for (let j = 0; j <= i; j++) {
      const place = matrix + <usize>i * stride + (<usize>j << 3)
      store<f64>(place, scale * load<f64>(place))
    }
}

/**
 * Each row's x = (base + sum of v v^T + penalty I)^-1 sum of v, over the rows v of the table that it lists.
 *
 * @param starts rows + 1 offsets (u32) into `columns`, which hold row numbers of the table (i32).
 * @param penalties One float64 for each row.
 * @param solved One row of float32 for each row.
 * @param scratch A matrix as `base`, a line of float64, then the panels of gram().
 * @returns Sum over the rows of (listed rows - x . sum of v): their part of the squared error; NaN where a matrix is not
 * positive definite.
 */
export function solveRows(
  table: usize, width: i32, base: usize, rows: i32, starts: usize, columns: usize, penalties: usize, solved: usize,
  scratch: usize,
): f64 {
  const stride = strideOf(width)
  const matrixBytes = stride * strideOf(width) >> 3
  const line = scratch + matrixBytes
  const sum = line + stride
  const panels = sum + stride
  let error: f64 = 0
  for (let row = 0; row < rows; row++) {
    const from = load<u32>(starts + (<usize>row << 2))
    const to = load<u32>(starts + (<usize>row << 2), 4)
    memory.copy(scratch, base, matrixBytes)
    memory.fill(line, 0, stride)
    addListed(table, width, columns, from, to, scratch, line, panels)
    const penalty = load<f64>(penalties + (<usize>row << 3))
    for (let k = 0; k < width; k++) {
      const place = scratch + <usize>k * stride + (<usize>k << 3)
      store<f64>(place, load<f64>(place) + penalty)
    }
    memory.copy(sum, line, stride)
    if (!factorise(scratch, stride, width)) return NaN
    solve(scratch, stride, width, line)
    error += <f64>(to - from) - product(line, sum, width)
    const target = solved + (<usize>row * <usize>width << 2)
    for (let k = 0; k < width; k++) store<f32>(target + (<usize>k << 2), <f32>load<f64>(line + (<usize>k << 3)))
  }
  return error
}

function addListed(
  table: usize, width: i32, columns: usize, from: u32, to: u32, matrix: usize, line: usize, panels: usize,
): void {
  const stride = strideOf(width)
  for (let at = from; at < to; at += DEPTH) {
    const depth = <i32>min<u32>(DEPTH, to - at)
    memory.fill(panels, 0, stride * <usize>depth)
    for (let k = 0; k < depth; k++) {
      const row = table + (<usize>load<i32>(columns + (<usize>(at + k) << 2)) * <usize>width << 2)
      gather(row, width, panels, depth, k)
      for (let j = 0; j < width; j++) {
        const place = line + (<usize>j << 3)
        store<f64>(place, load<f64>(place) + <f64>load<f32>(row + (<usize>j << 2)))
      }
    }
    addProducts(panels, panels, depth, panelsOf(width), matrix, stride)
  }
}

function product(a: usize, b: usize, length: i32): f64 {
  let sum: f64 = 0
  for (let k = 0; k < length; k++) sum += load<f64>(a + (<usize>k << 3)) * load<f64>(b + (<usize>k << 3))
  return sum
}
