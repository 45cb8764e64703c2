import { Slot } from '../slots'
import { address, at, thread, threads, word } from './context'
import { philox, word0, word1, word2, word3 } from './philox'

/** The batches of core/sampling, number for number: permutation of positions, negatives by Philox. */

let leftSize: u32 = 0
let rightSize: u32 = 0
let roundKey0: u32 = 0
let roundKey1: u32 = 0
let roundKey2: u32 = 0
let roundKey3: u32 = 0
let roundKey4: u32 = 0
let roundKey5: u32 = 0

/** Prepares the permutation of an epoch. */
function prepareEpoch(epoch: i32): void {
  leftSize = word(Slot.leftSize)
  rightSize = word(Slot.rightSize)
  const key0 = word(Slot.shuffleKey0)
  const key1 = word(Slot.shuffleKey1)
  philox(epoch, 0, 0, 0, key0, key1)
  roundKey0 = word0
  roundKey1 = word1
  roundKey2 = word2
  roundKey3 = word3
  philox(epoch, 1, 0, 0, key0, key1)
  roundKey4 = word0
  roundKey5 = word1
}

// @ts-ignore: decorator
@inline
function roundFunction(value: u32, key: u32, bound: u32): u32 {
  let h = value + key
  h = (h ^ (h >> 16)) * 0x85ebca6b
  h = (h ^ (h >> 13)) * 0xc2b2ae35
  return <u32>((<u64>(h ^ (h >> 16)) * <u64>bound) >> 32)
}

// @ts-ignore: decorator
@inline
function addModulo(a: u32, b: u32, modulus: u32): u32 {
  const sum = a + b
  return sum >= modulus ? sum - modulus : sum
}

function permute(position: u32, size: u32): u32 {
  let value = position
  do {
    let left = value / rightSize
    let right = value - left * rightSize
    left = addModulo(left, roundFunction(right, roundKey0, leftSize), leftSize)
    right = addModulo(right, roundFunction(left, roundKey1, rightSize), rightSize)
    left = addModulo(left, roundFunction(right, roundKey2, leftSize), leftSize)
    right = addModulo(right, roundFunction(left, roundKey3, rightSize), rightSize)
    left = addModulo(left, roundFunction(right, roundKey4, leftSize), leftSize)
    right = addModulo(right, roundFunction(left, roundKey5, rightSize), rightSize)
    value = left * rightSize + right
  } while (value >= size)
  return value
}

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

/** Samples this thread's share of positions first..last-1 of an epoch into the sample arrays (from index 0). */
export function samplePositions(epoch: i32, first: u32, last: u32): void {
  prepareEpoch(epoch)
  const size = <u32>word(Slot.samplesPerEpoch)
  const slots = <u32>word(Slot.slotsPerPositive)
  const positiveUsers = address(Slot.positiveUsers)
  const trainItems = address(Slot.trainItems)
  const count = <u64>(last - first)
  const from = <u32>((count * <u64>thread) / <u64>threads)
  const to = <u32>((count * <u64>(thread + 1)) / <u64>threads)
  for (let b = from; b < to; b++) {
    const sample = permute(first + b, size)
    const positive = sample / slots
    const slot = sample - positive * slots
    const user = load<i32>(positiveUsers + (<usize>positive << 2))
    const offset = <usize>b << 2
    store<i32>(address(Slot.sampleUsers) + offset, user)
    if (slot === 0) store<i32>(address(Slot.sampleItems) + offset, load<i32>(trainItems + (<usize>positive << 2)))
    else store<i32>(address(Slot.sampleItems) + offset, drawNegative(user, positive, slot, epoch))
    store<f32>(address(Slot.sampleLabels) + offset, slot === 0 ? 1 : 0)
  }
}
