import { RUN_COLUMNS } from './runColumns.ts'

/** Columns that stay at the left edge while the others scroll: they have no other place. */
const LEADING: readonly string[] = ['starred', 'name']

const FIRST_ORDER = RUN_COLUMNS.map(({ id }) => id)

export function isMovable(id: string): boolean {
  return !LEADING.includes(id)
}

/**
 * All columns in the order that somebody has given them. A column that the order does not know, such as one of a later
 * version, stands behind the one that it follows in the first order.
 */
export function orderedColumns(wanted: readonly string[]): string[] {
  const order = [...new Set(wanted)].filter((id) => isMovable(id) && FIRST_ORDER.includes(id))
  const all = [...LEADING, ...order]
  FIRST_ORDER.forEach((id, place) => {
    if (!all.includes(id)) all.splice(all.indexOf(FIRST_ORDER[place - 1]) + 1, 0, id)
  })
  return all
}

/** The order after a column was put before another, or to the end without one; the same where that cannot be. */
export function movedBefore(order: readonly string[], id: string, next: string | undefined): string[] {
  if (!isMovable(id) || id === next || (next !== undefined && !isMovable(next))) return [...order]
  const others = order.filter((other) => other !== id)
  const place = next === undefined ? others.length : others.indexOf(next)
  return place < 0 ? [...order] : others.toSpliced(place, 0, id)
}

/** The order after a column took a step to the left (-1) or right (1) among those that are shown. */
export function movedBy(
  order: readonly string[],
  shown: readonly string[],
  id: string,
  by: -1 | 1,
): string[] {
  const neighbour = shown[shown.indexOf(id) + by]
  if (neighbour === undefined || !isMovable(neighbour)) return [...order]
  if (by === -1) return movedBefore(order, id, neighbour)
  return movedBefore(order, id, order[order.indexOf(neighbour) + 1])
}
