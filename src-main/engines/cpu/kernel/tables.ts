import { Activation, LINE, Optimizer, Real, Slot, Table } from '../slots'
import { address, addressOf, at, real, thread, threads, word } from './context'
import { multiplyAdd } from './lanes'
import { catchUp, decay1, decay2, prepareDecay, updateLanes } from './optimizers'

/**
 * The embedding tables. A row belongs to one thread, which alone lists, catches up and updates it, so rows need no
 * barrier of their own. Gradients of a row are summed in the order of the batch.
 */

/** Rows that change hands together: their words in `head` and `last` fill a cache line, which stays with one core. */
const GROUP: i32 = 16

/** A band of a table: its first row. There is more than one only in column mode (kernel/columns.ts). */
// @ts-ignore: decorator
@inline
export function bandOf(table: usize, band: i32): usize {
  return addressOf(table, Table.rows) + <usize>band * addressOf(table, Table.bandBytes)
}

// @ts-ignore: decorator
@inline
function isMine(row: i32): bool {
  const group = row / GROUP
  return (threads === 2 ? group & 1 : group % threads) === thread
}

/**
 * The links of this thread's chains. Each thread has its own, so that no cache line is written by two.
 */
// @ts-ignore: decorator
@inline
function linksOf(table: usize): usize {
  return addressOf(table, Table.next) + (<usize>thread * <usize>word(Slot.batchStride) << 2)
}

/** This thread's list of the rows that a batch touches. */
// @ts-ignore: decorator
@inline
function touchedOf(table: usize): usize {
  return addressOf(table, Table.touched) + (<usize>word(Slot.batchStride) << 2) * <usize>thread
}

let touchedBits: i32 = 0

/** Reads a word of each cache line of a row, so that the rows of a batch are fetched many at a time, not one by one. */
// @ts-ignore: decorator
@inline
function touch(row: usize, bytes: usize): void {
  let bits = 0
  for (let q: usize = 0; q < bytes; q += LINE) bits |= load<i32>(row + q)
  touchedBits = bits
}

/** Lists the rows of a batch that are this thread's: a chain of batch slots for each. */
export function listRows(table: usize, rowOfSample: usize, samples: i32): void {
  const head = addressOf(table, Table.head)
  const next = linksOf(table)
  const touched = touchedOf(table)
  const rows = addressOf(table, Table.rows)
  const stride = <usize>word(Slot.rowStride)
  let count = 0
  for (let b = samples - 1; b >= 0; b--) {
    const row = load<i32>(at(rowOfSample, b))
    if (threads > 1 && !isMine(row)) continue
    const first = load<i32>(at(head, row))
    store<i32>(at(next, b), first)
    if (first < 0) {
      store<i32>(at(touched, count), row)
      count++
      touch(rows + <usize>row * stride, stride)
    }
    store<i32>(at(head, row), b)
  }
  store<i32>(addressOf(table, Table.count) + <usize>thread * LINE, count)
}

/** Brings this thread's listed rows up to step t - 1. */
export function catchUpRows(table: usize, t: i32): void {
  if (word(Slot.optimizer) !== Optimizer.adam) return
  const touched = touchedOf(table)
  const count = load<i32>(addressOf(table, Table.count) + <usize>thread * LINE)
  const last = addressOf(table, Table.last)
  const rows = addressOf(table, Table.rows)
  const stride = <usize>word(Slot.rowStride)
  const rowBytes = <usize>word(Slot.rowWidth) << 2
  for (let x = 0; x < count; x++) {
    const row = load<i32>(at(touched, x))
    const t0 = load<i32>(at(last, row))
    if (t0 > 0 && t0 < t - 1) catchUp(rows + <usize>row * stride, rowBytes, t0, t - 1 - t0)
  }
}

/** Where the gradients of the table at hand lie, and its penalties; set by aim(). */
let towerGradients: usize = 0
let towerStride: usize = 0
let productGradients: usize = 0
let productStride: usize = 0
let towerPenalty: f32 = 0
let productPenalty: f32 = 0

function aim(half: usize, products: usize, mlpL2: f64, gmfL2: f64): void {
  const inputs = address(Slot.activations)
  towerGradients = addressOf(inputs, Activation.gradients) + half
  towerStride = addressOf(inputs, Activation.stride)
  productGradients = products
  productStride = address(Slot.productStride)
  towerPenalty = <f32>(2 * mlpL2)
  productPenalty = <f32>(2 * gmfL2)
}

/** Updates one part (MLP or GMF) of a row with the sum of its samples' gradients, plus penalty * w. */
// @ts-ignore: decorator
@inline
function updatePart(part: usize, bytes: usize, moments: usize, first: i32, next: usize, gradients: usize, stride: usize, penalty: f32): void {
  const momentDecay = f32x4.splat(decay1)
  const squareDecay = f32x4.splat(decay2)
  for (let q: usize = 0; q < bytes; q += 16) {
    let sum = f32x4.splat(0)
    if (first >= 0) {
      sum = v128.load(gradients + <usize>first * stride + q)
      for (let b = load<i32>(at(next, first)); b >= 0; b = load<i32>(at(next, b))) {
        sum = f32x4.add(sum, v128.load(gradients + <usize>b * stride + q))
      }
    }
    const w = part + q
    if (penalty > 0) sum = multiplyAdd(f32x4.splat(penalty), v128.load(w), sum)
    updateLanes(w, w + moments, w + moments + moments, sum, momentDecay, squareDecay)
  }
}

function updateRow(table: usize, row: i32, t: i32): void {
  const head = at(addressOf(table, Table.head), row)
  const last = at(addressOf(table, Table.last), row)
  const next = linksOf(table)
  const first = load<i32>(head)
  const moments = <usize>word(Slot.rowWidth) << 2
  const mlpBytes = <usize>word(Slot.mlpWidth) << 2
  const start = addressOf(table, Table.rows) + <usize>row * <usize>word(Slot.rowStride)
  prepareDecay(t - load<i32>(last))
  updatePart(start, mlpBytes, moments, first, next, towerGradients, towerStride, towerPenalty)
  updatePart(start + mlpBytes, moments - mlpBytes, moments, first, next, productGradients, productStride, productPenalty)
  store<i32>(last, t)
  store<i32>(head, -1)
}

/** Updates this thread's rows in step t: those of the batch, or every row where a penalty moves the whole table. */
function updateTable(table: usize, size: i32, dense: bool, t: i32): void {
  if (dense) {
    for (let row = 0; row < size; row++) if (isMine(row)) updateRow(table, row, t)
    return
  }
  const touched = touchedOf(table)
  const count = load<i32>(addressOf(table, Table.count) + <usize>thread * LINE)
  for (let x = 0; x < count; x++) updateRow(table, load<i32>(at(touched, x)), t)
}

/** Both tables' updates of step t. */
export function updateTables(t: i32): void {
  const half = <usize>word(Slot.mlpWidth) << 2
  aim(0, address(Slot.userProductGradients), real(Real.l2MlpUser), real(Real.l2GmfUser))
  updateTable(address(Slot.users), word(Slot.userCount), <bool>word(Slot.denseUsers), t)
  aim(half, address(Slot.itemProductGradients), real(Real.l2MlpItem), real(Real.l2GmfItem))
  updateTable(address(Slot.items), word(Slot.itemCount), <bool>word(Slot.denseItems), t)
}

function decayRow(row: usize, rowBytes: usize): void {
  const m = row + rowBytes
  const v = m + rowBytes
  const hasSquares = word(Slot.optimizer) === Optimizer.adam
  for (let q: usize = 0; q < rowBytes; q += 16) {
    v128.store(m + q, f32x4.mul(v128.load(m + q), f32x4.splat(decay1)))
    if (hasSquares) v128.store(v + q, f32x4.mul(v128.load(v + q), f32x4.splat(decay2)))
  }
}

/** Brings this thread's share of a table up to step t, moments included; only Adam and RMSprop have idle steps. */
export function flushTable(table: usize, size: i32, t: i32): void {
  const optimizer = word(Slot.optimizer)
  if (optimizer !== Optimizer.adam && optimizer !== Optimizer.rmsprop) return
  const rowBytes = <usize>word(Slot.rowWidth) << 2
  const last = addressOf(table, Table.last)
  for (let row = thread; row < size; row += threads) {
    const t0 = load<i32>(at(last, row))
    // A row that was never touched has zero moments: nothing moves.
    if (t0 === 0 || t0 === t) continue
    for (let band = 0; band < word(Slot.bands); band++) {
      const start = bandOf(table, band) + <usize>row * <usize>word(Slot.rowStride)
      if (optimizer === Optimizer.adam) catchUp(start, rowBytes, t0, t - t0)
      prepareDecay(t - t0)
      decayRow(start, rowBytes)
    }
    store<i32>(at(last, row), t)
  }
}
