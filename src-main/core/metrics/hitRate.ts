import { MISS } from './rank.ts'

/**
 * Hit rate (recall with one relevant item): HR@K = 1 if rank < K, else 0; the mean over users is reported.
 * A MISS is 0 at every K. With fewer than K candidates every user who is no MISS hits: then HR says nothing.
 * Deshpande and Karypis, "Item-based top-N recommendation algorithms" (TOIS 2004).
 */
export function hitRate(rank: number, k: number): 0 | 1 {
  return rank !== MISS && rank < k ? 1 : 0
}
