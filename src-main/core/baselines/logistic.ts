import { naturalLogarithm } from '../random/normal.ts'

/** Only + - * / are used, so the same argument gives the same bits on every machine, unlike Math.exp. */

const LOG2_E = 1.4426950408889634
const LN2_HIGH = 0.6931471803691238
const LN2_LOW = 1.9082149292705877e-10
/** e^-709 is the last normal float64 but a few. */
const LOWEST = -708

/** 2^-n, n = 0..1023. */
const HALVES = new Float64Array(1024)
HALVES[0] = 1
for (let n = 1; n < HALVES.length; n++) HALVES[n] = HALVES[n - 1] / 2

/** e^x for x <= 0, relative error below 1e-15: reduction by ln 2, then Taylor's series to the thirteenth power. */
export function exponential(x: number): number {
  const argument = Math.max(x, LOWEST)
  const n = Math.floor(0.5 - argument * LOG2_E)
  const r = argument + n * LN2_HIGH + n * LN2_LOW
  let sum = 1
  for (let power = 13; power >= 1; power--) sum = 1 + (sum * r) / power
  return sum * HALVES[n]
}

/** 1 / (1 + e^-x). */
export function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + exponential(-x))
  const e = exponential(x)
  return e / (1 + e)
}

/** -ln sigmoid(x) = ln(1 + e^-x), absolute error below 1e-15. */
export function logisticLoss(x: number): number {
  const loss = naturalLogarithm(1 + exponential(-Math.abs(x)))
  return x >= 0 ? loss : loss - x
}
