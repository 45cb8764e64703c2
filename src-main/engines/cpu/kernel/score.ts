import { BLOCK, Layer, Slot, Table } from '../slots'
import { claim, Counter } from './barrier'
import { address, addressOf, at, fieldOf, layerOf, setThread, thread, word } from './context'
import { Finish, rowsTimesMatrix } from './gemm'
import { dot, multiplyAdd, sumLanes } from './lanes'

/**
 * Scoring without dropout. The first hidden layer is linear in the concatenation, so its item half is computed once
 * for all items and its user half once for each user; what is left for a pair is an addition (a quarter of the work
 * of NeuMF with F = 32). A pair's score does not depend on the pairs beside it.
 */

/** Items or users handed out at a time. */
const PIECE: i32 = 32

/** Item halves of the first hidden layer: items' MLP embeddings times the lower rows of the weights. */
export function prepareScoring(index: i32, count: i32): void {
  setThread(index, count)
  if (!word(Slot.hiddenLayers)) return
  const layer = layerOf(0)
  const width = word(Slot.mlpWidth)
  const stride = address(Slot.rowStride)
  const outStride = address(Slot.itemHalfStride)
  const weight = addressOf(layer, Layer.weight) + <usize>width * addressOf(layer, Layer.weightStride)
  const itemCount = word(Slot.itemCount)
  for (let first = claim(Counter.scoring) * PIECE; first < itemCount; first = claim(Counter.scoring) * PIECE) {
    rowsTimesMatrix(
      Finish.store, min(PIECE, itemCount - first), fieldOf(layer, Layer.outputs), width,
      addressOf(address(Slot.items), Table.rows) + <usize>first * stride, stride,
      weight, addressOf(layer, Layer.weightStride),
      address(Slot.itemHalf) + <usize>first * outStride, outStride, 0, 1,
    )
  }
}

/** This thread's scratch: the user's half, its weighted GMF row, two blocks of activations, a block of scores. */
let userHalf: usize = 0
let weightedUser: usize = 0
let blockA: usize = 0
let blockB: usize = 0
let blockScores: usize = 0
/** What a score starts from: lanes that depend on the user alone (MLP-0). */
let userLanes: v128 = f32x4.splat(0)

function openScratch(): void {
  const stride = address(Slot.scratchStride)
  userHalf = address(Slot.scratch) + <usize>thread * address(Slot.scratchBytes)
  weightedUser = userHalf + stride
  blockA = weightedUser + stride
  blockB = blockA + <usize>BLOCK * stride
  blockScores = blockB + <usize>BLOCK * stride
}

/** The user's GMF factors times the weights of the last layer. */
function weighGmfRow(row: usize): void {
  const bands = word(Slot.bands)
  const width = (<usize>word(Slot.gmfWidth) << 2) / bands
  let predict = address(Slot.predict)
  let to = weightedUser
  for (let band = 0; band < bands; band++) {
    const part = row + <usize>band * addressOf(address(Slot.users), Table.bandBytes)
    for (let q: usize = 0; q < width; q += 16) v128.store(to + q, f32x4.mul(v128.load(predict + q), v128.load(part + q)))
    predict += width
    to += width
  }
}

function prepareUser(user: i32): void {
  const row = addressOf(address(Slot.users), Table.rows) + <usize>user * address(Slot.rowStride)
  const mlpWidth = word(Slot.mlpWidth)
  const predict = address(Slot.predict)
  const gmfBytes = <usize>word(Slot.gmfWidth) << 2
  weighGmfRow(row + (<usize>mlpWidth << 2))
  userLanes = f32x4.splat(0)
  if (word(Slot.hiddenLayers)) {
    const layer = layerOf(0)
    // Strides of 0: the tile's four rows are this one row.
    rowsTimesMatrix(
      Finish.store, 4, fieldOf(layer, Layer.outputs), mlpWidth, row, 0, addressOf(layer, Layer.weight),
      addressOf(layer, Layer.weightStride), userHalf, 0, addressOf(layer, Layer.bias), 1,
    )
  } else if (mlpWidth) userLanes = dot(row, predict + gmfBytes, mlpWidth, userLanes)
}

/** The tower's last hidden layer for a block of items, whose rows are left where the address says. */
function towerBlock(items: usize, count: i32): usize {
  const layers = word(Slot.hiddenLayers)
  const stride = address(Slot.scratchStride)
  const bytes = <usize>fieldOf(layerOf(0), Layer.outputs) << 2
  const zero = f32x4.splat(0)
  for (let c = 0; c < count; c++) {
    const half = address(Slot.itemHalf) + <usize>load<i32>(at(items, c)) * address(Slot.itemHalfStride)
    const to = blockA + <usize>c * stride
    for (let q: usize = 0; q < bytes; q += 16) {
      const sum = f32x4.add(v128.load(userHalf + q), v128.load(half + q))
      v128.store(to + q, v128.bitselect(sum, zero, f32x4.gt(sum, zero)))
    }
  }
  let from = blockA
  let to = blockB
  for (let l = 1; l < layers; l++) {
    const layer = layerOf(l)
    rowsTimesMatrix(
      Finish.rectify, count, fieldOf(layer, Layer.outputs), fieldOf(layer, Layer.inputs), from, stride,
      addressOf(layer, Layer.weight), addressOf(layer, Layer.weightStride), to, stride, addressOf(layer, Layer.bias), 1,
    )
    const swap = from
    from = to
    to = swap
  }
  return from
}

/** As dot(), of the weighted user and an item's row that lies in bands. */
function dotBands(row: usize, bands: i32): v128 {
  const width = (<usize>word(Slot.gmfWidth) << 2) / bands
  let even = f32x4.splat(0)
  let odd = f32x4.splat(0)
  let user = weightedUser
  for (let band = 0; band < bands; band++) {
    for (let q: usize = 0; q < width; q += 32) {
      even = multiplyAdd(v128.load(user + q), v128.load(row + q), even)
      odd = multiplyAdd(v128.load(user + q, 16), v128.load(row + q, 16), odd)
    }
    user += width
    row += addressOf(address(Slot.items), Table.bandBytes)
  }
  return f32x4.add(even, odd)
}

/** Logits of the prepared user and at most BLOCK items. */
function scoreBlock(items: usize, count: i32, scores: usize): void {
  const mlpBytes = <usize>word(Slot.mlpWidth) << 2
  const gmfWidth = word(Slot.gmfWidth)
  const hasLayers = word(Slot.hiddenLayers) > 0
  const outputWidth = word(Slot.outputWidth)
  const predict = address(Slot.predict)
  const tower = predict + (<usize>gmfWidth << 2)
  const bias = load<f32>(predict + (<usize>word(Slot.predictWidth) << 2))
  const outputs = hasLayers ? towerBlock(items, count) : 0
  const rows = addressOf(address(Slot.items), Table.rows)
  const bands = word(Slot.bands)
  for (let c = 0; c < count; c++) {
    const row = rows + <usize>load<i32>(at(items, c)) * address(Slot.rowStride)
    let lanes = bands > 1 ? dotBands(row, bands) : dot(weightedUser, row + mlpBytes, gmfWidth, userLanes)
    if (hasLayers) lanes = dot(outputs + <usize>c * address(Slot.scratchStride), tower, outputWidth, lanes)
    else if (mlpBytes) lanes = dot(row, tower + mlpBytes, word(Slot.mlpWidth), lanes)
    store<f32>(at(scores, c), sumLanes(lanes) + bias)
  }
}

/** Scores pairs; those of one user should stand together, since its half is computed once for a run of pairs. */
export function scoreRuns(index: i32, count: i32, users: usize, items: usize, pairs: i32, scores: usize): void {
  setThread(index, count)
  openScratch()
  const piece = 1024
  for (let first = claim(Counter.scoring) * piece; first < pairs; first = claim(Counter.scoring) * piece) {
    const last = min(first + piece, pairs)
    let start = first
    while (start < last) {
      const user = load<i32>(at(users, start))
      let end = start + 1
      while (end < last && end - start < BLOCK && load<i32>(at(users, end)) === user) end++
      if (start === first || load<i32>(at(users, start - 1)) !== user) prepareUser(user)
      scoreBlock(at(items, start), end - start, at(scores, start))
      start = end
    }
  }
}

const MISS: i32 = -1

/** Strict rank of a user's held-out item: equals and NaN count against it, its own id among the negatives does not. */
function rankUser(heldOutAt: usize, candidates: usize, count: i32): i32 {
  scoreBlock(heldOutAt, 1, blockScores)
  const positive = load<f32>(blockScores)
  if (positive !== positive) return MISS
  const heldOut = load<i32>(heldOutAt)
  let rank = 0
  for (let first = 0; first < count; first += BLOCK) {
    const length = min(BLOCK, count - first)
    scoreBlock(at(candidates, first), length, blockScores)
    for (let c = 0; c < length; c++) {
      const beats = !(load<f32>(at(blockScores, c)) < positive)
      if (beats && load<i32>(at(candidates, first + c)) !== heldOut) rank++
    }
  }
  return rank
}

/** Ranks of all users that have a held-out item; the others' ranks are left as they are. */
export function rankUsers(index: i32, count: i32, heldOut: usize, starts: usize, candidates: usize, ranks: usize): void {
  setThread(index, count)
  openScratch()
  const userCount = word(Slot.userCount)
  for (let first = claim(Counter.scoring) * PIECE; first < userCount; first = claim(Counter.scoring) * PIECE) {
    const last = min(first + PIECE, userCount)
    for (let user = first; user < last; user++) {
      if (load<i32>(at(heldOut, user)) < 0) continue
      const start = load<i32>(at(starts, user))
      prepareUser(user)
      store<i32>(at(ranks, user), rankUser(at(heldOut, user), at(candidates, start), load<i32>(at(starts, user + 1)) - start))
    }
  }
}
