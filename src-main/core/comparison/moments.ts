/** Arithmetic mean, added up in order; NaN of nothing. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]
  return sum / values.length
}

/** Variance of a sample: squares divided by n - 1; 0 for a single value. */
export function variance(values: ArrayLike<number>): number {
  if (values.length < 2) return 0
  const centre = mean(values)
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += (values[i] - centre) ** 2
  return sum / (values.length - 1)
}

/** Standard deviation of a sample; 0 for a single value. */
export function deviation(values: ArrayLike<number>): number {
  return Math.sqrt(variance(values))
}
