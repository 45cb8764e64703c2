import { Activation, BLOCK, Layer, Real, Slot, Table } from '../slots'
import { claim, Counter, meet, resetCounter } from './barrier'
import { address, addressOf, at, fieldOf, layerOf, real, thread, word } from './context'
import { applyDropout } from './dropout'
import { aimAtWeights, columnsTimesMatrix, Finish, rowsTimesMatrix } from './gemm'
import { dot, exponential, logOnePlus, multiplyAdd, sumLanes } from './lanes'
import { decay1, decay2, prepareDecay, prepareEpsilon, prepareStep, updateLanes } from './optimizers'
import { catchUpRows, listRows, updateTables } from './tables'

/** One step of training: gather, forward, loss, backward, update. Two barriers a step. */

/** The batch at hand: where its samples lie, how many, and what numbers they have in the epoch. */
let users: usize = 0
let items: usize = 0
let labels: usize = 0
let samples: i32 = 0
let epoch: i32 = 0
let position: u32 = 0

// @ts-ignore: decorator
@inline
function activationOf(layer: i32): usize {
  return address(Slot.activations) + ((<usize>layer * Activation.size) << 2)
}

// @ts-ignore: decorator
@inline
function sampleRow(activation: usize, field: Activation, sample: i32): usize {
  return addressOf(activation, field) + <usize>sample * addressOf(activation, Activation.stride)
}

// @ts-ignore: decorator
@inline
function userRow(sample: i32): usize {
  return addressOf(address(Slot.users), Table.rows) + <usize>load<i32>(at(users, sample)) * address(Slot.rowStride)
}

// @ts-ignore: decorator
@inline
function itemRow(sample: i32): usize {
  return addressOf(address(Slot.items), Table.rows) + <usize>load<i32>(at(items, sample)) * address(Slot.rowStride)
}

/** The tower's inputs: the user's and the item's MLP embeddings side by side. */
function gather(first: i32, last: i32): void {
  const bytes = <usize>word(Slot.mlpWidth) << 2
  const inputs = activationOf(0)
  for (let b = first; b < last; b++) {
    const to = sampleRow(inputs, Activation.values, b)
    const user = userRow(b)
    const item = itemRow(b)
    for (let q: usize = 0; q < bytes; q += 16) {
      v128.store(to + q, v128.load(user + q))
      v128.store(to + bytes + q, v128.load(item + q))
    }
  }
}

function towerForward(first: i32, last: i32): void {
  const layers = word(Slot.hiddenLayers)
  const drops = real(Real.dropout) > 0
  for (let l = 0; l < layers; l++) {
    const layer = layerOf(l)
    const from = activationOf(l)
    const to = activationOf(l + 1)
    if (drops) applyDropout(from, l, Activation.values, epoch, position, first, last)
    rowsTimesMatrix(
      Finish.rectify, last - first, fieldOf(layer, Layer.outputs), fieldOf(layer, Layer.inputs),
      sampleRow(from, Activation.values, first), addressOf(from, Activation.stride),
      addressOf(layer, Layer.weight), addressOf(layer, Layer.weightStride),
      sampleRow(to, Activation.values, first), addressOf(to, Activation.stride), addressOf(layer, Layer.bias), 1,
    )
  }
}

/** GMF's element-wise products and the logits: predict . (products, tower output) + bias. */
function logits(first: i32, last: i32): void {
  const gmfWidth = word(Slot.gmfWidth)
  const bytes = <usize>gmfWidth << 2
  const outputWidth = word(Slot.outputWidth)
  const offset = <usize>word(Slot.mlpWidth) << 2
  const predict = address(Slot.predict)
  const output = activationOf(word(Slot.hiddenLayers))
  const bias = load<f32>(predict + (<usize>word(Slot.predictWidth) << 2))
  for (let b = first; b < last; b++) {
    const products = address(Slot.products) + <usize>b * address(Slot.productStride)
    const user = userRow(b) + offset
    const item = itemRow(b) + offset
    for (let q: usize = 0; q < bytes; q += 16) {
      v128.store(products + q, f32x4.mul(v128.load(user + q), v128.load(item + q)))
    }
    let lanes = dot(products, predict, gmfWidth, f32x4.splat(0))
    if (outputWidth) lanes = dot(sampleRow(output, Activation.values, b), predict + bytes, outputWidth, lanes)
    store<f32>(at(address(Slot.logits), b), sumLanes(lanes) + bias)
  }
}

/** Binary cross-entropy with logits of four samples; stores d(mean loss)/d(logit) and returns the losses. */
// @ts-ignore: decorator
@inline
function lossLanes(sample: i32, inverseSize: v128): v128 {
  const zero = f32x4.splat(0)
  const one = f32x4.splat(1)
  const z = v128.load(at(address(Slot.logits), sample))
  const positive = f32x4.gt(v128.load(at(labels, sample)), zero)
  // With s = -z for positives and z for negatives, the loss is softplus(s) and its derivative sigmoid(s) * ds/dz.
  const s = v128.bitselect(f32x4.neg(z), z, positive)
  const e = exponential(f32x4.neg(f32x4.abs(s)))
  const sigmoid = f32x4.div(v128.bitselect(one, e, f32x4.gt(s, zero)), f32x4.add(one, e))
  const gradient = f32x4.mul(sigmoid, inverseSize)
  v128.store(
    at(address(Slot.logitGradients), sample),
    v128.bitselect(f32x4.neg(gradient), gradient, positive),
  )
  return f32x4.add(f32x4.max(s, zero), logOnePlus(e))
}

/** Losses of a block, summed in float64 in the order of the samples. The buffers are padded to four samples. */
function blockLoss(block: i32, first: i32, last: i32): void {
  const inverseSize = f32x4.splat(<f32>1 / <f32>samples)
  let sum: f64 = 0
  for (let b = first; b < last; b += 4) {
    const loss = lossLanes(b, inverseSize)
    sum += <f64>f32x4.extract_lane(loss, 0)
    if (b + 1 < last) sum += <f64>f32x4.extract_lane(loss, 1)
    if (b + 2 < last) sum += <f64>f32x4.extract_lane(loss, 2)
    if (b + 3 < last) sum += <f64>f32x4.extract_lane(loss, 3)
  }
  store<f64>(address(Slot.blockLosses) + (<usize>block << 3), sum)
}

/** Gradients of one sample's products' factors: d/du = dz * predict * item, d/di = dz * predict * user. */
// @ts-ignore: decorator
@inline
function productGradients(sample: i32, gradient: v128): void {
  const bytes = <usize>word(Slot.gmfWidth) << 2
  const predict = address(Slot.predict)
  const offset = <usize>word(Slot.mlpWidth) << 2
  const user = userRow(sample) + offset
  const item = itemRow(sample) + offset
  const toUser = address(Slot.userProductGradients) + <usize>sample * address(Slot.productStride)
  const toItem = address(Slot.itemProductGradients) + <usize>sample * address(Slot.productStride)
  for (let q: usize = 0; q < bytes; q += 16) {
    const scaled = f32x4.mul(v128.load(predict + q), gradient)
    v128.store(toUser + q, f32x4.mul(scaled, v128.load(item + q)))
    v128.store(toItem + q, f32x4.mul(scaled, v128.load(user + q)))
  }
}

/** Gradient of the tower's output: dz * predict, masked by the last ReLU where there is one. */
// @ts-ignore: decorator
@inline
function outputGradients(sample: i32, gradient: v128): void {
  const hiddenLayers = word(Slot.hiddenLayers)
  const output = activationOf(hiddenLayers)
  const predict = address(Slot.predict) + (<usize>word(Slot.gmfWidth) << 2)
  const values = sampleRow(output, Activation.values, sample)
  const to = sampleRow(output, Activation.gradients, sample)
  const bytes = <usize>word(Slot.outputWidth) << 2
  const zero = f32x4.splat(0)
  for (let q: usize = 0; q < bytes; q += 16) {
    const lanes = f32x4.mul(v128.load(predict + q), gradient)
    const passes = f32x4.gt(v128.load(values + q), zero)
    v128.store(to + q, hiddenLayers ? v128.bitselect(lanes, zero, passes) : lanes)
  }
}

function towerBackward(first: i32, last: i32): void {
  const rate = real(Real.dropout)
  const scale = <f32>(1 / (1 - rate))
  for (let l = word(Slot.hiddenLayers) - 1; l >= 0; l--) {
    const layer = layerOf(l)
    const from = activationOf(l + 1)
    const to = activationOf(l)
    // A hidden unit that is positive was neither rectified nor dropped; the inputs have no ReLU, so no mask here.
    rowsTimesMatrix(
      l ? Finish.mask : Finish.store, last - first, fieldOf(layer, Layer.inputs), fieldOf(layer, Layer.outputs),
      sampleRow(from, Activation.gradients, first), addressOf(from, Activation.stride),
      addressOf(layer, Layer.transposed), addressOf(layer, Layer.transposedStride),
      sampleRow(to, Activation.gradients, first), addressOf(to, Activation.stride),
      l ? sampleRow(to, Activation.values, first) : 0, scale,
    )
    if (!l && rate > 0) applyDropout(to, l, Activation.gradients, epoch, position, first, last)
  }
}

/** Forward, loss and backward of one block of samples: it writes to nothing but its samples' buffers. */
function forwardBackward(block: i32): void {
  const first = block * BLOCK
  const last = min(first + BLOCK, samples)
  const hasTower = word(Slot.mlpWidth) > 0
  if (hasTower) {
    gather(first, last)
    towerForward(first, last)
  }
  logits(first, last)
  blockLoss(block, first, last)
  for (let b = first; b < last; b++) {
    const gradient = v128.load32_splat(at(address(Slot.logitGradients), b))
    productGradients(b, gradient)
    if (hasTower) outputGradients(b, gradient)
  }
  if (hasTower) towerBackward(first, last)
}

/** Column sums of `values` (samples x 4 lanes at `column`), weighted by the logit gradients where asked. */
// @ts-ignore: decorator
@inline
function sumSamples(values: usize, stride: usize, weighted: bool): v128 {
  let sum = f32x4.splat(0)
  const weights = address(Slot.logitGradients)
  for (let b = 0; b < samples; b++) {
    const lanes = v128.load(values + <usize>b * stride)
    sum = weighted ? multiplyAdd(v128.load32_splat(at(weights, b)), lanes, sum) : f32x4.add(sum, lanes)
  }
  return sum
}

function updateBias(layer: usize, gradients: usize): void {
  const bytes = <usize>fieldOf(layer, Layer.outputs) << 2
  const bias = addressOf(layer, Layer.bias)
  const stride = addressOf(gradients, Activation.stride)
  for (let q: usize = 0; q < bytes; q += 16) {
    const sum = sumSamples(addressOf(gradients, Activation.gradients) + q, stride, false)
    updateLanes(
      bias + q, addressOf(layer, Layer.biasM) + q, addressOf(layer, Layer.biasV) + q, sum,
      f32x4.splat(decay1), f32x4.splat(decay2),
    )
  }
}

function updatePredictPart(part: usize, width: i32, values: usize, stride: usize): void {
  const penalty = f32x4.splat(<f32>(2 * real(Real.l2Predict)))
  const bytes = <usize>width << 2
  for (let q: usize = 0; q < bytes; q += 16) {
    const w = address(Slot.predict) + part + q
    const sum = multiplyAdd(penalty, v128.load(w), sumSamples(values + q, stride, true))
    updateLanes(
      w, address(Slot.predictM) + part + q, address(Slot.predictV) + part + q, sum,
      f32x4.splat(decay1), f32x4.splat(decay2),
    )
  }
}

function updatePredict(): void {
  const gmfWidth = word(Slot.gmfWidth)
  const output = activationOf(word(Slot.hiddenLayers))
  updatePredictPart(0, gmfWidth, address(Slot.products), address(Slot.productStride))
  if (word(Slot.outputWidth)) {
    updatePredictPart(
      <usize>gmfWidth << 2, word(Slot.outputWidth), addressOf(output, Activation.values), addressOf(output, Activation.stride),
    )
  }
  let sum: f32 = 0
  for (let b = 0; b < samples; b++) sum += load<f32>(at(address(Slot.logitGradients), b))
  const bias = <usize>word(Slot.predictWidth) << 2
  updateLanes(
    address(Slot.predict) + bias, address(Slot.predictM) + bias, address(Slot.predictV) + bias,
    f32x4.replace_lane(f32x4.splat(0), 0, sum), f32x4.splat(decay1), f32x4.splat(decay2),
  )
}

/** Weight rows handed out at a time. */
const ROWS_PER_PIECE: i32 = 16

/** Updates piece `piece` of the dense parameters; false when there is none left. */
function updatePiece(piece: i32): bool {
  const layers = word(Slot.hiddenLayers)
  for (let l = 0; l < layers; l++) {
    const layer = layerOf(l)
    const inputs = fieldOf(layer, Layer.inputs)
    const pieces = (inputs + ROWS_PER_PIECE - 1) / ROWS_PER_PIECE
    if (piece < pieces) {
      updateWeightRows(layer, l, piece * ROWS_PER_PIECE, min(inputs, (piece + 1) * ROWS_PER_PIECE))
      return true
    }
    piece -= pieces
    if (piece === 0) {
      updateBias(layer, activationOf(l + 1))
      return true
    }
    piece--
  }
  if (piece === 0) updatePredict()
  return piece === 0
}

function updateWeightRows(layer: usize, index: i32, first: i32, last: i32): void {
  const inputs = activationOf(index)
  const outputs = activationOf(index + 1)
  aimAtWeights(
    addressOf(layer, Layer.weight), addressOf(layer, Layer.weightM), addressOf(layer, Layer.weightV),
    addressOf(layer, Layer.weightStride), addressOf(layer, Layer.transposed), addressOf(layer, Layer.transposedStride),
    <f32>2 * load<f32>(layer + (Layer.l2 << 2)),
  )
  for (let row = first; row < last; row += 4) {
    columnsTimesMatrix(
      row, fieldOf(layer, Layer.outputs), samples, addressOf(inputs, Activation.values), addressOf(inputs, Activation.stride),
      addressOf(outputs, Activation.gradients), addressOf(outputs, Activation.stride), decay1, decay2,
    )
  }
}

function sumBlockLosses(): void {
  const blocks = (samples + BLOCK - 1) / BLOCK
  let sum = load<f64>(address(Slot.lossSum))
  for (let block = 0; block < blocks; block++) sum += load<f64>(address(Slot.blockLosses) + (<usize>block << 3))
  store<f64>(address(Slot.lossSum), sum)
}

/** Step t (from 1) on `count` samples that begin `offset` samples into the sample arrays. */
export function trainStep(t: i32, offset: i32, count: i32, ofEpoch: i32, firstPosition: u32): void {
  users = at(address(Slot.sampleUsers), offset)
  items = at(address(Slot.sampleItems), offset)
  labels = at(address(Slot.sampleLabels), offset)
  samples = count
  epoch = ofEpoch
  position = firstPosition
  prepareStep(t)
  listRows(address(Slot.users), users, samples)
  listRows(address(Slot.items), items, samples)
  catchUpRows(address(Slot.users), t)
  catchUpRows(address(Slot.items), t)
  meet()
  // Everybody is past the gradients of the step before, nobody has reached those of this one.
  if (thread === 0) resetCounter(Counter.gradients)
  const blocks = (samples + BLOCK - 1) / BLOCK
  for (let block = claim(Counter.blocks); block < blocks; block = claim(Counter.blocks)) forwardBackward(block)
  meet()
  if (thread === 0) {
    resetCounter(Counter.blocks)
    sumBlockLosses()
  }
  prepareEpsilon(true)
  updateTables(t)
  prepareEpsilon(false)
  prepareDecay(1)
  let piece = claim(Counter.gradients)
  while (updatePiece(piece)) piece = claim(Counter.gradients)
}
