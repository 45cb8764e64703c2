/**
 * Exponential moving average with bias correction, as in Adam (Kingma and Ba, ICLR 2015, section 3): the average
 * starts at the first value instead of at 0. NaN stays NaN and does not touch the average.
 *
 * @param values In the order in which they were measured.
 * @param weight Of the past, 0 (no smoothing) to below 1.
 * @returns As many values. Throws RangeError for another weight.
 */
export function smoothed(values: ArrayLike<number>, weight: number): Float64Array {
  if (!(weight >= 0 && weight < 1)) {
    throw new RangeError(`The smoothing weight is ${weight}; it must be at least 0 and below 1.`)
  }
  const result = new Float64Array(values.length)
  let average = 0
  let correction = 1
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (Number.isNaN(value)) {
      result[i] = NaN
      continue
    }
    average = weight * average + (1 - weight) * value
    correction *= weight
    result[i] = average / (1 - correction)
  }
  return result
}
