export interface Bounds {
  x: number
  y: number
  width: number
  height: number
}

type Size = Pick<Bounds, 'width' | 'height'>

export const DEFAULT_SIZE = { width: 1360, height: 860 }
export const SMALLEST_SIZE = { width: 800, height: 560 }

/** Of the window's upper edge, by which it is moved: so much must be on a screen. */
const GRIP = { width: 120, height: 40 }

function overlap(start: number, length: number, areaStart: number, areaLength: number): number {
  return Math.min(start + length, areaStart + areaLength) - Math.max(start, areaStart)
}

function canBeGripped({ x, y, width }: Bounds, area: Bounds): boolean {
  const edge = overlap(y, GRIP.height, area.y, area.height)
  return overlap(x, width, area.x, area.width) >= GRIP.width && edge >= GRIP.height
}

/**
 * Where a window opens: where it was, unless that screen is gone or has shrunk; then in the middle of the first one.
 *
 * @param saved What was stored; undefined at the first start.
 * @param areas Of the screens, without taskbars; the first is the main one.
 */
export function placeWindow(saved: Bounds | undefined, areas: readonly Bounds[]): Bounds {
  const places = areas.map((area) => ({ area, bounds: { ...(saved ?? area), ...sizeWithin(saved, area) } }))
  const home = places.find(({ area, bounds }) => saved && canBeGripped(bounds, area))
  if (home) return home.bounds
  const [{ area, bounds }] = places
  const x = area.x + Math.round((area.width - bounds.width) / 2)
  const y = area.y + Math.round((area.height - bounds.height) / 2)
  return { ...bounds, x, y }
}

function sizeWithin(wanted: Size = DEFAULT_SIZE, area: Bounds): Size {
  return {
    width: Math.min(Math.max(wanted.width, SMALLEST_SIZE.width), area.width),
    height: Math.min(Math.max(wanted.height, SMALLEST_SIZE.height), area.height),
  }
}
