import type { TrainingSet } from '../dataset/dataset.ts'
import { philox, type Key } from '../random/philox.ts'
import { wordToIndex } from '../random/streams.ts'

/** After this many blocks of four draws a negative is searched for in order instead: nothing loops for ever. */
export const MAXIMUM_BLOCKS = 256

/** Whether the user has the item in train; binary search in the user's ascending items. */
export function isTrainItem(set: TrainingSet, user: number, item: number): boolean {
  let low = set.trainStart[user]
  let high = set.trainStart[user + 1]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (set.trainItems[middle] < item) low = middle + 1
    else high = middle
  }
  return low < set.trainStart[user + 1] && set.trainItems[low] === item
}

/** The first item from `start` on, around the end, that the user does not have; `start` itself if the user has all. */
function nextUnknownItem(set: TrainingSet, user: number, start: number): number {
  for (let i = 0; i < set.itemCount; i++) {
    const item = (start + i) % set.itemCount
    if (!isTrainItem(set, user, item)) return item
  }
  return start
}

/**
 * The negative in slot k (1..n) of a positive: uniform over the items that the user does not have in train.
 * Attempt i is word i mod 4 of the Philox block (positive, slot, epoch, i div 4), so a negative depends on nothing else.
 */
export function drawNegative(
  set: TrainingSet,
  key: Key,
  user: number,
  positive: number,
  slot: number,
  epoch: number,
): number {
  let item = 0
  for (let block = 0; block < MAXIMUM_BLOCKS; block++) {
    for (const word of philox([positive, slot, epoch, block], key)) {
      item = wordToIndex(word, set.itemCount)
      if (!isTrainItem(set, user, item)) return item
    }
  }
  return nextUnknownItem(set, user, item)
}
