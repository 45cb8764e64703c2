import { normalQuantile } from '../random/normal.ts'
import type { Key } from '../random/philox.ts'
import { Xoshiro } from '../random/xoshiro.ts'
import type { Interval95 } from './interval95.ts'
import { mean } from './moments.ts'
import { resamplesFor } from './resamples.ts'
import { finish, resamplesPerStep, type Steps } from './steps.ts'

const Z95 = 1.959963984540054

/** Distribution function of the standard normal: Abramowitz and Stegun 26.2.17, error below 7.5e-8. */
function normalBelow(z: number): number {
  if (z < 0) return 1 - normalBelow(-z)
  const t = 1 / (1 + 0.2316419 * z)
  const tail =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
  return 1 - (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * tail
}

/** Means of resamples with replacement, ascending. */
function* resampledMeans(values: Float64Array, key: Key, resamples: number): Steps<Float64Array> {
  const random = Xoshiro.fromKey(key)
  const words = new Uint32Array(values.length)
  const means = new Float64Array(resamples)
  // Multiply-shift in floating point: exact, and without the branches of a 64-bit product.
  const scale = values.length / 0x100000000
  const perStep = resamplesPerStep(values.length)
  for (let r = 0; r < resamples; r++) {
    if (r > 0 && r % perStep === 0) yield
    random.fill(words)
    let sum = 0
    for (let i = 0; i < words.length; i++) sum += values[(words[i] * scale) | 0]
    means[r] = sum / values.length
  }
  return means.sort()
}

/** Efron's acceleration of a mean in closed form: a sixth of the skewness over the root of n. */
function acceleration(values: Float64Array): number {
  const centre = mean(values)
  let [squares, cubes] = [0, 0]
  for (const value of values) {
    squares += (value - centre) ** 2
    cubes += (value - centre) ** 3
  }
  return squares === 0 ? 0 : cubes / (6 * squares ** 1.5)
}

/** Where the resamples lie around the mean itself, in standard deviations; ties count by half. */
function medianBias(means: Float64Array, observed: number): number {
  let [below, equal] = [0, 0]
  for (const value of means) {
    if (value < observed) below++
    else if (value === observed) equal++
  }
  const share = (below + equal / 2) / means.length
  return normalQuantile(Math.min(1 - 0.5 / means.length, Math.max(0.5 / means.length, share)))
}

/**
 * 95 % interval of the mean of paired differences: users are drawn anew with replacement, and both runs' values of a
 * drawn user go together. The bias-corrected and accelerated (BCa) interval of Efron, "Better bootstrap confidence
 * intervals" (JASA 1987): for thousands of users it is the percentile interval, for a few hundred it also heeds the
 * skewness of the differences, and for a mean that costs nothing, since the acceleration has a closed form.
 *
 * @param differences a - b of each user.
 * @param key Of a random stream: equal keys give equal intervals.
 */
export function bootstrapInterval(differences: Float64Array, key: Key, resamples?: number): Interval95 {
  return finish(bootstrapSteps(differences, key, resamples))
}

/** bootstrapInterval() in steps. */
export function* bootstrapSteps(
  differences: Float64Array,
  key: Key,
  resamples = resamplesFor(differences.length),
): Steps<Interval95> {
  const means = yield* resampledMeans(differences, key, resamples)
  const bias = medianBias(means, mean(differences))
  const accelerated = acceleration(differences)
  const end = (z: number) => {
    const share = normalBelow(bias + (bias + z) / (1 - accelerated * (bias + z)))
    return means[Math.min(resamples - 1, Math.max(0, Math.round(share * resamples - 0.5)))]
  }
  return { from: end(-Z95), to: end(Z95) }
}
