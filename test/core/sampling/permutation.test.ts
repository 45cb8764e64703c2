import fc from 'fast-check'
import { expect, it } from 'vitest'
import { deriveKey, keyFromSeed } from '../../../src-main/core/random/streams.ts'
import { createPermutation, permute } from '../../../src-main/core/sampling/permutation.ts'
import { chiSquareExcess } from '../statistics.ts'

const key = deriveKey(keyFromSeed(42), 'shuffle')

function permuted(size: number, occasion: number): number[] {
  const permutation = createPermutation(size, key, occasion)
  return Array.from({ length: size }, (_, position) => permute(permutation, position))
}

it('visits every position once, whatever the size', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 0, max: 1000 }), (size, occasion) => {
      expect(new Set(permuted(size, occasion)).size).toBe(size)
      expect(Math.max(...permuted(size, occasion))).toBe(size - 1)
    }),
    { numRuns: 60 },
  )
})

it('stays within bounds at the sizes of real datasets', () => {
  for (const size of [4_970_845, 99_999_999, 4_294_967_295]) {
    const permutation = createPermutation(size, key, 1)
    for (let position = size - 1000; position < size; position++)
      expect(permute(permutation, position)).toBeLessThan(size)
  }
})

it('is another one on every occasion and under every key', () => {
  expect(permuted(1000, 1)).not.toEqual(permuted(1000, 2))
  const other = createPermutation(1000, deriveKey(keyFromSeed(43), 'shuffle'), 1)
  expect(Array.from({ length: 1000 }, (_, position) => permute(other, position))).not.toEqual(
    permuted(1000, 1),
  )
})

it('sends each position anywhere with equal chance', () => {
  const size = 12
  const counts = Array.from({ length: size }, () => new Array<number>(size).fill(0))
  for (let occasion = 0; occasion < 6000; occasion++)
    permuted(size, occasion).forEach((to, from) => counts[from][to]++)
  for (const row of counts) expect(chiSquareExcess(row)).toBeLessThan(4.5)
})

it('keeps no order between neighbours, near or far', () => {
  const size = 5000
  for (const distance of [1, 2, 71, 2500]) {
    let rising = 0
    let pairs = 0
    for (let occasion = 0; occasion < 8; occasion++) {
      const values = permuted(size, occasion)
      for (let i = 0; i + distance < size; i++) {
        pairs++
        if (values[i] < values[i + distance]) rising++
      }
    }
    // Half of the pairs, within 4.5 standard deviations of that many fair coins.
    expect(Math.abs(rising - pairs / 2)).toBeLessThan(4.5 * Math.sqrt(pairs / 4))
  }
})

it('scatters neighbours: gaps between consecutive values are as those of a random shuffle', () => {
  const size = 20_000
  const bins = new Array<number>(20).fill(0)
  for (let occasion = 0; occasion < 5; occasion++) {
    const values = permuted(size, occasion)
    for (let i = 1; i < size; i += 2)
      bins[Math.floor((((values[i] - values[i - 1] + size) % size) * 20) / size)]++
  }
  expect(chiSquareExcess(bins)).toBeLessThan(4.5)
})

it('refuses sizes that no permutation has', () => {
  for (const size of [0, -1, 1.5, 2 ** 32]) expect(() => createPermutation(size, key, 1)).toThrow(RangeError)
})
