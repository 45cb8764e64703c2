/**
 * The `top` highest scores among the items that are not known, the best first: equals in the order of their items,
 * scores that are not numbers last. Fewer where there are not so many items.
 *
 * @param scores One score for each item.
 * @param isKnown 1 for each item to leave out.
 */
export function topItems(scores: Float32Array, isKnown: Uint8Array, top: number): number[] {
  const items: number[] = []
  const values: number[] = []
  for (let item = 0; item < scores.length; item++) {
    const value = Number.isNaN(scores[item]) ? -Infinity : scores[item]
    const isFull = items.length === top
    if (isKnown[item] || (isFull && !(value > values[top - 1]))) continue
    let place = isFull ? top - 1 : items.length
    for (; place > 0 && value > values[place - 1]; place--) {
      items[place] = items[place - 1]
      values[place] = values[place - 1]
    }
    items[place] = item
    values[place] = value
  }
  return items
}
