import type { TrainingSet } from './dataset.ts'

/** How many users have each item in train: every training positive is of another user. Length itemCount. */
export function itemPopularity({
  itemCount,
  trainItems,
}: Pick<TrainingSet, 'itemCount' | 'trainItems'>): Uint32Array {
  const users = new Uint32Array(itemCount)
  for (const item of trainItems) users[item]++
  return users
}
