import type { Dataset } from '../dataset/dataset.ts'

/**
 * For each user, how often the held-out item stands among its own candidates: 1 for 156 users of the ML-1M files of He
 * et al. Such copies are left out of every rank here; code that keeps them ranks the item below itself.
 *
 * @returns Length userCount.
 */
export function heldOutCopies({ userCount, heldOut, candidateStart, candidates }: Dataset): Int32Array {
  const copies = new Int32Array(userCount)
  for (let user = 0; user < userCount; user++) {
    for (let at = candidateStart[user]; at < candidateStart[user + 1]; at++)
      if (candidates[at] === heldOut[user]) copies[user]++
  }
  return copies
}
