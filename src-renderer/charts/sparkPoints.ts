const MOST_POINTS = 32
/** Keeps the line, 1.5 pixels wide, inside. */
const MARGIN = 1

/** At most 32 measurements, evenly spaced, the first and the last among them. */
function thinned(values: ArrayLike<number>): number[] {
  const measured = Array.from(values).filter((value) => Number.isFinite(value))
  if (measured.length <= MOST_POINTS) return measured
  const last = measured.length - 1
  return Array.from({ length: MOST_POINTS }, (_, i) => measured[Math.round((i * last) / (MOST_POINTS - 1))])
}

/** The points of an SVG polyline through values, from edge to edge; a constant runs through the middle. */
export function sparkPoints(values: ArrayLike<number>, width: number, height: number): string {
  const found = thinned(values)
  // A single measurement has no length; it is drawn as a level.
  const drawn = found.length === 1 ? [found[0], found[0]] : found
  const min = Math.min(...drawn)
  const span = Math.max(...drawn) - min
  const x = (i: number) => MARGIN + (i / Math.max(1, drawn.length - 1)) * (width - 2 * MARGIN)
  const y = (value: number) => MARGIN + (1 - (span > 0 ? (value - min) / span : 0.5)) * (height - 2 * MARGIN)
  return drawn.map((value, i) => `${round(x(i))},${round(y(value))}`).join(' ')
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10
}
