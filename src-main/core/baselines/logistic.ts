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

/** 1 / n!, n = 0..13. */
const FACTORIALS = [1]
for (let n = 1; n <= 13; n++) FACTORIALS.push(FACTORIALS[n - 1] / n)

/** e^x for x <= 0, relative error below 1e-15: reduction by ln 2, then Taylor's series to the thirteenth power. */
export function exponential(x: number): number {
  const argument = Math.max(x, LOWEST)
  const n = Math.floor(0.5 - argument * LOG2_E)
  const r = argument + n * LN2_HIGH + n * LN2_LOW
  let sum = FACTORIALS[13]
  for (let power = 12; power >= 0; power--) sum = sum * r + FACTORIALS[power]
  return sum * HALVES[n]
}

/** The logistic function 1 / (1 + e^-x), and the loss -ln of it = ln(1 + e^-x), absolute error below 1e-15. */
export function logistic(x: number): { probability: number; loss: number } {
  const e = exponential(-Math.abs(x))
  const loss = naturalLogarithm(1 + e)
  return x >= 0 ? { probability: 1 / (1 + e), loss } : { probability: e / (1 + e), loss: loss - x }
}
