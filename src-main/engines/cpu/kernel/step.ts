import { Activation, BLOCK, Layer, Real, Slot } from '../slots'
import { claim, Counter, meet, resetCounter } from './barrier'
import { epoch, itemRow, items, position, samples, setBatch, userRow, users } from './batch'
import { address, addressOf, at, fieldOf, layerOf, real, thread, word } from './context'
import { applyDropout } from './dropout'
import { aimAtWeights, columnsTimesMatrix, Finish, rowsTimesMatrix } from './gemm'
import { dot, sumLanes } from './lanes'
import { blockLoss, keepBlockLoss, sumBlockLosses } from './loss'
import { decay1, decay2, prepareDecay, prepareEpsilon, prepareStep, updateLanes } from './optimizers'
import { sumSamples, updatePredictBias, updatePredictPart } from './predict'
import { multiplyRows, productGradients, productsOf } from './products'
import { catchUpRows, listRows, updateTables } from './tables'

/** One step of training: gather, forward, loss, backward, update. Two barriers a step. */

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
  const predict = address(Slot.predict)
  const output = activationOf(word(Slot.hiddenLayers))
  const bias = load<f32>(predict + (<usize>word(Slot.predictWidth) << 2))
  for (let b = first; b < last; b++) {
    multiplyRows(b)
    let lanes = dot(productsOf(b), predict, gmfWidth, f32x4.splat(0))
    if (outputWidth) lanes = dot(sampleRow(output, Activation.values, b), predict + bytes, outputWidth, lanes)
    store<f32>(at(address(Slot.logitGradients), b), sumLanes(lanes) + bias)
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
  keepBlockLoss(block, blockLoss(address(Slot.logitGradients), first, last))
  for (let b = first; b < last; b++) {
    const gradient = v128.load32_splat(at(address(Slot.logitGradients), b))
    productGradients(b, gradient)
    if (hasTower) outputGradients(b, gradient)
  }
  if (hasTower) towerBackward(first, last)
}

function updateBias(layer: usize, gradients: usize): void {
  const bytes = <usize>fieldOf(layer, Layer.outputs) << 2
  const bias = addressOf(layer, Layer.bias)
  const stride = addressOf(gradients, Activation.stride)
  for (let q: usize = 0; q < bytes; q += 16) {
    const sum = sumSamples(addressOf(gradients, Activation.gradients) + q, stride, 0)
    updateLanes(
      bias + q, addressOf(layer, Layer.biasM) + q, addressOf(layer, Layer.biasV) + q, sum,
      f32x4.splat(decay1), f32x4.splat(decay2),
    )
  }
}

function updatePredict(): void {
  const gmfWidth = word(Slot.gmfWidth)
  const output = activationOf(word(Slot.hiddenLayers))
  updatePredictPart(0, <usize>gmfWidth << 2, address(Slot.products), address(Slot.productStride))
  if (word(Slot.outputWidth)) {
    updatePredictPart(
      <usize>gmfWidth << 2, <usize>word(Slot.outputWidth) << 2, addressOf(output, Activation.values), addressOf(output, Activation.stride),
    )
  }
  updatePredictBias()
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

/** Step t (from 1) on `count` samples that begin `offset` samples into the sample arrays. */
export function trainStep(t: i32, offset: i32, count: i32, ofEpoch: i32, firstPosition: u32): void {
  setBatch(offset, count, ofEpoch, firstPosition)
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
