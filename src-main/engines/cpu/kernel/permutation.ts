import { Slot } from '../slots'
import { word } from './context'
import { philox, word0, word1, word2, word3 } from './philox'
import { multiplyHighLanes } from './philoxLanes'

/** The shuffle of core/sampling/permutation, four positions at a time. */

let leftSize: u32 = 0
let rightSize: u32 = 0
let roundKey0: u32 = 0
let roundKey1: u32 = 0
let roundKey2: u32 = 0
let roundKey3: u32 = 0
let roundKey4: u32 = 0
let roundKey5: u32 = 0

export function preparePermutation(epoch: i32): void {
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

/** Adds the round function of `from` to `to`, modulo `size`. */
// @ts-ignore: decorator
@inline
function mix(to: v128, from: v128, key: u32, size: v128): v128 {
  let h = i32x4.add(from, i32x4.splat(key))
  h = i32x4.mul(v128.xor(h, i32x4.shr_u(h, 16)), i32x4.splat(0x85ebca6b))
  h = i32x4.mul(v128.xor(h, i32x4.shr_u(h, 13)), i32x4.splat(0xc2b2ae35))
  const sum = i32x4.add(to, multiplyHighLanes(v128.xor(h, i32x4.shr_u(h, 16)), size))
  // Below `size`, subtracting it wraps around to a large unsigned number: the smaller one is the remainder.
  return i32x4.min_u(sum, i32x4.sub(sum, size))
}

function encrypt(left: v128, right: v128): v128 {
  const leftSizes = i32x4.splat(leftSize)
  const rightSizes = i32x4.splat(rightSize)
  left = mix(left, right, roundKey0, leftSizes)
  right = mix(right, left, roundKey1, rightSizes)
  left = mix(left, right, roundKey2, leftSizes)
  right = mix(right, left, roundKey3, rightSizes)
  left = mix(left, right, roundKey4, leftSizes)
  right = mix(right, left, roundKey5, rightSizes)
  return i32x4.add(i32x4.mul(left, rightSizes), right)
}

function encryptOne(left: u32, right: u32): u32 {
  return i32x4.extract_lane(encrypt(i32x4.splat(left), i32x4.splat(right)), 0)
}

/** A value at or beyond the size walks on along its cycle: less than once in sqrt(size) / 2 values. */
function walk(value: u32, size: u32): u32 {
  while (value >= size) {
    const left = value / rightSize
    value = encryptOne(left, value - left * rightSize)
  }
  return value
}

/** The values of positions first..first+3 that are not of one row of Z_a x Z_b: each by itself. */
function encryptEach(first: u32, size: u32, to: usize): v128 {
  for (let i: u32 = 0; i < 4; i++) {
    const position = min(first + i, size - 1)
    const row = position / rightSize
    store<u32>(to + (<usize>i << 2), encryptOne(row, position - row * rightSize))
  }
  return v128.load(to)
}

function walkEach(values: v128, size: u32, to: usize): v128 {
  v128.store(to, values)
  for (let i: usize = 0; i < 16; i += 4) store<u32>(to + i, walk(load<u32>(to + i), size))
  return v128.load(to)
}

/**
 * Where positions first..first+3 go. Those at or beyond the size go where the last one goes: a walk that begins
 * outside might never come in. `spare` is an address of 16 bytes for the rare cases.
 */
// @ts-ignore: decorator
@inline
export function permuteFour(first: u32, size: u32, spare: usize): v128 {
  const left = first / rightSize
  const right = first - left * rightSize
  const values =
    right + 3 < rightSize && first + 3 < size
      ? encrypt(i32x4.splat(left), i32x4.add(i32x4.splat(right), i32x4(0, 1, 2, 3)))
      : encryptEach(first, size, spare)
  return v128.any_true(i32x4.ge_u(values, i32x4.splat(size))) ? walkEach(values, size, spare) : values
}
