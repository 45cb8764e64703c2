import { ndcg } from '../metrics/ndcg.ts'
import { hitRate } from '../metrics/hitRate.ts'
import { reciprocalRank } from '../metrics/reciprocalRank.ts'
import type { HeldOutRanks } from '../run/runRanks.ts'

/** The metrics that runs are compared by. */
export const RANKED_METRICS = ['hr', 'ndcg', 'mrr'] as const
export type RankedMetric = (typeof RANKED_METRICS)[number]

/** What the held-out item is ranked among: sampled candidates, or all items that the user does not know. */
export const RANKINGS = ['sampled', 'full'] as const
export type Ranking = (typeof RANKINGS)[number]

const PER_USER: Record<RankedMetric, (rank: number, k: number) => number> = {
  hr: hitRate,
  ndcg,
  mrr: reciprocalRank,
}

/** `HR@10`, `NDCG@10`; MRR looks at the whole list. */
export function metricName(metric: RankedMetric, k: number): string {
  return metric === 'mrr' ? 'MRR' : `${metric.toUpperCase()}@${k}`
}

/** A metric of each user, in the order of the ranks. */
export function metricValues(
  { rank }: Pick<HeldOutRanks, 'rank'>,
  metric: RankedMetric,
  k: number,
): Float64Array {
  return Float64Array.from(rank, (place) => PER_USER[metric](place, k))
}
