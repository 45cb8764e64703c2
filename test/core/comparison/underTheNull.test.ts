import { describe, expect, it } from 'vitest'
import { meanInterval, seedInterval } from '../../../src-main/core/comparison/interval95.ts'
import {
  countDiscordant,
  hitRateDifferenceInterval,
  mcnemarMidP,
} from '../../../src-main/core/comparison/mcnemar.ts'
import { mean } from '../../../src-main/core/comparison/moments.ts'
import { bootstrapInterval } from '../../../src-main/core/comparison/pairedBootstrap.ts'
import { compareGroups, groupInterval } from '../../../src-main/core/comparison/seedsAndUsers.ts'
import { signFlipTest } from '../../../src-main/core/comparison/signFlips.ts'
import { wilsonInterval } from '../../../src-main/core/metrics/interval.ts'
import { deriveKey, keyFromSeed } from '../../../src-main/core/random/streams.ts'
import {
  abilities,
  Chance,
  differencesOf,
  distanceFromUniform,
  gainsOf,
  hitsOf,
  repeat,
  shareOf,
} from './simulatedUsers.ts'

const SIMULATIONS = 1000
/** Of 1,000 uniform values, beyond which their distance is once in a hundred times. */
const KOLMOGOROV_99 = 0.0515
const keyOf = (time: number) => deriveKey(keyFromSeed(3), `simulation ${time}`)

/** Hit rates of about .45, .6 and .75, as of popularity and of good models on sampled candidates. */
const CENTRES = [
  [-0.27, 0.45],
  [0.55, 0.6],
  [1.6, 0.75],
] as const

interface Covered {
  from: number
  to: number
}

const covers = ({ from, to }: Covered, truth: number) => from <= truth && truth <= to

describe('two seeds of one model', () => {
  it.each(CENTRES)('with abilities around %d have a hit rate of about %d', (centre, rate) => {
    const chance = new Chance(`rate ${centre}`)
    const hits = hitsOf(chance, abilities(chance, 100_000, centre))
    expect(mean(hits)).toBeCloseTo(rate, 1)
  })

  it.each(CENTRES)('have a uniform p of McNemar (abilities around %d)', (centre) => {
    const chance = new Chance(`mcnemar ${centre}`)
    const pValues = repeat(SIMULATIONS, () => {
      const ability = abilities(chance, 1500, centre)
      return mcnemarMidP(countDiscordant(hitsOf(chance, ability), hitsOf(chance, ability)))
    })
    expect(distanceFromUniform(pValues)).toBeLessThan(KOLMOGOROV_99)
    expect(shareOf(pValues.map((p) => p < 0.05))).toBeLessThan(0.07)
  })

  it.each(CENTRES)('have a uniform p of the permutation test on NDCG (abilities around %d)', (centre) => {
    const chance = new Chance(`flips ${centre}`)
    const pValues = repeat(SIMULATIONS, (time) => {
      const ability = abilities(chance, 200, centre)
      const differences = differencesOf(gainsOf(chance, ability), gainsOf(chance, ability))
      return signFlipTest(differences, keyOf(time), 599)
    })
    expect(distanceFromUniform(pValues)).toBeLessThan(KOLMOGOROV_99)
  })
})

describe('groups of seeds of one model', () => {
  const pValues = (name: string, seeds: [number, number], luck: number) => {
    const chance = new Chance(name)
    return repeat(SIMULATIONS, () => {
      const ability = abilities(chance, 300, 1)
      const group = (count: number) => repeat(count, () => hitsOf(chance, ability, luck * chance.normal()))
      return compareGroups(group(seeds[0]), group(seeds[1])).p
    })
  }

  it('have a uniform p where seeds differ as those of real models do', () => {
    // A luck of .3 moves a run's hit rate by about .035, as far as the flips of 300 users do.
    expect(distanceFromUniform(pValues('real', [3, 3], 0.3))).toBeLessThan(KOLMOGOROV_99)
    expect(distanceFromUniform(pValues('more', [5, 5], 0.3))).toBeLessThan(KOLMOGOROV_99)
  })

  it.each([
    ['no luck', [3, 3], 0],
    ['no luck of five', [5, 5], 0],
    ['little luck', [3, 3], 0.1],
    ['some luck', [5, 3], 0.2],
    ['much luck', [3, 3], 1],
    ['a single seed', [1, 5], 0.3],
  ] as const)('are called different no more often than 5 percent and a little: %s', (name, seeds, luck) => {
    const rejected = shareOf(pValues(name, [...seeds], luck).map((p) => p < 0.05))
    // Three standard errors above 5 % are 7.1 %; with no luck at all the test is careful.
    expect(rejected).toBeLessThan(0.072)
    expect(rejected).toBeGreaterThan(0.005)
  })

  it('would be called different far too often over users alone: luck of seeds counts', () => {
    const chance = new Chance('users alone')
    const rejected = repeat(300, () => {
      const ability = abilities(chance, 400, 1)
      const run = () => hitsOf(chance, ability, chance.normal())
      return mcnemarMidP(countDiscordant(run(), run())) < 0.05
    })
    expect(shareOf(rejected)).toBeGreaterThan(0.4)
  })
})

describe('a better model', () => {
  it('is found by McNemar and by permutation as often as theory has it', () => {
    const chance = new Chance('power')
    const found = repeat(150, (time) => {
      const ability = abilities(chance, 2000, 1)
      const better = ability.map((value) => value + 0.4)
      const [a, b] = [gainsOf(chance, better), gainsOf(chance, ability)]
      const hits = [hitsOf(chance, better), hitsOf(chance, ability)]
      return {
        hits: mcnemarMidP(countDiscordant(hits[0], hits[1])) < 0.05,
        gains: signFlipTest(differencesOf(a, b), keyOf(time), 499) < 0.05,
      }
    })
    // About .05 more hits of 2,000 users with .26 discordant: z = .05 / sqrt(.26 / 2000) = 4.4.
    expect(shareOf(found.map(({ hits }) => hits))).toBeGreaterThan(0.95)
    expect(shareOf(found.map(({ gains }) => gains))).toBeGreaterThan(0.8)
  })

  it('is found among groups when it is better by more than seeds differ', () => {
    const chance = new Chance('group power')
    const found = repeat(100, () => {
      const ability = abilities(chance, 1000, 1)
      const group = (lift: number) => repeat(5, () => hitsOf(chance, ability, lift + 0.1 * chance.normal()))
      return compareGroups(group(0.4), group(0)).p < 0.05
    })
    expect(shareOf(found)).toBeGreaterThan(0.9)
  })
})

describe('95 % intervals', () => {
  /** The truth is the mean over very many users of the same kind: half a million, whose error is a twentieth of the intervals'. */
  const truthOf = (name: string, measure: (chance: Chance) => Float64Array) => {
    const chance = new Chance(`truth ${name}`)
    return mean(repeat(10, () => mean(measure(chance))))
  }
  const coverage = (name: string, truth: number, interval: (chance: Chance, time: number) => Covered) => {
    const chance = new Chance(name)
    return shareOf(repeat(SIMULATIONS, (time) => covers(interval(chance, time), truth)))
  }
  const isHonest = (covered: number) => {
    expect(covered).toBeGreaterThan(0.93)
    expect(covered).toBeLessThan(0.97)
  }

  it.each(CENTRES)('of a hit rate cover it (abilities around %d)', (centre) => {
    const truth = truthOf(`hr ${centre}`, (chance) => hitsOf(chance, abilities(chance, 50_000, centre)))
    isHonest(
      coverage(`hr ${centre}`, truth, (chance) => {
        const hits = hitsOf(chance, abilities(chance, 500, centre))
        const [from, to] = wilsonInterval(mean(hits), hits.length)
        return { from, to }
      }),
    )
  })

  it('of NDCG cover it', () => {
    const truth = truthOf('ndcg', (chance) => gainsOf(chance, abilities(chance, 50_000, 1)))
    isHonest(coverage('ndcg', truth, (chance) => meanInterval(gainsOf(chance, abilities(chance, 500, 1)))))
  })

  it('of the difference of two hit rates cover it', () => {
    isHonest(
      coverage('difference', 0, (chance) => {
        const ability = abilities(chance, 1000, 1)
        const discordant = countDiscordant(hitsOf(chance, ability), hitsOf(chance, ability))
        return hitRateDifferenceInterval(discordant, ability.length)
      }),
    )
  })

  it('of the difference of two NDCG cover it by the bootstrap, also where one model is better', () => {
    const pair = (chance: Chance, users: number) => {
      const ability = abilities(chance, users, 1)
      const better = ability.map((value) => value + 0.7)
      return differencesOf(gainsOf(chance, better), gainsOf(chance, ability))
    }
    const truth = truthOf('bootstrap', (chance) => pair(chance, 50_000))
    expect(truth).toBeGreaterThan(0.02)
    isHonest(
      coverage('bootstrap', truth, (chance, time) => bootstrapInterval(pair(chance, 200), keyOf(time), 500)),
    )
  })

  it('of the difference of two groups cover it, though no wider than they need to be', () => {
    const covered = coverage('groups', 0, (chance) => {
      const ability = abilities(chance, 400, 1)
      const group = () => repeat(4, () => gainsOf(chance, ability, 0.5 * chance.normal()))
      return compareGroups(group(), group()).interval
    })
    expect(covered).toBeGreaterThan(0.93)
    expect(covered).toBeLessThan(0.98)
  })

  it('of a group cover the mean over other users and other seeds', () => {
    const truth = truthOf('group', (chance) =>
      hitsOf(
        chance,
        abilities(chance, 50_000, 1).map((a) => a + 0.2 * chance.normal()),
      ),
    )
    const covered = coverage('group', truth, (chance) => {
      const ability = abilities(chance, 400, 1)
      return groupInterval(repeat(4, () => hitsOf(chance, ability, 0.2 * chance.normal())))
    })
    expect(covered).toBeGreaterThan(0.93)
    expect(covered).toBeLessThan(0.98)
  })

  it('of a mean over seeds cover it', () => {
    isHonest(coverage('seeds', 0.7, (chance) => seedInterval(repeat(4, () => 0.7 + 0.002 * chance.normal()))))
  })
})
