import { LINE, LISTED_ROW, Optimizer, Slot } from '../slots'
import { items } from './batch'
import { endOf, linksOf, Listed, Side, startOf, tableOf } from './columnLists'
import { address, at, thread, threads, word } from './context'
import { multiplyAdd } from './lanes'
import { decay1, decay2, driftLanes, idleConstants, prepareIdleDecay, updateLanes } from './optimizers'
import { bandOf } from './tables'

/**
 * The rows of a step in column mode. A table lies in bands: some columns of all rows, weights and moments of a row
 * side by side. A thread alone reads and writes its bands. They are whole cache lines, far from those of others, as
 * processors fetch neighbouring lines unasked.
 */

/** This thread's bands, and what of a whole row comes before them. */
export let firstBand: i32 = 0
export let lastBand: i32 = 0
export let bytesBefore: usize = 0
/** Bytes of a row's weights in a band. */
export let bandWidth: usize = 0
/** Bytes from row to row in a band. */
export let bandStride: usize = 0

export function aimAtBands(): void {
  const bands = word(Slot.bands)
  firstBand = (bands * thread) / threads
  lastBand = (bands * (thread + 1)) / threads
  bandWidth = <usize>word(Slot.rowWidth) << 2
  bandStride = address(Slot.rowStride)
  bytesBefore = <usize>firstBand * bandWidth
}

let touchedBits: i32 = 0

/**
 * Fetches this thread's columns of the listed rows by reading a word of each cache line. The loop does nothing else,
 * so that a processor looks many rows ahead and has as many lines on their way at once as it can.
 */
export function fetchColumns(side: Side, list: usize): void {
  const end = endOf(list)
  let bits = 0
  for (let band = firstBand; band < lastBand; band++) {
    const rows = bandOf(tableOf(side), band)
    for (let listed = startOf(list); listed < end; listed += LISTED_ROW) {
      const row = rows + load<usize>(listed, Listed.offset << 2)
      for (let q: usize = 0; q < bandStride; q += LINE) bits |= load<i32>(row + q)
    }
  }
  touchedBits = bits
}

/** Brings this thread's columns of the listed rows up to step t - 1. */
export function catchUpColumns(side: Side, list: usize, t: i32): void {
  if (word(Slot.optimizer) !== Optimizer.adam) return
  const end = endOf(list)
  for (let band = firstBand; band < lastBand; band++) {
    const rows = bandOf(tableOf(side), band)
    for (let listed = startOf(list); listed < end; listed += LISTED_ROW) {
      const idle = load<i32>(listed, Listed.idle << 2)
      const constants = idleConstants(t - 1 - idle, idle)
      if (idle) driftLanes(rows + load<usize>(listed, Listed.offset << 2), bandWidth, constants)
    }
  }
}

/**
 * Updates this thread's columns of the users of a step. The gradient of a user's columns is the sum of dz * predict *
 * item over its samples; that of each sample's item, dz * predict * user, is kept for updateItemColumns().
 */
export function updateUserColumns(list: usize, logitGradients: usize, predict: usize, penalty: f32): void {
  const end = endOf(list)
  const links = linksOf(list)
  let before = bytesBefore
  for (let band = firstBand; band < lastBand; band++) {
    const users = bandOf(address(Slot.users), band)
    const itemRows = bandOf(address(Slot.items), band)
    for (let listed = startOf(list); listed < end; listed += LISTED_ROW) {
      const user = users + load<usize>(listed, Listed.offset << 2)
      prepareIdleDecay(load<i32>(listed, Listed.idle << 2))
      for (let q: usize = 0; q < bandWidth; q += LINE) {
        const column = before + q
        updateUserLine(listed, user + q, itemRows + q, links, logitGradients, predict + column, column, penalty)
      }
    }
    before += bandWidth
  }
}

// @ts-ignore: decorator
@inline
function updateUserLine(
  listed: usize, user: usize, itemRows: usize, links: usize, logitGradients: usize, predict: usize, column: usize, penalty: f32,
): void {
  const toItems = address(Slot.itemProductGradients) + column
  const stride = address(Slot.productStride)
  const user0 = v128.load(user)
  const user1 = v128.load(user, 16)
  const user2 = v128.load(user, 32)
  const user3 = v128.load(user, 48)
  // What leaves even a -0 as it is.
  let sum0 = f32x4.splat(-0.0)
  let sum1 = sum0
  let sum2 = sum0
  let sum3 = sum0
  const first = load<i32>(listed, Listed.firstSample << 2)
  for (let b = first; b >= 0; b = load<i32>(at(links, b))) {
    const gradient = v128.load32_splat(at(logitGradients, b))
    const item = itemRows + <usize>load<i32>(at(items, b)) * bandStride
    const toItem = toItems + <usize>b * stride
    const scaled0 = f32x4.mul(v128.load(predict), gradient)
    const scaled1 = f32x4.mul(v128.load(predict, 16), gradient)
    const scaled2 = f32x4.mul(v128.load(predict, 32), gradient)
    const scaled3 = f32x4.mul(v128.load(predict, 48), gradient)
    v128.store(toItem, f32x4.mul(scaled0, user0))
    v128.store(toItem, f32x4.mul(scaled1, user1), 16)
    v128.store(toItem, f32x4.mul(scaled2, user2), 32)
    v128.store(toItem, f32x4.mul(scaled3, user3), 48)
    sum0 = f32x4.add(sum0, f32x4.mul(scaled0, v128.load(item)))
    sum1 = f32x4.add(sum1, f32x4.mul(scaled1, v128.load(item, 16)))
    sum2 = f32x4.add(sum2, f32x4.mul(scaled2, v128.load(item, 32)))
    sum3 = f32x4.add(sum3, f32x4.mul(scaled3, v128.load(item, 48)))
  }
  updateLine(user, sum0, sum1, sum2, sum3, penalty)
}

/** Updates this thread's columns of the items of a step. */
export function updateItemColumns(list: usize, penalty: f32): void {
  const end = endOf(list)
  const links = linksOf(list)
  let gradients = address(Slot.itemProductGradients) + bytesBefore
  for (let band = firstBand; band < lastBand; band++) {
    const rows = bandOf(address(Slot.items), band)
    for (let listed = startOf(list); listed < end; listed += LISTED_ROW) {
      const item = rows + load<usize>(listed, Listed.offset << 2)
      prepareIdleDecay(load<i32>(listed, Listed.idle << 2))
      for (let q: usize = 0; q < bandWidth; q += LINE) updateItemLine(listed, item + q, gradients + q, links, penalty)
    }
    gradients += bandWidth
  }
}

// @ts-ignore: decorator
@inline
function updateItemLine(listed: usize, item: usize, gradients: usize, links: usize, penalty: f32): void {
  const stride = address(Slot.productStride)
  const first = load<i32>(listed, Listed.firstSample << 2)
  const place = gradients + <usize>first * stride
  let sum0 = v128.load(place)
  let sum1 = v128.load(place, 16)
  let sum2 = v128.load(place, 32)
  let sum3 = v128.load(place, 48)
  for (let b = load<i32>(at(links, first)); b >= 0; b = load<i32>(at(links, b))) {
    const next = gradients + <usize>b * stride
    sum0 = f32x4.add(sum0, v128.load(next))
    sum1 = f32x4.add(sum1, v128.load(next, 16))
    sum2 = f32x4.add(sum2, v128.load(next, 32))
    sum3 = f32x4.add(sum3, v128.load(next, 48))
  }
  updateLine(item, sum0, sum1, sum2, sum3, penalty)
}

// @ts-ignore: decorator
@inline
function updateLine(w: usize, sum0: v128, sum1: v128, sum2: v128, sum3: v128, penalty: f32): void {
  if (penalty > 0) {
    const factor = f32x4.splat(penalty)
    sum0 = multiplyAdd(factor, v128.load(w), sum0)
    sum1 = multiplyAdd(factor, v128.load(w, 16), sum1)
    sum2 = multiplyAdd(factor, v128.load(w, 32), sum2)
    sum3 = multiplyAdd(factor, v128.load(w, 48), sum3)
  }
  const momentDecay = f32x4.splat(decay1)
  const squareDecay = f32x4.splat(decay2)
  const m = w + bandWidth
  const v = m + bandWidth
  updateLanes(w, m, v, sum0, momentDecay, squareDecay)
  updateLanes(w + 16, m + 16, v + 16, sum1, momentDecay, squareDecay)
  updateLanes(w + 32, m + 32, v + 32, sum2, momentDecay, squareDecay)
  updateLanes(w + 48, m + 48, v + 48, sum3, momentDecay, squareDecay)
}
