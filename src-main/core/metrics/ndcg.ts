import { hitRate } from './hitRate.ts'

/**
 * Normalised discounted cumulative gain with one relevant item: NDCG@K = 1 / log2(rank + 2) if rank < K, else 0.
 * The ideal list has the item first, with gain 1, so there is nothing to divide by; a MISS is 0.
 * The logarithm is to base 2: the natural one, seen in some code, gives figures 1.44 times as large.
 * Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques" (TOIS 2002).
 */
export function ndcg(rank: number, k: number): number {
  return hitRate(rank, k) && 1 / Math.log2(rank + 2)
}
