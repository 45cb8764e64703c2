import { BLOCK, LINE, Real, Slot } from '../slots'
import { meet } from './barrier'
import { items, samples, setBatch, users } from './batch'
import { listOf, listSteps, Side } from './columnLists'
import {
  aimAtBands, bandStride, bandWidth, bytesBefore, catchUpColumns, fetchColumns, firstBand, lastBand, updateItemColumns,
  updateUserColumns,
} from './columnRows'
import { address, at, real, thread, threads, word } from './context'
import { dot, multiplyAdd, sumLanes } from './lanes'
import { blockLoss, keepBlockLoss, sumBlockLosses } from './loss'
import { decay1, decay2, prepareDecay, prepareEpsilon, prepareStep, updateLanes } from './optimizers'
import { sumSamples } from './predict'
import { samplePositions } from './sampler'
import { bandOf } from './tables'

/**
 * Column mode: steps of GMF whose threads share the columns of every embedding, not the rows. All that threads
 * exchange is the products, at the only barrier of a step. What is shared and written in a step exists twice, for
 * even and odd steps, since one thread may be a step ahead of another.
 */

/** Whether the session's steps are taken in column mode. */
export function sharesColumns(): bool {
  return address(Slot.lists) !== 0
}

/** Every sample's products, of which each thread writes its columns. */
// @ts-ignore: decorator
@inline
function productsOf(t: i32): usize {
  return t & 1 ? address(Slot.oddProducts) : address(Slot.products)
}

/** Weights and bias of the last layer, as they are before step t. */
// @ts-ignore: decorator
@inline
function predictOf(t: i32): usize {
  return address(Slot.predictPair) + <usize>(t & 1) * address(Slot.predictBytes)
}

/** This thread's columns of the products. */
function multiply(products: usize): void {
  const stride = address(Slot.productStride)
  let column = products + bytesBefore
  for (let band = firstBand; band < lastBand; band++) {
    const userRows = bandOf(address(Slot.users), band)
    const itemRows = bandOf(address(Slot.items), band)
    for (let b = 0; b < samples; b++) {
      const user = userRows + <usize>load<i32>(at(users, b)) * bandStride
      const item = itemRows + <usize>load<i32>(at(items, b)) * bandStride
      const to = column + <usize>b * stride
      for (let q: usize = 0; q < bandWidth; q += LINE) {
        v128.store(to + q, f32x4.mul(v128.load(user + q), v128.load(item + q)))
        v128.store(to + q, f32x4.mul(v128.load(user + q, 16), v128.load(item + q, 16)), 16)
        v128.store(to + q, f32x4.mul(v128.load(user + q, 32), v128.load(item + q, 32)), 32)
        v128.store(to + q, f32x4.mul(v128.load(user + q, 48), v128.load(item + q, 48)), 48)
      }
    }
    column += bandWidth
  }
}

/** Every thread derives the gradients of all logits for itself; the first one keeps the losses. */
function differentiate(products: usize, predict: usize): usize {
  const gradients = address(Slot.ownLogits) + <usize>thread * address(Slot.ownLogitBytes)
  const stride = address(Slot.productStride)
  const width = word(Slot.gmfWidth)
  const bias = load<f32>(predict + (<usize>width << 2))
  for (let b = 0; b < samples; b++) {
    const lanes = dot(products + <usize>b * stride, predict, width, f32x4.splat(0))
    store<f32>(at(gradients, b), sumLanes(lanes) + bias)
  }
  for (let first = 0; first < samples; first += BLOCK) {
    const loss = blockLoss(gradients, first, min(first + BLOCK, samples))
    if (thread === 0) keepBlockLoss(first / BLOCK, loss)
  }
  if (thread === 0) sumBlockLosses()
  return gradients
}

/** Writes this thread's columns of the last layer's weights after step t. */
function updatePredict(t: i32, gradients: usize): void {
  const predict = predictOf(t)
  const next = predictOf(t + 1)
  const products = productsOf(t)
  const stride = address(Slot.productStride)
  const penalty = f32x4.splat(<f32>(2 * real(Real.l2Predict)))
  const end = bytesBefore + <usize>(lastBand - firstBand) * bandWidth
  for (let q = bytesBefore; q < end; q += 16) {
    const sum = sumSamples(products + q, stride, gradients)
    updatePredictLanes(predict, next, q, multiplyAdd(penalty, v128.load(predict + q), sum))
  }
}

// @ts-ignore: decorator
@inline
function updatePredictLanes(predict: usize, next: usize, q: usize, sum: v128): void {
  v128.store(next + q, v128.load(predict + q))
  updateLanes(
    next + q, address(Slot.predictM) + q, address(Slot.predictV) + q, sum, f32x4.splat(decay1), f32x4.splat(decay2),
  )
}

function updateBias(t: i32, gradients: usize): void {
  let sum: f32 = 0
  for (let b = 0; b < samples; b++) sum += load<f32>(at(gradients, b))
  const lanes = f32x4.replace_lane(f32x4.splat(0), 0, sum)
  updatePredictLanes(predictOf(t), predictOf(t + 1), <usize>word(Slot.gmfWidth) << 2, lanes)
}

/** Step t (from 1) on the batch at hand, whose rows are list number `index`. */
function step(t: i32, index: i32): void {
  const userList = listOf(index, Side.users)
  const itemList = listOf(index, Side.items)
  prepareStep(t)
  fetchColumns(Side.users, userList)
  fetchColumns(Side.items, itemList)
  catchUpColumns(Side.users, userList, t)
  catchUpColumns(Side.items, itemList, t)
  multiply(productsOf(t))
  meet()
  const gradients = differentiate(productsOf(t), predictOf(t))
  prepareEpsilon(true)
  updateUserColumns(userList, gradients, predictOf(t), <f32>(2 * real(Real.l2GmfUser)))
  updateItemColumns(itemList, <f32>(2 * real(Real.l2GmfItem)))
  prepareEpsilon(false)
  prepareDecay(1)
  updatePredict(t, gradients)
  if (thread === threads - 1) updateBias(t, gradients)
}

/** Takes steps t, t + 1, ... on the `count` samples of a chunk. */
function takeSteps(steps: i32, count: i32, epoch: i32, position: u32, t: i32): void {
  const batch = word(Slot.batchSize)
  listSteps(steps, count, t)
  meet()
  for (let index = 0; index < steps; index++) {
    const offset = index * batch
    setBatch(offset, min(batch, count - offset), epoch, position + offset)
    step(t + index, index)
  }
}

function openPredict(t: i32): void {
  aimAtBands()
  if (thread === 0) memory.copy(predictOf(t), address(Slot.predict), address(Slot.predictBytes))
}

function closePredict(t: i32): void {
  meet()
  if (thread === 0) memory.copy(address(Slot.predict), predictOf(t), address(Slot.predictBytes))
}

/** Steps first..last-1 of an epoch, the first of which is step t (from 1) of the training. */
export function trainColumns(epoch: i32, first: i32, last: i32, t: i32): void {
  const batch = <u32>word(Slot.batchSize)
  const size = <u32>word(Slot.samplesPerEpoch)
  const chunk = word(Slot.chunkSteps)
  openPredict(t)
  for (let start = first; start < last; start += chunk) {
    const steps = min(chunk, last - start)
    const position = <u32>start * batch
    const end = min(position + <u32>steps * batch, size)
    // Others may still read the samples and lists of the chunk before.
    if (start > first) meet()
    samplePositions(epoch, position, end)
    meet()
    takeSteps(steps, end - position, epoch, position, t + start - first)
  }
  closePredict(t + last - first)
}

/** Step t (from 1) of the training, on `count` samples that the host has written into the sample arrays. */
export function trainColumnsGiven(count: i32, t: i32): void {
  openPredict(t)
  takeSteps(1, count, 0, 0, t)
  closePredict(t + 1)
}
