export interface NiceRange {
  min: number
  max: number
  /** Distance of the ticks. */
  step: number
}

const TICKS = 5
/**
 * The range spans at least this share of its largest value, so that a difference in the fourth decimal, which is
 * noise for any number of users people have, never fills the height of a chart.
 */
const LEAST_SPAN = 0.02
/** An axis that would begin this near to 0 begins at 0. */
const NEAR_ZERO = 0.25

/** The smallest of 1, 2 and 5 times a power of ten that is at least `distance`, but for rounding. */
function niceStep(distance: number): number {
  const power = 10 ** Math.floor(Math.log10(distance))
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= distance * (1 - 1e-9)) ?? 10
  return factor * power
}

function extent(values: Iterable<number>): [number, number] | undefined {
  let min = Infinity
  let max = -Infinity
  for (const value of values) {
    if (!Number.isFinite(value)) continue
    min = Math.min(min, value)
    max = Math.max(max, value)
  }
  return min <= max ? [min, max] : undefined
}

function widened([min, max]: [number, number]): [number, number] {
  if (min === 0 && max === 0) return [0, 1]
  const least = LEAST_SPAN * Math.max(Math.abs(min), Math.abs(max))
  const missing = Math.max(0, least - (max - min)) / 2
  return [min - missing, max + missing]
}

/** Tight around the values, on round numbers; 0..1 without a finite value. */
export function niceRange(values: Iterable<number>): NiceRange {
  const found = extent(values)
  if (!found) return { min: 0, max: 1, step: 0.2 }
  let [min, max] = widened(found)
  if (found[0] >= 0 && min < NEAR_ZERO * max) min = 0
  if (found[1] < 0 && max > NEAR_ZERO * min) max = 0
  const step = niceStep((max - min) / TICKS)
  const round = (value: number) => Number(value.toPrecision(12))
  // The small shifts keep 0.3 / 0.1 = 2.9999... from costing a step.
  return {
    min: round(Math.floor(min / step + 1e-9) * step),
    max: round(Math.ceil(max / step - 1e-9) * step),
    step: round(step),
  }
}

export interface LogRange {
  min: number
  max: number
  base: 2 | 10
}

/** Values that span less than this factor get an axis of powers of two: powers of ten would give hardly a tick. */
const NARROW = 20

/**
 * Powers of the base, 2 or 10, around the values.
 * Values of 0 and below have no logarithm and are left out; 1..10 without any other.
 */
export function logRange(values: Iterable<number>): LogRange {
  const found = extent([...values].filter((value) => value > 0))
  if (!found) return { min: 1, max: 10, base: 10 }
  const [min, max] = found
  const base = max / min < NARROW ? 2 : 10
  const power = (value: number) => Math.log(value) / Math.log(base)
  const low = Math.floor(power(min) + 1e-9)
  const high = Math.max(low + 1, Math.ceil(power(max) - 1e-9))
  return { min: base ** low, max: base ** high, base }
}
