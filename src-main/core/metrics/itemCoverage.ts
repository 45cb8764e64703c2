/**
 * Item coverage: the share of all items that are recommended to at least one user; 1 / n at the least where one list
 * of one item goes to everybody, 0 without recommendations.
 * Ge, Delgado-Battenfeld and Jannach, "Beyond accuracy: evaluating recommender systems by coverage and serendipity"
 * (RecSys 2010).
 *
 * @param recommended For each item, how many users it was recommended to.
 */
export function itemCoverage(recommended: Uint32Array): number {
  let covered = 0
  for (const count of recommended) if (count > 0) covered++
  return recommended.length === 0 ? 0 : covered / recommended.length
}
