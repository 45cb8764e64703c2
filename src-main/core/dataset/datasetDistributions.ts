import { heldOutRank, remainingCandidates } from '../metrics/rank.ts'
import { rankingMetrics } from '../metrics/rankingMetrics.ts'
import { SELECTION_K } from '../run/epochRecord.ts'
import type { Dataset } from './dataset.ts'
import { itemPopularity } from './itemPopularity.ts'
import type { DatasetItem } from './datasetDescription.ts'

/** How many users (or items) have a count in from..to, both included. */
export interface CountBin {
  from: number
  to: number
  count: number
}

/** What a dataset looks like, for people to judge before they train on it. */
export interface DatasetDistributions {
  /** Users by their number of training items; bins double in width. */
  activity: CountBin[]
  /** Items by their number of training users. */
  popularity: CountBin[]
  /** The items that most users have, the most popular first. */
  mostPopular: (DatasetItem & { users: number })[]
  /** Ranking by popularity on the test items; null without any. */
  popularityBaseline: { hr10: number; ndcg10: number; users: number } | null
}

const MOST_POPULAR = 20

/**
 * Counts a dataset through.
 *
 * @param items Entry i describes dense item i.
 */
export function datasetDistributions(dataset: Dataset, items: readonly DatasetItem[]): DatasetDistributions {
  const { trainStart, userCount } = dataset
  const popularity = itemPopularity(dataset)
  const activity = Uint32Array.from(
    { length: userCount },
    (_, user) => trainStart[user + 1] - trainStart[user],
  )
  return {
    activity: doublingBins(activity),
    popularity: doublingBins(popularity),
    mostPopular: mostPopular(popularity, items),
    popularityBaseline: popularityBaseline(dataset, popularity),
  }
}

/** Bins 0, 1, 2..3, 4..7, ... up to the largest count: both distributions are long-tailed, so equal widths show nothing. */
function doublingBins(counts: Uint32Array): CountBin[] {
  const bins: CountBin[] = []
  for (const count of counts) {
    // The number of binary digits: 0 for 0, 1 for 1, 2 for 2..3, 3 for 4..7.
    const bin = 32 - Math.clz32(count)
    while (bins.length <= bin) bins.push(emptyBin(bins.length))
    bins[bin].count++
  }
  return bins[0]?.count === 0 ? bins.slice(1) : bins
}

function emptyBin(index: number): CountBin {
  return index === 0 ? { from: 0, to: 0, count: 0 } : { from: 2 ** (index - 1), to: 2 ** index - 1, count: 0 }
}

function mostPopular(
  popularity: Uint32Array,
  items: readonly DatasetItem[],
): DatasetDistributions['mostPopular'] {
  const order = Array.from(popularity.keys()).sort((a, b) => popularity[b] - popularity[a] || a - b)
  return order.slice(0, MOST_POPULAR).map((item) => ({ ...items[item], users: popularity[item] }))
}

/** Every item scored by its number of training users: what a model must beat. Ties count against it, as for a model. */
function popularityBaseline(
  { heldOut, candidateStart, candidates }: Dataset,
  popularity: Uint32Array,
): DatasetDistributions['popularityBaseline'] {
  const ranks: number[] = []
  const negatives: number[] = []
  heldOut.forEach((item, user) => {
    if (item < 0) return
    const list = candidates.subarray(candidateStart[user], candidateStart[user + 1])
    const scores = Array.from(list, (candidate) => popularity[candidate])
    ranks.push(heldOutRank(scores, popularity[item], list, item))
    negatives.push(remainingCandidates(list, item))
  })
  if (ranks.length === 0) return null
  const { hr, ndcg, users } = rankingMetrics(ranks, negatives)
  return { hr10: hr[SELECTION_K - 1], ndcg10: ndcg[SELECTION_K - 1], users }
}
