import type { TrainingSet } from '../dataset/dataset.ts'

/** Who has each item: users are users[start[item] .. start[item + 1]), ascending. */
export interface TransposedSet {
  start: Uint32Array
  users: Int32Array
}

export function transpose({ userCount, itemCount, trainStart, trainItems }: TrainingSet): TransposedSet {
  const start = new Uint32Array(itemCount + 1)
  for (const item of trainItems) start[item + 1]++
  for (let item = 0; item < itemCount; item++) start[item + 1] += start[item]
  const next = start.slice()
  const users = new Int32Array(trainItems.length)
  for (let user = 0; user < userCount; user++)
    for (let at = trainStart[user]; at < trainStart[user + 1]; at++) users[next[trainItems[at]]++] = user
  return { start, users }
}
