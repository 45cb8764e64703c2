import type { NeuralConfig } from '../../core/run/runConfig.ts'
import { ADAM_ENTRY, POWER_ENTRY } from './slots.ts'

/**
 * Constants of the closed form of idle Adam steps (kernel/optimizers.ts catchUp). Everything here is a pure function of
 * the betas, by multiplication, division and square root alone, so the bits are the same on every machine and do not
 * depend on how long a run is.
 */

const BETA1 = 0.9
const BETA2 = 0.999
const RMSPROP_ALPHA = 0.99
const RATE = BETA1 / Math.sqrt(BETA2)
const RATE_MEAN = BETA1 / BETA2
const RATE_SQUARE = BETA1 / (BETA2 * Math.sqrt(BETA2))

/** Steps after which 1 - beta2^t is 1 in float64 (beta2^t < 2^-54 at t = 37,411): later steps are all alike. */
export const STEPS = 40_960
/** Idle steps after which r^k is below 1e-17 and the sums to infinity are the answer. */
export const CLOSED_FORM_HORIZON = 400
/** Idle steps after which beta1^k is below 1e-9 and the first moment counts as 0. */
export const MOMENTUM_HORIZON = 200
/** Idle steps after which beta2^k is below 4e-29 and only the last entry is used. */
export const DECAY_STEPS = 65_536
/** How far behind the table's end the backward recursion starts: r^1000 is below 1e-45. */
const RUN_IN = 1000

function powersOf(base: number, length: number): Float64Array {
  const powers = new Float64Array(length)
  powers[0] = 1
  for (let i = 1; i < length; i++) powers[i] = powers[i - 1] * base
  return powers
}

/**
 * Entry t: S(t), S1(t), S2(t), 1 / (1 - beta1^t), 1 / sqrt(1 - beta2^t). With q_i = sqrt(1 - beta2^i),
 * S(t) = sum over i >= 1 of r^i q_(t+i) / (1 - beta1^(t+i)); S1 and S2 carry one and two more factors q and their own
 * rates.
 */
export function adamTable(): Float64Array {
  return (cachedTable ??= computeAdamTable())
}

let cachedTable: Float64Array | undefined

function computeAdamTable(): Float64Array {
  const fields = ADAM_ENTRY / 8
  const table = new Float64Array(STEPS * fields)
  const power1 = powersOf(BETA1, STEPS + RUN_IN + 1)
  const power2 = powersOf(BETA2, STEPS + RUN_IN + 1)
  let s = 0
  let s1 = 0
  let s2 = 0
  for (let t = STEPS + RUN_IN - 1; t >= 0; t--) {
    const square = 1 - power2[t + 1]
    const q = Math.sqrt(square)
    const correction = 1 / (1 - power1[t + 1])
    s = RATE * (q * correction + s)
    s1 = RATE_MEAN * (square * correction + s1)
    s2 = RATE_SQUARE * (square * q * correction + s2)
    if (t < STEPS) table.set([s, s1, s2, 1 / (1 - power1[t]), 1 / Math.sqrt(1 - power2[t])], t * fields)
  }
  return table
}

/** Entry k: the k-th powers of the three rates and of beta1. */
export function powerTable(): Float64Array {
  const fields = POWER_ENTRY / 8
  const table = new Float64Array(CLOSED_FORM_HORIZON * fields)
  const columns = [RATE, RATE_MEAN, RATE_SQUARE, BETA1].map((rate) => powersOf(rate, CLOSED_FORM_HORIZON))
  columns.forEach((powers, field) => powers.forEach((power, k) => (table[k * fields + field] = power)))
  return table
}

/** Entry k: what k steps leave of the second moment. */
export function decayTable(optimizer: NeuralConfig['optimizer']): Float32Array {
  return Float32Array.from(powersOf(optimizer === 'rmsprop' ? RMSPROP_ALPHA : BETA2, DECAY_STEPS))
}
