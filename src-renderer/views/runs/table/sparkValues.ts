/** Points of a sparkline at most. */
const POINTS = 32

/** Evenly spaced values of a curve, the first and the last among them; gaps are left out. */
export function thinned(curve: ArrayLike<number>, points = POINTS): number[] {
  const values = Array.from(curve).filter((value) => Number.isFinite(value))
  if (values.length <= points) return values
  return Array.from(
    { length: points },
    (_, i) => values[Math.round((i * (values.length - 1)) / (points - 1))],
  )
}
