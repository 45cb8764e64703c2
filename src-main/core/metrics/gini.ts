/**
 * Gini index of the recommendations: how unevenly they are spread over all items,
 *
 *   G = sum_j (2j - n - 1) c_(j) / ((n - 1) sum_j c_(j)),  c_(1) <= ... <= c_(n) the counts,
 *
 * 0 where each item is recommended as often as any other, 1 where all recommendations are of one item. Items that are
 * never recommended count. 0 without recommendations, or with one item.
 * Shani and Gunawardana, "Evaluating recommendation systems" (Recommender Systems Handbook, 2011), 8.3.3.
 *
 * @param recommended For each item, how many users it was recommended to.
 */
export function gini(recommended: Uint32Array): number {
  const sorted = recommended.slice().sort()
  const items = sorted.length
  let [weighted, total] = [0, 0]
  sorted.forEach((count, j) => {
    weighted += (2 * (j + 1) - items - 1) * count
    total += count
  })
  return items < 2 || total === 0 ? 0 : weighted / ((items - 1) * total)
}
