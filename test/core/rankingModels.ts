import type { Dataset } from '../../src-main/core/dataset/dataset.ts'
import type { Scorer } from '../../src-main/core/engine.ts'
import { heldOutRank } from '../../src-main/core/metrics/rank.ts'
import type { RankingHost } from '../../src-main/core/training/fullRanking.ts'

/** A model that scores as a function says, in float32 as every engine does. */
export function modelOf(score: (user: number, item: number) => number, itemCount: number): Scorer {
  return {
    scorePairs: (users, items) =>
      Promise.resolve(Float32Array.from(users, (user, i) => score(user, items[i]))),
    scoreAllItems: (user) =>
      Promise.resolve(Float32Array.from({ length: itemCount }, (_, item) => score(user, item))),
    rankHeldOut: ({ heldOut, candidateStart, candidates }) =>
      Promise.resolve(
        heldOut.map((item, user) => {
          if (item < 0) return -1
          const list = candidates.subarray(candidateStart[user], candidateStart[user + 1])
          const scores = Float32Array.from(list, (candidate) => score(user, candidate))
          return heldOutRank(scores, Math.fround(score(user, item)), list, item)
        }),
      ),
  }
}

/** A dataset from lists: training items, test item (-1 for none), validation item and negatives of each user. */
export function datasetOf(
  itemCount: number,
  users: { train: number[]; test: number; validation?: number; negatives: number[] }[],
): Dataset {
  const starts = (lengths: number[]) => {
    let sum = 0
    return Uint32Array.from([0, ...lengths.map((length) => (sum += length))])
  }
  const train = users.map((user) => [...new Set(user.train)].sort((a, b) => a - b))
  return {
    userCount: users.length,
    itemCount,
    trainStart: starts(train.map((items) => items.length)),
    trainItems: Int32Array.from(train.flat()),
    heldOut: Int32Array.from(users, ({ test }) => test),
    ...(users.some(({ validation }) => validation !== undefined) && {
      validation: Int32Array.from(users, ({ validation = -1 }) => validation),
    }),
    candidateStart: starts(users.map(({ negatives }) => negatives.length)),
    candidates: Int32Array.from(users.flatMap(({ negatives }) => negatives)),
  }
}

/** A host that never wants to stop. */
export const undisturbed: RankingHost = { shouldStop: () => false, ranked: () => undefined }
