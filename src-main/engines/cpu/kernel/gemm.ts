import { multiplyAdd } from './lanes'
import { updateLanes } from './optimizers'

/**
 * Matrix products in tiles of 4 rows x 8 columns: eight accumulators, which is what fits beside the operands in
 * sixteen registers. Each output is summed over k in order, whatever the thread. Column counts are multiples of 8, row
 * counts are rounded up to 4 (the buffers have room), strides are in bytes and padded so that columns do not share
 * a cache set.
 */

/** What happens to a finished tile of rowsTimesMatrix. */
export enum Finish {
  /** C = max(A B + bias, 0). */
  rectify,
  /** C = A B + bias. */
  store,
  /** C = A B * scale where the mask is positive, else 0: the way back through ReLU and dropout. */
  mask,
}

// @ts-ignore: decorator
@inline
function finishLanes(finish: Finish, lanes: v128, c: usize, mask: usize, scale: v128): void {
  const zero = f32x4.splat(0)
  if (finish === Finish.rectify) lanes = v128.bitselect(lanes, zero, f32x4.gt(lanes, zero))
  else if (finish === Finish.mask) {
    lanes = v128.bitselect(f32x4.mul(lanes, scale), zero, f32x4.gt(v128.load(mask), zero))
  }
  v128.store(c, lanes)
}

// @ts-ignore: decorator
@inline
function finishRow(finish: Finish, left: v128, right: v128, c: usize, mask: usize, scale: v128): void {
  finishLanes(finish, left, c, mask, scale)
  finishLanes(finish, right, c + 16, mask + 16, scale)
}

/**
 * C[rows x columns] = A[rows x inner] B[inner x columns], then `finish`. `extra` is the bias row (rectify, store; 0
 * for none) or the first mask row, which has C's stride.
 */
export function rowsTimesMatrix(
  finish: Finish, rows: i32, columns: i32, inner: i32,
  aStart: usize, aStride: usize, bStart: usize, bStride: usize, cStart: usize, cStride: usize, extra: usize, scale: f32,
): void {
  const scaleLanes = f32x4.splat(scale)
  const masked = finish === Finish.mask
  for (let j: usize = 0; j < <usize>columns << 2; j += 32) {
    const bias0 = !masked && extra ? v128.load(extra + j) : f32x4.splat(0)
    const bias1 = !masked && extra ? v128.load(extra + j, 16) : f32x4.splat(0)
    let a = aStart
    let c = cStart + j
    let mask = masked ? extra + j : c
    for (let i = 0; i < rows; i += 4) {
      let c00 = bias0, c01 = bias1, c10 = bias0, c11 = bias1
      let c20 = bias0, c21 = bias1, c30 = bias0, c31 = bias1
      let a0 = a
      let a1 = a0 + aStride
      let a2 = a1 + aStride
      let a3 = a2 + aStride
      let b = bStart + j
      for (let k = 0; k < inner; k++) {
        const b0 = v128.load(b)
        const b1 = v128.load(b, 16)
        let lanes = v128.load32_splat(a0)
        c00 = multiplyAdd(lanes, b0, c00)
        c01 = multiplyAdd(lanes, b1, c01)
        lanes = v128.load32_splat(a1)
        c10 = multiplyAdd(lanes, b0, c10)
        c11 = multiplyAdd(lanes, b1, c11)
        lanes = v128.load32_splat(a2)
        c20 = multiplyAdd(lanes, b0, c20)
        c21 = multiplyAdd(lanes, b1, c21)
        lanes = v128.load32_splat(a3)
        c30 = multiplyAdd(lanes, b0, c30)
        c31 = multiplyAdd(lanes, b1, c31)
        a0 += 4
        a1 += 4
        a2 += 4
        a3 += 4
        b += bStride
      }
      finishRow(finish, c00, c01, c, mask, scaleLanes)
      finishRow(finish, c10, c11, c + cStride, mask + cStride, scaleLanes)
      finishRow(finish, c20, c21, c + 2 * cStride, mask + 2 * cStride, scaleLanes)
      finishRow(finish, c30, c31, c + 3 * cStride, mask + 3 * cStride, scaleLanes)
      a += 4 * aStride
      c += 4 * cStride
      mask += 4 * cStride
    }
  }
}

let weightStart: usize = 0
let momentStart: usize = 0
let squareStart: usize = 0
let weightStride: usize = 0
let transposedStart: usize = 0
let transposedStride: usize = 0
let penalty: f32 = 0

/** Says which layer's weights columnsTimesMatrix() updates. */
export function aimAtWeights(weight: usize, m: usize, v: usize, stride: usize, transposed: usize, turnedStride: usize, twiceL2: f32): void {
  weightStart = weight
  momentStart = m
  squareStart = v
  weightStride = stride
  transposedStart = transposed
  transposedStride = turnedStride
  penalty = twiceL2
}

// @ts-ignore: decorator
@inline
function updateWeights(gradient: v128, offset: usize, transposed: usize, momentDecay: v128, squareDecay: v128): void {
  const w = weightStart + offset
  if (penalty > 0) gradient = multiplyAdd(f32x4.splat(penalty), v128.load(w), gradient)
  const weight = updateLanes(w, momentStart + offset, squareStart + offset, gradient, momentDecay, squareDecay)
  v128.store_lane<f32>(transposed, weight, 0)
  v128.store_lane<f32>(transposed + transposedStride, weight, 1)
  v128.store_lane<f32>(transposed + 2 * transposedStride, weight, 2)
  v128.store_lane<f32>(transposed + 3 * transposedStride, weight, 3)
}

/**
 * Four rows (inputs) of a weight gradient, A^T D over the batch, each applied to the weights as soon as its tile is
 * complete. A is read by columns: four neighbouring inputs of each sample.
 */
export function columnsTimesMatrix(
  row: i32, columns: i32, samples: i32, aStart: usize, aStride: usize, dStart: usize, dStride: usize,
  momentDecay: f32, squareDecay: f32,
): void {
  const decay1 = f32x4.splat(momentDecay)
  const decay2 = f32x4.splat(squareDecay)
  for (let j = 0; j < columns; j += 8) {
    let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00
    let c20 = c00, c21 = c00, c30 = c00, c31 = c00
    let a = aStart + (<usize>row << 2)
    let d = dStart + (<usize>j << 2)
    for (let k = 0; k < samples; k++) {
      const d0 = v128.load(d)
      const d1 = v128.load(d, 16)
      let lanes = v128.load32_splat(a)
      c00 = multiplyAdd(lanes, d0, c00)
      c01 = multiplyAdd(lanes, d1, c01)
      lanes = v128.load32_splat(a, 4)
      c10 = multiplyAdd(lanes, d0, c10)
      c11 = multiplyAdd(lanes, d1, c11)
      lanes = v128.load32_splat(a, 8)
      c20 = multiplyAdd(lanes, d0, c20)
      c21 = multiplyAdd(lanes, d1, c21)
      lanes = v128.load32_splat(a, 12)
      c30 = multiplyAdd(lanes, d0, c30)
      c31 = multiplyAdd(lanes, d1, c31)
      a += aStride
      d += dStride
    }
    let offset = <usize>row * weightStride + (<usize>j << 2)
    let transposed = transposedStart + <usize>j * transposedStride + (<usize>row << 2)
    const right = transposedStride << 2
    updateWeights(c00, offset, transposed, decay1, decay2)
    updateWeights(c01, offset + 16, transposed + right, decay1, decay2)
    offset += weightStride
    transposed += 4
    updateWeights(c10, offset, transposed, decay1, decay2)
    updateWeights(c11, offset + 16, transposed + right, decay1, decay2)
    offset += weightStride
    transposed += 4
    updateWeights(c20, offset, transposed, decay1, decay2)
    updateWeights(c21, offset + 16, transposed + right, decay1, decay2)
    offset += weightStride
    transposed += 4
    updateWeights(c30, offset, transposed, decay1, decay2)
    updateWeights(c31, offset + 16, transposed + right, decay1, decay2)
  }
}
