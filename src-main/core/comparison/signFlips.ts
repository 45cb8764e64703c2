import type { Key } from '../random/philox.ts'
import { Xoshiro } from '../random/xoshiro.ts'
import { resamplesFor } from './resamples.ts'
import { finish, resamplesPerStep, type Steps } from './steps.ts'

/** Sums that differ by rounding alone count as equal. */
const ROUNDING = 1 - 1e-9

/** The sum over the values whose bit is set. */
function sumOfSet(values: Float64Array, words: Uint32Array): number {
  let sum = 0
  for (let w = 0, i = 0; w < words.length; w++) {
    const end = Math.min(i + 32, values.length)
    for (let word = words[w]; i < end; i++, word >>>= 1) sum += values[i] * (word & 1)
  }
  return sum
}

/**
 * Two-sided p of the paired permutation test on a mean difference: where neither of two runs is better, each user's
 * difference may as well have the other sign.
 *
 *   p = (1 + #{ flips with |sum| at least the observed one }) / (1 + flips)
 *
 * It assumes no distribution and is exact up to the number of flips, so p is never 0. For metrics with more values than
 * hit and miss; with only these it is McNemar's test. Fisher, "The Design of Experiments" (1935), section 21; for
 * retrieval: Smucker, Allan and Carterette, "A comparison of statistical significance tests for information retrieval
 * evaluation" (CIKM 2007).
 *
 * @param differences a - b of each user.
 * @param key Of a random stream: equal keys give equal p.
 */
export function signFlipTest(differences: Float64Array, key: Key, flips?: number): number {
  return finish(signFlipSteps(differences, key, flips))
}

/** signFlipTest() in steps. */
export function* signFlipSteps(
  differences: Float64Array,
  key: Key,
  flips = resamplesFor(differences.length),
): Steps<number> {
  // A difference of 0 has no sign to flip.
  const moved = differences.filter((difference) => difference !== 0)
  const total = moved.reduce((sum, difference) => sum + difference, 0)
  const observed = Math.abs(total) * ROUNDING
  const random = Xoshiro.fromKey(key)
  const words = new Uint32Array(Math.ceil(moved.length / 32))
  const perStep = resamplesPerStep(moved.length)
  let asExtreme = 1
  for (let flip = 0; flip < flips; flip++) {
    if (flip > 0 && flip % perStep === 0) yield
    random.fill(words)
    // Those of the set bits keep their sign, the others lose it: kept - (total - kept).
    if (Math.abs(2 * sumOfSet(moved, words) - total) >= observed) asExtreme++
  }
  return asExtreme / (1 + flips)
}
