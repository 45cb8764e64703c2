import { auc } from './auc.ts'
import { hitRate } from './hitRate.ts'
import { ndcg } from './ndcg.ts'
import { MISS } from './rank.ts'
import { reciprocalRank } from './reciprocalRank.ts'

/** The longest list of the reported curves: HR@K and NDCG@K for K = 1..20. */
export const CURVE_LENGTH = 20

/** Means over users of every ranking metric. */
export interface RankingMetrics {
  /** Users with a held-out item: what every mean is over. */
  users: number
  /** hr[K - 1] is HR@K, K = 1..CURVE_LENGTH. */
  hr: number[]
  /** ndcg[K - 1] is NDCG@K, K = 1..CURVE_LENGTH. */
  ndcg: number[]
  /** Standard deviation of NDCG@10 over users, for its interval (meanHalfWidth95). */
  ndcg10Deviation: number
  mrr: number
  auc: number
}

/** Raised for ranks that no evaluation can have produced, or for none at all. */
export class RankingMetricsError extends Error {
  override name = 'RankingMetricsError'

  constructor(
    readonly code: 'no-users' | 'length-mismatch' | 'impossible-rank',
    message: string,
  ) {
    super(message)
  }
}

function check(ranks: ArrayLike<number>, negatives: ArrayLike<number>): void {
  if (ranks.length === 0) {
    throw new RankingMetricsError('no-users', 'No user has a held-out item, so there is nothing to measure.')
  }
  if (ranks.length !== negatives.length) {
    const lengths = `${ranks.length} ranks but ${negatives.length} candidate counts`
    throw new RankingMetricsError(
      'length-mismatch',
      `Each user needs a rank and a candidate count: got ${lengths}.`,
    )
  }
  for (let user = 0; user < ranks.length; user++) {
    const rank = ranks[user]
    if (Number.isInteger(rank) && rank >= MISS && rank <= negatives[user]) continue
    const bounds = `0..${negatives[user]} (or ${MISS} for a miss)`
    throw new RankingMetricsError(
      'impossible-rank',
      `The rank at position ${user} is ${rank}, not in ${bounds}.`,
    )
  }
}

/** Mean over users, added up in their order: equal ranks give equal bits. */
function mean(ranks: ArrayLike<number>, metric: (rank: number, user: number) => number): number {
  let sum = 0
  for (let user = 0; user < ranks.length; user++) sum += metric(ranks[user], user)
  return sum / ranks.length
}

/** Of a sample: the squares are divided by n - 1; 0 for a single user. */
function deviation(ranks: ArrayLike<number>, metric: (rank: number) => number): number {
  if (ranks.length < 2) return 0
  const centre = mean(ranks, metric)
  const variance = mean(ranks, (rank) => (metric(rank) - centre) ** 2)
  return Math.sqrt((variance * ranks.length) / (ranks.length - 1))
}

function curve(ranks: ArrayLike<number>, metric: (rank: number, k: number) => number): number[] {
  return Array.from({ length: CURVE_LENGTH }, (_, i) => mean(ranks, (rank) => metric(rank, i + 1)))
}

/**
 * Every metric of a ranking, from the ranks of heldOutRank. Users without a held-out item must be left out before.
 *
 * @param ranks One 0-based rank for each user, or MISS (-1).
 * @param negatives For each user the number of candidates that the rank is among (remainingCandidates).
 * @throws RankingMetricsError without users, or for ranks that do not fit the counts.
 */
export function rankingMetrics(ranks: ArrayLike<number>, negatives: ArrayLike<number>): RankingMetrics {
  check(ranks, negatives)
  return {
    users: ranks.length,
    hr: curve(ranks, hitRate),
    ndcg: curve(ranks, ndcg),
    ndcg10Deviation: deviation(ranks, (rank) => ndcg(rank, 10)),
    mrr: mean(ranks, reciprocalRank),
    auc: mean(ranks, (rank, user) => auc(rank, negatives[user])),
  }
}
