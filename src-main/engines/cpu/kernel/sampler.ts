import { Slot } from '../slots'
import { address, at, thread, threads, word } from './context'
import { permuteFour, preparePermutation } from './permutation'
import { philox, word0, word1, word2, word3 } from './philox'
import { firstWords, multiplyHighLanes } from './philoxLanes'

/** The batches of core/sampling, number for number: permutation of positions, negatives by Philox. */

function searchTrainItems(user: i32, item: i32): bool {
  const items = address(Slot.trainItems)
  const start = at(address(Slot.trainStart), user)
  let low = load<u32>(start)
  const end = load<u32>(start, 4)
  let high = end
  while (low < high) {
    const middle = (low + high) >> 1
    if (load<i32>(items + (<usize>middle << 2)) < item) low = middle + 1
    else high = middle
  }
  return low < end && load<i32>(items + (<usize>low << 2)) === item
}

// @ts-ignore: decorator
@inline
function isTrainItem(user: i32, item: i32): bool {
  if (!word(Slot.hasBitset)) return searchTrainItems(user, item)
  const bit = <u64>user * <u64>word(Slot.itemCount) + <u64>item
  return <bool>((load<u32>(address(Slot.bitset) + (<usize>(bit >> 5) << 2)) >> (<u32>bit & 31)) & 1)
}

/** A user for whom nothing was found in all the blocks: the next item in order. */
function nextUnknownItem(user: i32, start: i32): i32 {
  const itemCount = word(Slot.itemCount)
  for (let i = 0; i < itemCount; i++) {
    const item = (start + i) % itemCount
    if (!isTrainItem(user, item)) return item
  }
  return start
}

// @ts-ignore: decorator
@inline
function toItem(random: u32, itemCount: u32): i32 {
  return <i32>((<u64>random * <u64>itemCount) >> 32)
}

function drawNegative(user: i32, positive: i32, slot: i32, epoch: i32): i32 {
  const itemCount = word(Slot.itemCount)
  const key0 = word(Slot.negativesKey0)
  const key1 = word(Slot.negativesKey1)
  const maximumBlocks = word(Slot.maximumBlocks)
  let item = 0
  for (let block = 0; block < maximumBlocks; block++) {
    philox(positive, slot, epoch, block, key0, key1)
    item = toItem(word0, itemCount)
    if (!isTrainItem(user, item)) return item
    item = toItem(word1, itemCount)
    if (!isTrainItem(user, item)) return item
    item = toItem(word2, itemCount)
    if (!isTrainItem(user, item)) return item
    item = toItem(word3, itemCount)
    if (!isTrainItem(user, item)) return item
  }
  return nextUnknownItem(user, item)
}

/** Samples of a pass: their words stay in the first-level cache from one pass to the next. */
const PASS: u32 = 256

/**
 * A share of the samples goes through several passes, because what a sample needs of the tables is scattered: in loops
 * that do little else and do not branch on what they read, many of those reads are on their way at once (twice as
 * fast as one pass).
 */
function samplePass(epoch: i32, first: u32, from: u32, to: u32): void {
  const size = <u32>word(Slot.samplesPerEpoch)
  const slots = <u32>word(Slot.slotsPerPositive)
  for (let b = from; b < to; b += 4) drawFour(epoch, first, b, size, slots)
  const users = address(Slot.sampleUsers)
  const positives = address(Slot.samplePositives)
  const positiveUsers = address(Slot.positiveUsers)
  for (let b = from; b < to; b++) store<i32>(at(users, b), load<i32>(at(positiveUsers, load<i32>(at(positives, b)))))
  const labels = address(Slot.sampleLabels)
  for (let b = from; b < to; b++) finishSample(b)
  for (let b = from; b < to; b++) if (load<i32>(at(labels, b)) < 0) redraw(b, epoch)
}

/** x / divisor in each lane, for `reciprocal` = (2^32 - 1) / divisor: the product is at most one too small. */
// @ts-ignore: decorator
@inline
function divideLanes(x: v128, divisor: v128, reciprocal: v128): v128 {
  const quotient = multiplyHighLanes(x, reciprocal)
  const rest = i32x4.sub(x, i32x4.mul(quotient, divisor))
  return i32x4.sub(quotient, i32x4.ge_u(rest, divisor))
}

/** Places of samples b..b+3 in the permutation and the first attempt of all four negatives; labels hold the slots. */
function drawFour(epoch: i32, first: u32, b: u32, size: u32, slots: u32): void {
  const offset = <usize>b << 2
  const positives = address(Slot.samplePositives) + offset
  const samples = permuteFour(first + b, size, positives)
  const numbers = divideLanes(samples, i32x4.splat(slots), i32x4.splat(0xffffffff / slots))
  const slotLanes = i32x4.sub(samples, i32x4.mul(numbers, i32x4.splat(slots)))
  const words = firstWords(numbers, slotLanes, i32x4.splat(epoch), word(Slot.negativesKey0), word(Slot.negativesKey1))
  v128.store(positives, numbers)
  v128.store(address(Slot.sampleItems) + offset, multiplyHighLanes(words, i32x4.splat(word(Slot.itemCount))))
  v128.store(address(Slot.sampleLabels) + offset, slotLanes)
}

/** 1 as float32. */
const POSITIVE: i32 = 0x3f800000
/** Set in place of a label, beside the slot, where the first attempt hit a train item. */
const REDRAW: i32 = 0x80000000

/** Slot 0 is the positive itself, any other a negative, to be drawn anew if it is known; the label takes its place. */
// @ts-ignore: decorator
@inline
function finishSample(b: u32): void {
  const labelAt = at(address(Slot.sampleLabels), b)
  const itemAt = at(address(Slot.sampleItems), b)
  const slot = load<i32>(labelAt)
  const isKnown = isTrainItem(load<i32>(at(address(Slot.sampleUsers), b)), load<i32>(itemAt))
  const positiveAt = at(address(Slot.trainItems), load<i32>(at(address(Slot.samplePositives), b)))
  store<i32>(itemAt, load<i32>(select<usize>(itemAt, positiveAt, slot)))
  store<i32>(labelAt, select<i32>(select<i32>(REDRAW | slot, 0, isKnown), POSITIVE, slot))
}

function redraw(b: u32, epoch: i32): void {
  const labelAt = at(address(Slot.sampleLabels), b)
  const positive = load<i32>(at(address(Slot.samplePositives), b))
  const user = load<i32>(at(address(Slot.sampleUsers), b))
  const item = drawNegative(user, positive, load<i32>(labelAt) & ~REDRAW, epoch)
  store<i32>(at(address(Slot.sampleItems), b), item)
  store<f32>(labelAt, 0)
}

/** Samples this thread's share of positions first..last-1 of an epoch into the sample arrays (from index 0). */
export function samplePositions(epoch: i32, first: u32, last: u32): void {
  preparePermutation(epoch)
  const groups = (last - first + 3) / 4
  const from = 4 * <u32>((<u64>groups * <u64>thread) / <u64>threads)
  const to = 4 * <u32>((<u64>groups * <u64>(thread + 1)) / <u64>threads)
  for (let start = from; start < to; start += PASS) samplePass(epoch, first, start, min(start + PASS, to))
}
