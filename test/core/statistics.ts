/**
 * How far counts are from equal shares: the chi-square statistic in standard deviations above its mean (degrees of
 * freedom k-1, variance 2(k-1)). Beyond about 4.5 is chance once in a hundred thousand.
 */
export function chiSquareExcess(counts: readonly number[], expectedShares?: readonly number[]): number {
  const total = counts.reduce((sum, count) => sum + count, 0)
  const expected = counts.map((_, i) => total * (expectedShares?.[i] ?? 1 / counts.length))
  const statistic = counts.reduce((sum, count, i) => sum + (count - expected[i]) ** 2 / expected[i], 0)
  const freedom = counts.length - 1
  return (statistic - freedom) / Math.sqrt(2 * freedom)
}
