import { meanHalfWidth95 } from '../metrics/interval.ts'
import { deviation, mean, variance } from './moments.ts'
import { studentCritical } from './studentT.ts'

/** Both ends of a 95 % interval. */
export interface Interval95 {
  from: number
  to: number
}

/** A centre and its half-width as an interval. */
export function around(centre: number, halfWidth: number): Interval95 {
  return { from: centre - halfWidth, to: centre + halfWidth }
}

/**
 * Normal interval of a mean over users, for NDCG@K and the reciprocal rank: both lie in 0..1 and have no long tail, so
 * their means over hundreds of users are normal to a third digit of the half-width; resampling would show the same.
 */
export function meanInterval(values: ArrayLike<number>): Interval95 {
  return around(mean(values), meanHalfWidth95(deviation(values), values.length))
}

/** t interval of a mean over seeds: they are few, so that the normal one would be far too narrow. */
export function seedInterval(means: readonly number[]): Interval95 {
  const error = Math.sqrt(variance(means) / means.length)
  return around(mean(means), studentCritical(0.05, means.length - 1) * error)
}
