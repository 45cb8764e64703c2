import { deriveKey, keyFromSeed, RandomStream } from '../random/streams.ts'
import type { Dataset } from './dataset.ts'
import { groupRowsByUser } from './groupRowsByUser.ts'

/** The three files of the NCF form, ids as written: they are dense already. */
export interface NcfFiles {
  userCount: number
  itemCount: number
  /** Length training rows, in the order of the file. */
  trainUsers: Int32Array
  trainItems: Int32Array
  /** Absent when the file has none. */
  trainTimestamps?: Float64Array
  /** Length userCount: the test item or -1. */
  heldOut: Int32Array
  candidateStart: Uint32Array
  candidates: Int32Array
}

/** Where validation items come from; null when there are none. */
export type ValidationSource = 'latest' | 'random' | null

export interface NcfDataset {
  dataset: Dataset
  duplicatesCollapsed: number
  validationSource: ValidationSource
}

/**
 * The split and the candidates of the files, unchanged. The form has no validation set; where asked, one training
 * item of each user with two or more becomes it: the latest or, where the timestamps are all equal (as in the ML-1M
 * files of He et al., which say 0), one drawn from the evaluation seed.
 */
export function assembleNcf(
  files: NcfFiles,
  options: { validation: boolean; evaluationSeed: string },
): NcfDataset {
  const { userCount, itemCount, heldOut, candidateStart, candidates } = files
  const validationSource: ValidationSource = !options.validation
    ? null
    : hasOrder(files)
      ? 'latest'
      : 'random'
  const chosen = validationSource === 'latest' ? latestItems(files) : undefined
  const { trainStart, trainItems } = sortedTrainItems(files)
  const duplicatesCollapsed = files.trainItems.length - trainItems.length
  const whole: Dataset = { userCount, itemCount, trainStart, trainItems, heldOut, candidateStart, candidates }
  if (validationSource === null) return { dataset: whole, duplicatesCollapsed, validationSource }
  const validation = holdOutValidation(whole, chosen ?? randomItems(whole, options.evaluationSeed))
  return { dataset: { ...whole, ...validation }, duplicatesCollapsed, validationSource }
}

function hasOrder({ trainTimestamps: times }: NcfFiles): boolean {
  return times !== undefined && times.some((time) => time !== times[0])
}

/** Each user's training items ascending, repeats dropped. */
function sortedTrainItems(files: NcfFiles): Pick<Dataset, 'trainStart' | 'trainItems'> {
  const { start, rows } = groupRowsByUser(files.trainUsers, files.userCount)
  const trainStart = new Uint32Array(files.userCount + 1)
  const items = new Int32Array(rows.length)
  for (let i = 0; i < rows.length; i++) items[i] = files.trainItems[rows[i]]
  let next = 0
  for (let user = 0; user < files.userCount; user++) {
    items.subarray(start[user], start[user + 1]).sort()
    for (let i = start[user]; i < start[user + 1]; i++) {
      if (i === start[user] || items[i] !== items[next - 1]) items[next++] = items[i]
    }
    trainStart[user + 1] = next
  }
  return { trainStart, trainItems: next === items.length ? items : items.slice(0, next) }
}

function latestItems({ userCount, trainUsers, trainItems, trainTimestamps }: NcfFiles): Int32Array {
  const times = trainTimestamps!
  const latest = new Int32Array(userCount).fill(-1)
  for (let row = 0; row < trainUsers.length; row++) {
    const best = latest[trainUsers[row]]
    if (best < 0 || times[row] >= times[best]) latest[trainUsers[row]] = row
  }
  return latest.map((row) => (row < 0 ? -1 : trainItems[row]))
}

function randomItems({ userCount, trainStart, trainItems }: Dataset, seed: string): Int32Array {
  const key = deriveKey(keyFromSeed(seed), 'validation')
  return Int32Array.from({ length: userCount }, (_, user) => {
    const count = trainStart[user + 1] - trainStart[user]
    return count === 0 ? -1 : trainItems[trainStart[user] + new RandomStream(key, user).nextIndex(count)]
  })
}

/** Moves each user's chosen item out of training; a user's only training item stays. */
function holdOutValidation(
  whole: Dataset,
  chosen: Int32Array,
): Pick<Dataset, 'trainStart' | 'trainItems' | 'validation'> {
  const validation = new Int32Array(whole.userCount).fill(-1)
  const trainStart = new Uint32Array(whole.userCount + 1)
  const trainItems = new Int32Array(whole.trainItems.length)
  let next = 0
  for (let user = 0; user < whole.userCount; user++) {
    const first = whole.trainStart[user]
    const last = whole.trainStart[user + 1]
    if (last - first >= 2) validation[user] = chosen[user]
    for (let i = first; i < last; i++) {
      if (whole.trainItems[i] !== validation[user]) trainItems[next++] = whole.trainItems[i]
    }
    trainStart[user + 1] = next
  }
  return { trainStart, trainItems: trainItems.slice(0, next), validation }
}
