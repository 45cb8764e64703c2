/** The standard normal quantile at 0.975, for two-sided 95 % intervals. */
const Z95 = 1.959963984540054

/**
 * Half-width of the 95 % interval of a hit rate, by the normal approximation: z * sqrt(p (1 - p) / n).
 * For p = .7 and the 6,040 users of ML-1M it is .0116: smaller differences between two runs need a paired test.
 * It is 0 at p = 0 and p = 1, where it cannot be trusted: see wilsonInterval.
 *
 * @param rate Hit rate in 0..1.
 * @param users Number of users it is the mean of, at least 1.
 */
export function halfWidth95(rate: number, users: number): number {
  return Z95 * Math.sqrt((rate * (1 - rate)) / users)
}

/**
 * Half-width of the 95 % interval of a mean over users, such as NDCG@10, by the normal approximation: z * s / sqrt(n).
 *
 * @param deviation Standard deviation over users (of a sample: divided by n - 1).
 * @param users Number of users, at least 1.
 */
export function meanHalfWidth95(deviation: number, users: number): number {
  return (Z95 * deviation) / Math.sqrt(users)
}

/**
 * Wilson's 95 % score interval of a hit rate: honest for few users and near 0 and 1, always within 0..1.
 * Wilson, "Probable inference, the law of succession, and statistical inference" (JASA 1927).
 *
 * @param rate Hit rate in 0..1.
 * @param users Number of users it is the mean of, at least 1.
 * @returns Lower and upper end.
 */
export function wilsonInterval(rate: number, users: number): [number, number] {
  const square = Z95 * Z95
  const centre = rate + square / (2 * users)
  const spread = Z95 * Math.sqrt((rate * (1 - rate)) / users + square / (4 * users * users))
  const scale = 1 + square / users
  return [Math.max(0, (centre - spread) / scale), Math.min(1, (centre + spread) / scale)]
}
