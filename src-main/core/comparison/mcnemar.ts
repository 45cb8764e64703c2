import { around, type Interval95 } from './interval95.ts'
import { logGamma } from './studentT.ts'

/** Users whom exactly one of two runs serves: the others say nothing about which run is better. */
export interface Discordant {
  onlyA: number
  onlyB: number
}

/** @param a,b Hits of the same users: 1 or 0. */
export function countDiscordant(a: ArrayLike<number>, b: ArrayLike<number>): Discordant {
  let [onlyA, onlyB] = [0, 0]
  for (let user = 0; user < a.length; user++) {
    if (a[user] > b[user]) onlyA++
    else if (b[user] > a[user]) onlyB++
  }
  return { onlyA, onlyB }
}

/**
 * Two-sided mid-p of McNemar's exact test: the discordant users are coin tosses where neither run is better.
 *
 *   p = 2 P(X < x) + P(X = x), X binomial(onlyA + onlyB, 1/2), x the smaller count; 1 without discordant users
 *
 * Why mid-p: the exact conditional p is above its level at every n (by P(X = x), about .03 for a thousand discordant
 * users), so that true differences are overlooked; mid-p is uniform under the null up to half a step, and needs no
 * approximation where counts are small. Fagerland, Lydersen and Laake, "The McNemar test for binary matched-pairs
 * data: mid-p and asymptotic are better than exact conditional" (BMC Medical Research Methodology 2013).
 */
export function mcnemarMidP({ onlyA, onlyB }: Discordant): number {
  const tosses = onlyA + onlyB
  const smaller = Math.min(onlyA, onlyB)
  const ways = logGamma(tosses + 1) - logGamma(smaller + 1) - logGamma(tosses - smaller + 1)
  const atSmaller = Math.exp(ways - tosses * Math.LN2)
  // Both counts are equal: there is no fewer, and the halves of the distribution share the middle.
  if (onlyA === onlyB) return 1
  let [below, term] = [0, atSmaller]
  for (let x = smaller; x > 0 && term > 0; x--) {
    term *= x / (tosses - x + 1)
    below += term
  }
  return Math.min(1, 2 * below + atSmaller)
}

/**
 * 95 % interval of the difference of two paired hit rates, a - b: the normal one with a user added to either discordant
 * count, which keeps its level where they are few. Bonett and Price, "Adjusted Wald confidence interval for a
 * difference of binomial proportions based on paired data" (JEBS 2012).
 *
 * @param users All of them, concordant ones included.
 */
export function hitRateDifferenceInterval({ onlyA, onlyB }: Discordant, users: number): Interval95 {
  const [a, b] = [(onlyA + 1) / (users + 2), (onlyB + 1) / (users + 2)]
  const error = Math.sqrt((a + b - (a - b) ** 2) / (users + 2))
  const { from, to } = around(a - b, 1.959963984540054 * error)
  return { from: Math.max(-1, from), to: Math.min(1, to) }
}
