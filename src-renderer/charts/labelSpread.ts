/**
 * Places labels so that none covers another: each as near to where it belongs as its neighbours allow.
 *
 * @param wanted Centres, in any order, in pixels.
 * @param gap Least distance of two centres.
 * @param end The last place, as 0 is the first. Labels that do not all fit begin at 0 and go beyond it.
 * @returns Centres in the order of `wanted`.
 */
export function spreadLabels(wanted: readonly number[], gap: number, end: number): number[] {
  const order = wanted.map((_, index) => index).sort((a, b) => wanted[a] - wanted[b])
  const placed = [...wanted]
  let next = 0
  for (const index of order) {
    placed[index] = Math.max(wanted[index], next)
    next = placed[index] + gap
  }
  let last = Math.max(end, gap * (wanted.length - 1))
  for (const index of order.toReversed()) {
    placed[index] = Math.min(placed[index], last)
    last = placed[index] - gap
  }
  return placed
}
