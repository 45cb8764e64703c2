import { philox, multiplyHigh, type Key } from '../random/philox.ts'

/**
 * A keyed pseudo-random permutation of 0..size-1: an alternating Feistel network over Z_a x Z_b with a * b just
 * above size (Black and Rogaway, "Ciphers with arbitrary finite domains", CT-RSA 2002), walking the cycle until the
 * value falls below size. a and b are within one of sqrt(size), so fewer than one walk in sqrt(size) / 2 is needed
 * and shuffling costs no memory: position q of an epoch is computed, not stored.
 */
export interface Permutation {
  size: number
  /** a: the range of the left half. */
  leftSize: number
  /** b: the range of the right half. */
  rightSize: number
  /** One 32-bit word for each round. */
  roundKeys: Uint32Array
}

export const ROUNDS = 6

/** The shuffle of one epoch (or of any numbered occasion) under a stream's key. Size in 1..2^32-1. */
export function createPermutation(size: number, key: Key, occasion: number): Permutation {
  if (!Number.isInteger(size) || size < 1 || size > 0xffffffff) {
    throw new RangeError(`A permutation needs a size in 1..2^32-1, not ${size}.`)
  }
  const leftSize = Math.ceil(Math.sqrt(size))
  const words = [...philox([occasion, 0, 0, 0], key), ...philox([occasion, 1, 0, 0], key)]
  return {
    size,
    leftSize,
    rightSize: Math.ceil(size / leftSize),
    roundKeys: Uint32Array.from(words.slice(0, ROUNDS)),
  }
}

/** MurmurHash3's 32-bit finaliser of the keyed value, mapped to 0..bound-1. */
function roundFunction(value: number, key: number, bound: number): number {
  let h = (value + key) | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return multiplyHigh((h ^ (h >>> 16)) >>> 0, bound)
}

function encryptOnce(permutation: Permutation, position: number): number {
  const { leftSize, rightSize, roundKeys } = permutation
  let left = Math.floor(position / rightSize)
  let right = position % rightSize
  for (let round = 0; round < ROUNDS; round += 2) {
    left = (left + roundFunction(right, roundKeys[round], leftSize)) % leftSize
    right = (right + roundFunction(left, roundKeys[round + 1], rightSize)) % rightSize
  }
  return left * rightSize + right
}

/** Where position (0..size-1) goes. */
export function permute(permutation: Permutation, position: number): number {
  let value = encryptOnce(permutation, position)
  while (value >= permutation.size) value = encryptOnce(permutation, value)
  return value
}
