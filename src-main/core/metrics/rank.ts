/** The rank of a held-out item whose own score is not a number: it is found at no K. */
export const MISS = -1

/**
 * Rank of the held-out item among its candidates, 0 for the best, or MISS.
 *
 *   rank = #{ c : candidates[c] != heldOut and not scores[c] < heldOutScore }
 *
 * Edge cases, each against the model, so that no broken model looks good:
 * - A tie counts as ranked above. Otherwise a constant model would reach HR 1.0; popularity ties 409 users of ML-1M.
 * - A candidate that is the held-out item itself is dropped: 156 users of ML-1M's published negatives have one.
 * - A NaN candidate counts as ranked above; a NaN held-out score is a MISS. -0 and 0 are a tie.
 *
 * The order of the candidates is irrelevant. Protocol: He et al., "Neural Collaborative Filtering" (WWW 2017), 4.1.
 *
 * @param scores One score for each candidate; higher is better.
 * @param heldOutScore The score of the held-out item.
 * @param candidates Item ids, parallel to `scores`.
 * @param heldOut Id of the held-out item.
 */
export function heldOutRank(
  scores: ArrayLike<number>,
  heldOutScore: number,
  candidates: ArrayLike<number>,
  heldOut: number,
): number {
  if (Number.isNaN(heldOutScore)) return MISS
  let rank = 0
  // "Not below" rather than "at least" is what lets a NaN candidate count.
  for (let c = 0; c < candidates.length; c++) {
    if (candidates[c] !== heldOut && !(scores[c] < heldOutScore)) rank++
  }
  return rank
}

/**
 * How many of the candidates that heldOutRank() counts have the very score of the held-out item: rank less ties is
 * the rank where ties are won. 0 for a NaN score; -0 and 0 are a tie. Arguments as of heldOutRank().
 */
export function heldOutTies(
  scores: ArrayLike<number>,
  heldOutScore: number,
  candidates: ArrayLike<number>,
  heldOut: number,
): number {
  let ties = 0
  for (let c = 0; c < candidates.length; c++) {
    if (candidates[c] !== heldOut && scores[c] === heldOutScore) ties++
  }
  return ties
}

/** How many candidates the held-out item is really ranked against: those that are not the item itself. */
export function remainingCandidates(candidates: ArrayLike<number>, heldOut: number): number {
  let count = 0
  for (let c = 0; c < candidates.length; c++) if (candidates[c] !== heldOut) count++
  return count
}
