import { MISS } from './rank.ts'

/**
 * Reciprocal rank: 1 / (rank + 1), over the whole list (no cut-off); its mean over users is MRR. A MISS is 0.
 * Voorhees, "The TREC-8 question answering track report" (1999).
 */
export function reciprocalRank(rank: number): number {
  return rank === MISS ? 0 : 1 / (rank + 1)
}
