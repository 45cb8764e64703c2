import { describe, expect, it } from 'vitest'
import { holmAdjusted } from '../../../src-main/core/comparison/holm.ts'
import { meanInterval, seedInterval } from '../../../src-main/core/comparison/interval95.ts'
import {
  countDiscordant,
  hitRateDifferenceInterval,
  mcnemarMidP,
} from '../../../src-main/core/comparison/mcnemar.ts'
import { bootstrapInterval } from '../../../src-main/core/comparison/pairedBootstrap.ts'
import { resamplesFor } from '../../../src-main/core/comparison/resamples.ts'
import { compareGroups, groupInterval } from '../../../src-main/core/comparison/seedsAndUsers.ts'
import { signFlipTest } from '../../../src-main/core/comparison/signFlips.ts'
import { logGamma, studentCritical, studentTwoSided } from '../../../src-main/core/comparison/studentT.ts'
import { keyFromSeed } from '../../../src-main/core/random/streams.ts'
import { Xoshiro } from '../../../src-main/core/random/xoshiro.ts'

const key = keyFromSeed(7)

describe('the generator of resamples', () => {
  it('gives the words of the authors of xoshiro128**', () => {
    // The reference implementation in C from the state 1, 2, 3, 4.
    const words = new Uint32Array(6)
    new Xoshiro([1, 2, 3, 4]).fill(words)
    expect([...words]).toEqual([11520, 0, 5927040, 70819200, 2031721883, 1637235492])
  })

  it('goes on where it was, however many words are asked for at once', () => {
    const whole = new Uint32Array(10)
    Xoshiro.fromKey(key).fill(whole)
    const parts = Xoshiro.fromKey(key)
    const [first, second] = [new Uint32Array(3), new Uint32Array(7)]
    parts.fill(first)
    parts.fill(second)
    expect([...first, ...second]).toEqual([...whole])
  })
})

describe("Student's t", () => {
  it.each([
    // scipy 1.17: stats.t.sf(t, freedom) * 2
    [1, 1, 0.5],
    [2.5, 3.7, 0.07182202291182678],
    [-0.3, 50, 0.7654208802553033],
    [4, 6000, 6.410408579986165e-5],
  ])('of %d with %d degrees of freedom has the p of scipy', (t, freedom, p) => {
    expect(studentTwoSided(t, freedom)).toBeCloseTo(p, 12)
  })

  it.each([
    // scipy 1.17: stats.t.ppf(0.975, freedom)
    [1, 12.706204736174694],
    [2, 4.302652729749462],
    [4, 2.7764451051977934],
    [10.5, 2.2138402929187886],
    [6039, 1.9603568871197627],
  ])('with %d degrees of freedom has the critical value of scipy', (freedom, t) => {
    expect(studentCritical(0.05, freedom)).toBeCloseTo(t, 9)
  })

  it('rests on a logarithm of gamma that agrees with factorials', () => {
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 13)
    expect(logGamma(6)).toBeCloseTo(Math.log(120), 12)
    // scipy 1.17: special.gammaln(3000)
    expect(logGamma(3000) / 21016.0185).toBeCloseTo(1, 8)
  })
})

describe('the test of McNemar', () => {
  it.each([
    // Fagerland et al. 2013, airway hyper-responsiveness of 21 children: mid-p .039.
    [1, 7, 0.0390625],
    // scipy 1.17: 2 * binom.cdf(x - 1, n, .5) + binom.pmf(x, n, .5)
    [1, 6, 0.0703125],
    [0, 5, 0.03125],
    [480, 430, 0.09755216693105162],
    [53, 25, 0.0014660719473423337],
    [1200, 1000, 1.991641656460201e-5],
    [3000, 2500, 1.5204113038944238e-11],
    [5, 5, 1],
    [0, 0, 1],
  ])('has the known mid-p for %d against %d discordant users, whichever is which', (onlyA, onlyB, p) => {
    expect(mcnemarMidP({ onlyA, onlyB }) / p).toBeCloseTo(1, 8)
    expect(mcnemarMidP({ onlyA: onlyB, onlyB: onlyA })).toBe(mcnemarMidP({ onlyA, onlyB }))
  })

  it('gives 0, not a failure, for a difference beyond the smallest number', () => {
    expect(mcnemarMidP({ onlyA: 20_000, onlyB: 0 })).toBe(0)
  })

  it('counts users whom one run alone serves', () => {
    expect(countDiscordant([1, 1, 0, 0, 1], [1, 0, 1, 0, 0])).toEqual({ onlyA: 2, onlyB: 1 })
  })

  it('has an interval around the difference, by the formula of Bonett and Price', () => {
    // By hand: (8 - 2) / 23 -+ 1.96 sqrt((10/23 - (6/23)^2) / 23).
    const { from, to } = hitRateDifferenceInterval({ onlyA: 7, onlyB: 1 }, 21)
    expect([from, to].map((end) => end.toFixed(4))).toEqual(['0.0134', '0.5084'])
  })
})

describe('the permutation test', () => {
  it('has the p that all flips of few users give', () => {
    const differences = Float64Array.of(1, 2, 3, 4, 5)
    const all = Array.from({ length: 32 }, (_, flips) =>
      Math.abs(differences.reduce((sum, value, i) => sum + (flips & (1 << i) ? -value : value), 0)),
    )
    const exact = all.filter((sum) => sum >= 15).length / 32
    expect(signFlipTest(differences, key, 100_000)).toBeCloseTo(exact, 2)
    const mixed = Float64Array.of(1, -2, 3, 4, 5, 0, 0)
    expect(signFlipTest(mixed, key, 100_000)).toBeCloseTo(all.filter((sum) => sum >= 11).length / 32, 2)
  })

  it('is 1 without a difference, never 0, and the same for both orders of a pair', () => {
    expect(signFlipTest(new Float64Array(50), key)).toBe(1)
    const gains = Float64Array.from({ length: 400 }, (_, i) => 0.1 + (i % 7) / 10)
    expect(signFlipTest(gains, key, 999)).toBe(0.001)
    const small = Float64Array.from({ length: 100 }, (_, i) => Math.sin(i * i) + 0.1)
    expect(
      signFlipTest(
        small.map((value) => -value),
        key,
      ),
    ).toBe(signFlipTest(small, key))
  })
})

describe('the bootstrap', () => {
  it('agrees with the normal interval for many users', () => {
    const values = Float64Array.from({ length: 6040 }, (_, i) => Math.sin(i * 7.3) / 3 + 0.02)
    const bootstrap = bootstrapInterval(values, key)
    const normal = meanInterval(values)
    const width = normal.to - normal.from
    expect(Math.abs(bootstrap.from - normal.from) / width).toBeLessThan(0.02)
    expect(Math.abs(bootstrap.to - normal.to) / width).toBeLessThan(0.02)
  })

  it('heeds the skewness of few', () => {
    // scipy 1.17: stats.bootstrap(([0] * 34 + [1, 1, 2, 3, 5, 8],), np.mean, n_resamples=100_000, method='BCa') gives
    // .175 to 1.25 or 1.275, by seed; the mean is .5, and resamples are 1/40 apart.
    const skewed = Float64Array.of(...new Array<number>(34).fill(0), 1, 1, 2, 3, 5, 8)
    const { from, to } = bootstrapInterval(skewed, key, 100_000)
    expect(Math.abs(from - 0.175)).toBeLessThan(0.026)
    expect(Math.abs(to - 1.2625)).toBeLessThan(0.026)
  })

  it('of equal differences is a point, and of the same key the same', () => {
    expect(bootstrapInterval(new Float64Array(30).fill(0.25), key)).toEqual({ from: 0.25, to: 0.25 })
    const values = Float64Array.from({ length: 100 }, (_, i) => Math.cos(i * i))
    expect(bootstrapInterval(values, key)).toEqual(bootstrapInterval(values, key))
  })

  it('draws 10,000 times, fewer for many users, and never less than 1,000 times', () => {
    expect([300, 6040, 138_493, 5_000_000].map(resamplesFor)).toEqual([10_000, 10_000, 1000, 1000])
    expect(resamplesFor(20_000)).toBe(5000)
  })
})

describe('many comparisons', () => {
  it('are adjusted as in R: p.adjust(c(.01, .04, .03, .005), "holm")', () => {
    const adjusted = holmAdjusted([0.01, 0.04, 0.03, 0.005])
    expect(adjusted.map((p) => Number(p.toFixed(6)))).toEqual([0.03, 0.06, 0.06, 0.02])
  })

  it('are never above 1, and a single one stays', () => {
    expect(holmAdjusted([0.7, 0.8])).toEqual([1, 1])
    expect(holmAdjusted([0.04])).toEqual([0.04])
    expect(holmAdjusted([])).toEqual([])
  })
})

describe('groups of seeds', () => {
  it('have the t interval of their mean', () => {
    // By hand: mean .7, s = .002, t(2) = 4.3027: .002 * 4.3027 / sqrt(3) = .004968.
    const { from, to } = seedInterval([0.698, 0.7, 0.702])
    expect(from).toBeCloseTo(0.695032, 6)
    expect(to).toBeCloseTo(0.704968, 6)
  })

  it('of one run each are compared over users alone', () => {
    const [a, b] = [Float64Array.of(1, 0, 1, 1), Float64Array.of(0, 0, 1, 0)]
    const { difference, p } = compareGroups([a], [b])
    expect(difference).toBe(0.5)
    // The paired t test by hand: .5 / (sqrt(1/3) / 2) = 1.7320508 with 3 degrees of freedom.
    expect(p).toBeCloseTo(studentTwoSided(Math.sqrt(3), 3), 12)
  })

  it('that are equal in every user differ in nothing', () => {
    const a = [Float64Array.of(1, 0, 1), Float64Array.of(1, 0, 1)]
    expect(compareGroups(a, a)).toEqual({ difference: 0, interval: { from: 0, to: 0 }, p: 1 })
    expect(groupInterval([Float64Array.of(1, 1), Float64Array.of(1, 1)])).toEqual({ from: 1, to: 1 })
  })

  it('lose significance when their seeds lie apart, for the same mean of every user', () => {
    // The same hits of each user over both runs; but in one case one run has nearly all of them.
    const users = 400
    const hit = (share: number) => Float64Array.from({ length: users }, (_, u) => (u % 100 < share ? 1 : 0))
    const b = [hit(50), hit(50)]
    const even = [hit(57), hit(57)]
    const apart = [hit(77), hit(37)]
    expect(compareGroups(even, b).p).toBeLessThan(0.001)
    expect(compareGroups(apart, b).p).toBeGreaterThan(0.2)
  })

  it('of a model without seeds add no luck of their own, and a single seed is as lucky as the others', () => {
    const users = 1000
    const hit = (share: number) => Float64Array.from({ length: users }, (_, u) => (u % 100 < share ? 1 : 0))
    const group = [hit(50), hit(56), hit(62)]
    const closed = compareGroups([hit(60)], group, { a: false, b: true })
    const single = compareGroups([hit(60)], group)
    expect(closed.difference).toBe(single.difference)
    expect(closed.p).toBeLessThan(single.p)
  })
})
