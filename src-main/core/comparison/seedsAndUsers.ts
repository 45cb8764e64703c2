import { around, type Interval95 } from './interval95.ts'
import { mean, variance } from './moments.ts'
import { studentCritical, studentTwoSided } from './studentT.ts'

/** A metric of the same users in several runs that differ in their seed: one array a run. */
export type SeededValues = readonly Float64Array[]

/** The difference of two groups of runs, with what both kinds of luck can do to it. */
export interface GroupDifference {
  difference: number
  interval: Interval95
  /** Two-sided, of no difference. */
  p: number
}

/** Mean over the runs, of each user. */
export function meansOfUsers(runs: SeededValues): Float64Array {
  const means = new Float64Array(runs[0].length)
  for (const values of runs) for (let user = 0; user < means.length; user++) means[user] += values[user]
  return means.map((sum) => sum / runs.length)
}

/** Of one group, how far its runs lie apart. */
interface SeedLuck {
  /** Variance of a run's mean that is the whole run's luck, beyond what flips of single users explain. */
  excess: number
  /** Variance of a run's mean in all; its degrees of freedom. */
  observed: number
  freedom: number
}

/**
 * The variance between runs has two parts: lucky seeds, which lift all users of a run, and single users that flip
 * either way, which the variance over users holds already. Their expected mean squares tell them apart, as in an
 * analysis of variance with crossed random effects.
 */
function seedLuck(runs: SeededValues): SeedLuck {
  const runMeans = runs.map(mean)
  const userMeans = meansOfUsers(runs)
  const overall = mean(runMeans)
  let squares = 0
  runs.forEach((values, run) => {
    for (let user = 0; user < values.length; user++)
      squares += (values[user] - userMeans[user] - runMeans[run] + overall) ** 2
  })
  const flips = squares / ((userMeans.length - 1) * (runs.length - 1)) / userMeans.length
  const observed = variance(runMeans)
  return { excess: Math.max(0, observed - flips), observed, freedom: runs.length - 1 }
}

/** What a group adds to the variance of the difference, and its share of the Satterthwaite sum. */
function contribution({ excess, observed, freedom }: SeedLuck, runs: number): [number, number] {
  return excess === 0 ? [0, 0] : [excess / runs, (observed / runs) ** 2 / freedom]
}

/** The seed luck of both groups: a single run of a model with seeds is taken to be as lucky as the other group's. */
function luckOfBoth(a: SeededValues, b: SeededValues, isSeeded: { a: boolean; b: boolean }): SeedLuck[] {
  const none: SeedLuck = { excess: 0, observed: 0, freedom: 1 }
  const own = (runs: SeededValues) => (runs.length > 1 ? seedLuck(runs) : undefined)
  const [ofA, ofB] = [own(a), own(b)]
  return [isSeeded.a ? (ofA ?? ofB ?? none) : none, isSeeded.b ? (ofB ?? ofA ?? none) : none]
}

/**
 * Compares two groups of runs on the same users: a t test on the difference of their means whose error holds the luck
 * of users and the luck of seeds.
 *
 *   error^2 = s^2(user means of a - b) / users + excess(a) / runs(a) + excess(b) / runs(b)
 *
 * with degrees of freedom by Satterthwaite, "An approximate distribution of estimates of variance components"
 * (Biometrics Bulletin 1946). Why not a bootstrap over users and seeds: a resample of three seeds has on average two
 * thirds of their variance, and drawing both ways counts the flips of single users three times (Owen, "The pigeonhole
 * bootstrap", Annals of Applied Statistics 2007). The test errs to the careful side: with three seeds each and no seed
 * luck at all, it calls 2 to 3 % of equal models different instead of 5 %.
 *
 * @param isSeeded Whether the models depend on a seed at all; one in closed form has no seed luck.
 */
export function compareGroups(
  a: SeededValues,
  b: SeededValues,
  isSeeded: { a: boolean; b: boolean } = { a: true, b: true },
): GroupDifference {
  const means = { a: meansOfUsers(a), b: meansOfUsers(b) }
  const differences = means.a.map((value, user) => value - means.b[user])
  const users = differences.length
  const difference = mean(differences)
  const ofUsers = variance(differences) / users
  const [luckA, luckB] = luckOfBoth(a, b, isSeeded)
  const [ofA, restA] = contribution(luckA, a.length)
  const [ofB, restB] = contribution(luckB, b.length)
  const error = ofUsers + ofA + ofB
  // Equal in every user: nothing to doubt, and nothing to divide by.
  if (error === 0) return { difference, interval: around(difference, 0), p: difference === 0 ? 1 : 0 }
  const freedom = error ** 2 / (ofUsers ** 2 / (users - 1) + restA + restB)
  return {
    difference,
    interval: around(difference, studentCritical(0.05, freedom) * Math.sqrt(error)),
    p: studentTwoSided(difference / Math.sqrt(error), freedom),
  }
}

/** The interval of a group's mean for other users and other seeds, by the same error. */
export function groupInterval(runs: SeededValues): Interval95 {
  const means = meansOfUsers(runs)
  const ofUsers = variance(means) / means.length
  const luck = seedLuck(runs)
  const [ofSeeds, rest] = contribution(luck, runs.length)
  const error = ofUsers + ofSeeds
  if (error === 0) return around(mean(means), 0)
  const freedom = error ** 2 / (ofUsers ** 2 / (means.length - 1) + rest)
  return around(mean(means), studentCritical(0.05, freedom) * Math.sqrt(error))
}
