import { normalQuantile } from '../../../src-main/core/random/normal.ts'
import { deriveKey, keyFromSeed } from '../../../src-main/core/random/streams.ts'
import { Xoshiro } from '../../../src-main/core/random/xoshiro.ts'

/** Quantiles of the standard normal at 65,536 places, so that millions of deviates cost a look each. */
const NORMALS = Float64Array.from({ length: 65_536 }, (_, i) => normalQuantile((i + 0.5) / 65_536))

/** Uniform and normal numbers of one stream, for simulations. */
export class Chance {
  private readonly random: Xoshiro
  private readonly words = new Uint32Array(4096)
  private next = this.words.length

  constructor(name: string) {
    this.random = Xoshiro.fromKey(deriveKey(keyFromSeed(1), name))
  }

  uniform(): number {
    if (this.next === this.words.length) {
      this.random.fill(this.words)
      this.next = 0
    }
    return (this.words[this.next++] + 0.5) / 0x100000000
  }

  normal(): number {
    return NORMALS[Math.floor(65_536 * this.uniform())]
  }
}

/**
 * How well each user is served, on the logit scale: some nearly always, some hardly ever, so that the outcomes of two
 * runs are correlated, as of real models. Of about equal width, `centre` 0 gives a hit rate of .5 and 1.4 one of .7.
 */
export function abilities(chance: Chance, users: number, centre: number): Float64Array {
  return Float64Array.from({ length: users }, () => centre + 2 * chance.normal())
}

/** Hits of one run: each user's chance is the logistic function of the ability and of the run's luck. */
export function hitsOf(chance: Chance, ability: Float64Array, luck = 0): Float64Array {
  return ability.map((value) => (chance.uniform() < 1 / (1 + Math.exp(-value - luck)) ? 1 : 0))
}

/** NDCG@10-like gains of one run: 0 for a miss, 1 / log2(rank + 2) for a rank that is lower for the able. */
export function gainsOf(chance: Chance, ability: Float64Array, luck = 0): Float64Array {
  return ability.map((value) => {
    const rank = Math.floor(100 * chance.uniform() ** (1 + Math.exp((value + luck) / 2)))
    return rank < 10 ? 1 / Math.log2(rank + 2) : 0
  })
}

export function differencesOf(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, user) => value - b[user])
}

/**
 * Kolmogorov and Smirnov's distance of values from the uniform distribution. For 1,000 values of it, it is above .0515
 * once in a hundred times.
 */
export function distanceFromUniform(values: readonly number[]): number {
  const ascending = [...values].sort((a, b) => a - b)
  const n = ascending.length
  return ascending.reduce((largest, value, i) => Math.max(largest, (i + 1) / n - value, value - i / n), 0)
}

/** The share of values that are true. */
export function shareOf(values: readonly boolean[]): number {
  return values.filter(Boolean).length / values.length
}

export function repeat<T>(times: number, action: (time: number) => T): T[] {
  return Array.from({ length: times }, (_, time) => action(time))
}
