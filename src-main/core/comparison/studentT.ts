import { normalQuantile } from '../random/normal.ts'

/** Lanczos' approximation of ln Gamma(x), x > 0, with g = 7 and 9 terms: error about 1e-15 relative. */
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
]

/** Natural logarithm of the gamma function for x > 0. */
export function logGamma(x: number): number {
  const base = x + 6.5
  let sum = LANCZOS[0]
  for (let i = 1; i < LANCZOS.length; i++) sum += LANCZOS[i] / (x - 1 + i)
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(base) - base + Math.log(sum)
}

const SMALLEST = 1e-300

function awayFromZero(value: number): number {
  return Math.abs(value) < SMALLEST ? SMALLEST : value
}

/** The continued fraction of the incomplete beta function, by Lentz's method (DLMF 8.17.22). */
function betaFraction(x: number, a: number, b: number): number {
  let c = 1
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1))
  let fraction = d
  for (let m = 1; m <= 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / awayFromZero(1 + even * d)
    c = awayFromZero(1 + even / c)
    fraction *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / awayFromZero(1 + odd * d)
    c = awayFromZero(1 + odd / c)
    fraction *= d * c
    if (Math.abs(d * c - 1) < 1e-15) break
  }
  return fraction
}

/** The regularised incomplete beta function I_x(a, b). */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  const scale = logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)
  return x < (a + 1) / (a + b + 2)
    ? (Math.exp(scale) * betaFraction(x, a, b)) / a
    : 1 - (Math.exp(scale) * betaFraction(1 - x, b, a)) / b
}

/** Two-sided p of Student's t: the probability of so large a statistic, whatever its sign. */
export function studentTwoSided(t: number, freedom: number): number {
  if (!Number.isFinite(t)) return 0
  return incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5)
}

/**
 * The t whose two-sided p is `p`: 2.776 for .05 and 4 degrees of freedom. By bisection, since p falls with t.
 *
 * @param freedom Degrees of freedom, above 0; they need not be whole.
 */
export function studentCritical(p: number, freedom: number): number {
  let low = 0
  let high = 2 * Math.abs(normalQuantile(p / 2))
  while (studentTwoSided(high, freedom) > p) high *= 2
  while (high - low > 1e-12 * high) {
    const middle = (low + high) / 2
    if (studentTwoSided(middle, freedom) > p) low = middle
    else high = middle
  }
  return (low + high) / 2
}
