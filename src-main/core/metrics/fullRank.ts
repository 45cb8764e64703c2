import { MISS } from './rank.ts'

/** Where a held-out item stands among all items that its user does not know. */
export interface FullRank {
  /** 0 for the best, or MISS; ties are lost, as in heldOutRank. */
  rank: number
  /** How many of those ranked above have the very score of the held-out item. */
  ties: number
  /** How many items it was ranked against. */
  negatives: number
}

/**
 * Strict rank of the held-out item among all items but the known ones, by the rules of heldOutRank: ties and NaN
 * count against it, a NaN score of its own is a MISS, and it is never ranked against itself.
 * Why all items: Krichene and Rendle, "On sampled metrics for item recommendation" (KDD 2020).
 *
 * @param scores One score for each item, higher is better.
 * @param isKnown 1 for each item that the user has already; the held-out item's own entry does not matter.
 */
export function fullRank(scores: Float32Array, heldOut: number, isKnown: Uint8Array): FullRank {
  const own = scores[heldOut]
  let [rank, ties, negatives] = [0, 0, 0]
  for (let item = 0; item < scores.length; item++) {
    if (isKnown[item] || item === heldOut) continue
    negatives++
    const score = scores[item]
    if (score < own) continue
    rank++
    if (score === own) ties++
  }
  return Number.isNaN(own) ? { rank: MISS, ties: 0, negatives } : { rank, ties, negatives }
}
