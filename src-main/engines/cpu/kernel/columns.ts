import { BLOCK, COLUMN_BYTES, LINE, Optimizer, Real, Slot, Table } from '../slots'
import { meet } from './barrier'
import { items, samples, users } from './batch'
import { address, addressOf, at, real, thread, threads, word } from './context'
import { aimAtLogits, blockLoss, logitGradients, storeBlockLoss, sumBlockLosses } from './loss'
import { catchUp, decay1, decay2, prepareDecay, prepareEpsilon, prepareStep } from './optimizers'
import { updatePredictBias, updatePredictPart } from './predict'
import { columnLogit, multiplyRows, productGradients, productsOf } from './products'
import { linksOf, touch, touchedOf, updatePart } from './tables'

/**
 * Column mode: a step of GMF whose threads share the columns of every embedding, not the rows. A thread reads and
 * writes a cache line of each row that nobody else touches, so no line travels between cores; all that they exchange
 * is what each column adds to the logits, at the only barrier of the step. Sums have the same order as in rows.
 */

/** This thread's columns as bytes of a row's GMF part. */
let from: usize = 0
let to: usize = 0

/** Whether the threads of this call can share the columns. */
export function sharesColumns(): bool {
  return threads > 1 && threads <= word(Slot.columnThreads)
}

function aimAtColumns(): void {
  const bytes = <usize>word(Slot.gmfWidth) << 2
  const columns = (bytes + COLUMN_BYTES - 1) / COLUMN_BYTES
  from = ((columns * <usize>thread) / <usize>threads) * COLUMN_BYTES
  to = min(bytes, ((columns * <usize>(thread + 1)) / <usize>threads) * COLUMN_BYTES)
}

/** The first of the copies of `last` and `head` that belong to thread `index`. */
// @ts-ignore: decorator
@inline
function firstCopy(index: i32): i32 {
  return (word(Slot.columnThreads) * index) / threads
}

// @ts-ignore: decorator
@inline
function copyOf(table: usize, field: Table, copy: i32): usize {
  return addressOf(table, field) + <usize>copy * addressOf(table, Table.copyStride)
}

// @ts-ignore: decorator
@inline
function countOf(table: usize): usize {
  return addressOf(table, Table.count) + <usize>thread * LINE
}

/** Lists every row of the batch, with a chain of batch slots for each, and fetches its columns. */
function listColumns(table: usize, rowOfSample: usize): void {
  const head = copyOf(table, Table.head, firstCopy(thread))
  const next = linksOf(table)
  const touched = touchedOf(table)
  const rows = addressOf(table, Table.rows)
  const stride = address(Slot.rowStride)
  const moments = <usize>word(Slot.rowWidth) << 2
  let count = 0
  for (let b = samples - 1; b >= 0; b--) {
    const row = load<i32>(at(rowOfSample, b))
    const first = load<i32>(at(head, row))
    store<i32>(at(next, b), first)
    store<i32>(at(head, row), b)
    if (first >= 0) continue
    store<i32>(at(touched, count), row)
    count++
    const start = rows + <usize>row * stride
    for (let part = from; part + (to - from) <= stride; part += moments) touch(start + part, to - from)
  }
  store<i32>(countOf(table), count)
}

/** Brings the columns of the listed rows up to step t - 1. */
function catchUpColumns(table: usize, t: i32): void {
  if (word(Slot.optimizer) !== Optimizer.adam) return
  const touched = touchedOf(table)
  const count = load<i32>(countOf(table))
  const last = copyOf(table, Table.last, firstCopy(thread))
  const rows = addressOf(table, Table.rows) + from
  const stride = address(Slot.rowStride)
  const moments = <usize>word(Slot.rowWidth) << 2
  for (let x = 0; x < count; x++) {
    const row = load<i32>(at(touched, x))
    const t0 = load<i32>(at(last, row))
    if (t0 > 0 && t0 < t - 1) catchUp(rows + <usize>row * stride, to - from, moments, t0, t - 1 - t0)
  }
}

/** Where column `column` adds to the logits of step t: a thread may be one step ahead of another, so there are two. */
// @ts-ignore: decorator
@inline
function partialsOf(column: usize, t: i32): usize {
  const columns = ((<usize>word(Slot.gmfWidth) << 2) + COLUMN_BYTES - 1) / COLUMN_BYTES
  return address(Slot.partials) + (column + <usize>(t & 1) * columns) * address(Slot.partialStride)
}

function columnLogits(t: i32): void {
  const bias = load<f32>(address(Slot.predict) + (<usize>word(Slot.predictWidth) << 2))
  for (let b = 0; b < samples; b++) {
    multiplyRows(b, from, to)
    const products = productsOf(b)
    for (let q = from; q < to; q += COLUMN_BYTES) {
      const part = columnLogit(products, q, to)
      store<f32>(at(partialsOf(q / COLUMN_BYTES, t), b), q ? part : part + bias)
    }
  }
}

function sumColumns(t: i32): void {
  const bytes = <usize>word(Slot.gmfWidth) << 2
  for (let b = 0; b < samples; b += 4) {
    let sum = v128.load(at(partialsOf(0, t), b))
    for (let q: usize = COLUMN_BYTES; q < bytes; q += COLUMN_BYTES) {
      sum = f32x4.add(sum, v128.load(at(partialsOf(q / COLUMN_BYTES, t), b)))
    }
    v128.store(at(logitGradients, b), sum)
  }
}

/** Every thread derives the gradients of all logits for itself; the first one keeps the losses. */
function differentiate(): void {
  const blocks = (samples + BLOCK - 1) / BLOCK
  for (let block = 0; block < blocks; block++) {
    const loss = blockLoss(block * BLOCK, min(samples, (block + 1) * BLOCK))
    if (thread === 0) storeBlockLoss(block, loss)
  }
  if (thread === 0) sumBlockLosses()
  for (let b = 0; b < samples; b++) productGradients(b, v128.load32_splat(at(logitGradients, b)), from, to)
}

function updateColumns(table: usize, gradients: usize, l2: f64, t: i32): void {
  const touched = touchedOf(table)
  const count = load<i32>(countOf(table))
  const first = firstCopy(thread)
  const end = firstCopy(thread + 1)
  const head = copyOf(table, Table.head, first)
  const next = linksOf(table)
  const rows = addressOf(table, Table.rows) + from
  const stride = address(Slot.rowStride)
  const moments = <usize>word(Slot.rowWidth) << 2
  const penalty = <f32>(2 * l2)
  for (let x = 0; x < count; x++) {
    const row = load<i32>(at(touched, x))
    prepareDecay(t - load<i32>(at(copyOf(table, Table.last, first), row)))
    updatePart(
      rows + <usize>row * stride, to - from, moments, load<i32>(at(head, row)), next,
      gradients + from, address(Slot.productStride), penalty,
    )
    for (let copy = first; copy < end; copy++) store<i32>(at(copyOf(table, Table.last, copy), row), t)
    store<i32>(at(head, row), -1)
  }
}

/** Step t (from 1) on the batch at hand. */
export function trainColumns(t: i32): void {
  prepareStep(t)
  aimAtColumns()
  aimAtLogits(true)
  listColumns(address(Slot.users), users)
  listColumns(address(Slot.items), items)
  catchUpColumns(address(Slot.users), t)
  catchUpColumns(address(Slot.items), t)
  columnLogits(t)
  meet()
  sumColumns(t)
  differentiate()
  prepareEpsilon(true)
  updateColumns(address(Slot.users), address(Slot.userProductGradients), real(Real.l2GmfUser), t)
  updateColumns(address(Slot.items), address(Slot.itemProductGradients), real(Real.l2GmfItem), t)
  prepareEpsilon(false)
  prepareDecay(1)
  updatePredictPart(from, to - from, address(Slot.products) + from, address(Slot.productStride))
  if (thread === 0) updatePredictBias()
}
