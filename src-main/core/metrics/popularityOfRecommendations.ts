/** Mean over all recommendations of a value that each item has; 0 without recommendations. */
function meanOver(recommended: Uint32Array, valueOf: ArrayLike<number>): number {
  let [sum, total] = [0, 0]
  recommended.forEach((count, item) => {
    sum += count * valueOf[item]
    total += count
  })
  return total === 0 ? 0 : sum / total
}

/**
 * Average recommendation popularity: the mean, over all recommendations, of the training users of the recommended
 * item. Yin et al., "Challenging the long tail recommendation" (VLDB 2012).
 *
 * @param recommended For each item, how many users it was recommended to.
 * @param popularity For each item, its training users.
 */
export function averagePopularity(recommended: Uint32Array, popularity: Uint32Array): number {
  return meanOver(recommended, popularity)
}

/**
 * Mean popularity rank of the recommendations: 1 for the item with most training users, n for that with fewest; items
 * of equal popularity share the mean of their ranks, so that the order of items has no say. It tells of the same as
 * averagePopularity without being ruled by the few items at the head. 0 without recommendations.
 */
export function meanPopularityRank(recommended: Uint32Array, popularity: Uint32Array): number {
  return meanOver(recommended, popularityRanks(popularity))
}

function popularityRanks(popularity: Uint32Array): Float64Array {
  const order = Array.from(popularity.keys()).sort((a, b) => popularity[b] - popularity[a])
  const ranks = new Float64Array(popularity.length)
  for (let start = 0, end = 0; start < order.length; start = end) {
    while (end < order.length && popularity[order[end]] === popularity[order[start]]) end++
    // The mean of the ranks start + 1 .. end.
    for (let i = start; i < end; i++) ranks[order[i]] = (start + 1 + end) / 2
  }
  return ranks
}
