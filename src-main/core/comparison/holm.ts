/**
 * p-values adjusted for their number: where one of them is below 5 % after it, the chance that any true "no difference"
 * was called a difference is at most 5 %. In the order given.
 *
 *   adjusted(i-th smallest) = max over j <= i of min(1, (m - j + 1) p(j))
 *
 * Holm, "A simple sequentially rejective multiple test procedure" (Scandinavian Journal of Statistics 1979).
 */
export function holmAdjusted(pValues: readonly number[]): number[] {
  const adjusted = new Array<number>(pValues.length)
  const ascending = pValues.map((p, i) => ({ p, i })).sort((a, b) => a.p - b.p)
  let largest = 0
  ascending.forEach(({ p, i }, place) => {
    largest = Math.max(largest, Math.min(1, (pValues.length - place) * p))
    adjusted[i] = largest
  })
  return adjusted
}
