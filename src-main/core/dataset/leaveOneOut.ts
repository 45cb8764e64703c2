import { CandidateSampler } from '../sampling/candidates.ts'
import type { Dataset } from './dataset.ts'
import { DatasetError } from './datasetError.ts'
import type { ImportOptions } from './importOptions.ts'
import { groupRowsByUser, type RowsByUser } from './groupRowsByUser.ts'
import type { RawInteractions } from './rawInteractions.ts'

export type SplitOptions = Pick<
  ImportOptions,
  'minimumInteractions' | 'evaluationSeed' | 'negativesPerUser' | 'validation'
>

export interface LeaveOneOutSplit {
  dataset: Dataset
  /** Length userCount: dense user -> number in the raw interactions, ascending. */
  keptUsers: Int32Array
  /** Length itemCount: dense item -> number in the raw interactions, ascending. */
  keptItems: Int32Array
  duplicatesCollapsed: number
  /** Distinct (user, item) pairs whose latest rating is under the threshold. */
  belowThreshold: number
  usersDropped: number
}

/**
 * Raw interactions as implicit feedback, split by leave-one-out (He et al. 2017, section 4.1).
 *
 * Repeats of a (user, item) pair collapse to the latest; the latest positive of a user is the test item and, where
 * asked and where three are there, the one before it the validation item. "Latest" is by timestamp, ties and absent
 * timestamps by position in the file. Users with fewer than `minimumInteractions` positives are dropped, then items
 * that no kept user has as a positive. Users and items that stay are numbered in the order of their first row.
 *
 * @throws DatasetError `nothing-left` when no user reaches the minimum.
 */
export function splitLeaveOneOut(raw: RawInteractions, options: SplitOptions): LeaveOneOutSplit {
  const grouped = groupRowsByUser(raw.users, raw.userCount)
  const end = collapseDuplicates(raw, grouped)
  const distinct = end.reduce((sum, stop, user) => sum + stop - grouped.start[user], 0)
  const positives = countPositives(raw, grouped, end)
  const keptUsers = indicesWhere(raw.userCount, (user) => positives[user] >= options.minimumInteractions)
  if (keptUsers.length === 0) {
    const least = options.minimumInteractions
    throw new DatasetError(
      'nothing-left',
      `No user has ${least} positive interactions or more: lower the minimum or the rating threshold.`,
    )
  }
  const isUsed = usedItems(raw, grouped, end, keptUsers)
  const keptItems = indicesWhere(raw.itemCount, (item) => isUsed[item] === 1)
  const rowsOfUser: UserRows = { raw, grouped, end, keptUsers, denseItem: inverse(keptItems, raw.itemCount) }
  const dataset = assemble(rowsOfUser, positives, keptItems.length, options)
  return {
    dataset,
    keptUsers,
    keptItems,
    duplicatesCollapsed: raw.users.length - distinct,
    belowThreshold: distinct - positives.reduce((sum, count) => sum + count, 0),
    usersDropped: raw.userCount - keptUsers.length,
  }
}

interface UserRows {
  raw: RawInteractions
  grouped: RowsByUser
  end: Uint32Array
  keptUsers: Int32Array
  denseItem: Int32Array
}

function isLater(raw: RawInteractions, row: number, other: number): boolean {
  const times = raw.timestamps
  if (times === undefined || times[row] === times[other]) return row > other
  return times[row] > times[other]
}

function isPositive(raw: RawInteractions, row: number): boolean {
  return raw.positive === undefined || raw.positive[row] === 1
}

/** Compacts each user's rows in place to one per item; returns where each user's rows now end. */
function collapseDuplicates(raw: RawInteractions, { start, rows }: RowsByUser): Uint32Array {
  const end = new Uint32Array(raw.userCount)
  const owner = new Int32Array(raw.itemCount).fill(-1)
  const slot = new Uint32Array(raw.itemCount)
  for (let user = 0; user < raw.userCount; user++) {
    let next = start[user]
    for (let i = start[user]; i < start[user + 1]; i++) {
      const row = rows[i]
      const item = raw.items[row]
      if (owner[item] === user) {
        if (isLater(raw, row, rows[slot[item]])) rows[slot[item]] = row
        continue
      }
      owner[item] = user
      slot[item] = next
      rows[next++] = row
    }
    end[user] = next
  }
  return end
}

function countPositives(raw: RawInteractions, { start, rows }: RowsByUser, end: Uint32Array): Uint32Array {
  const counts = new Uint32Array(raw.userCount)
  for (let user = 0; user < raw.userCount; user++) {
    for (let i = start[user]; i < end[user]; i++) if (isPositive(raw, rows[i])) counts[user]++
  }
  return counts
}

function usedItems(
  raw: RawInteractions,
  { start, rows }: RowsByUser,
  end: Uint32Array,
  users: Int32Array,
): Uint8Array {
  const used = new Uint8Array(raw.itemCount)
  for (const user of users) {
    for (let i = start[user]; i < end[user]; i++) if (isPositive(raw, rows[i])) used[raw.items[rows[i]]] = 1
  }
  return used
}

function indicesWhere(count: number, keep: (index: number) => boolean): Int32Array {
  const kept = new Int32Array(count)
  let length = 0
  for (let index = 0; index < count; index++) if (keep(index)) kept[length++] = index
  return kept.slice(0, length)
}

function inverse(kept: Int32Array, count: number): Int32Array {
  const dense = new Int32Array(count).fill(-1)
  for (let index = 0; index < kept.length; index++) dense[kept[index]] = index
  return dense
}

function assemble(
  source: UserRows,
  positives: Uint32Array,
  itemCount: number,
  options: SplitOptions,
): Dataset {
  const { keptUsers } = source
  const userCount = keptUsers.length
  const total = keptUsers.reduce((sum, user) => sum + positives[user], 0)
  const heldOut = new Int32Array(userCount).fill(-1)
  const validation = new Int32Array(userCount).fill(-1)
  const trainStart = new Uint32Array(userCount + 1)
  const trainItems = new Int32Array(total)
  const candidateStart = new Uint32Array(userCount + 1)
  const candidates = new Int32Array(userCount * Math.min(options.negativesPerUser, itemCount))
  const sampler = new CandidateSampler(options.evaluationSeed, itemCount)
  for (let user = 0; user < userCount; user++) {
    const [test, before] = latestTwo(source, keptUsers[user])
    const count = positives[keptUsers[user]]
    const testRow = count >= 2 ? test : -1
    const validationRow = options.validation && count >= 3 ? before : -1
    heldOut[user] = denseItemOf(source, testRow)
    validation[user] = denseItemOf(source, validationRow)
    trainStart[user + 1] = copyTrainItems(
      source,
      keptUsers[user],
      testRow,
      validationRow,
      trainItems,
      trainStart[user],
    )
    let drawn = 0
    if (testRow >= 0) {
      const touched = touchedItems(source, keptUsers[user])
      drawn = sampler.draw(user, touched, options.negativesPerUser, candidates, candidateStart[user])
    }
    candidateStart[user + 1] = candidateStart[user] + drawn
  }
  return {
    userCount,
    itemCount,
    trainStart,
    trainItems: trainItems.slice(0, trainStart[userCount]),
    heldOut,
    ...(options.validation ? { validation } : {}),
    candidateStart,
    candidates: candidates.slice(0, candidateStart[userCount]),
  }
}

function denseItemOf({ raw, denseItem }: UserRows, row: number): number {
  return row < 0 ? -1 : denseItem[raw.items[row]]
}

/** The rows of the latest and second latest positive of a raw user, or -1. */
function latestTwo({ raw, grouped: { start, rows }, end }: UserRows, user: number): [number, number] {
  let latest = -1
  let second = -1
  for (let i = start[user]; i < end[user]; i++) {
    const row = rows[i]
    if (!isPositive(raw, row)) continue
    if (latest < 0 || isLater(raw, row, latest)) {
      second = latest
      latest = row
    } else if (second < 0 || isLater(raw, row, second)) second = row
  }
  return [latest, second]
}

/** Writes the user's training items ascending from `at` on; returns where they end. */
function copyTrainItems(
  source: UserRows,
  user: number,
  testRow: number,
  validationRow: number,
  out: Int32Array,
  at: number,
): number {
  const { raw, grouped, end, denseItem } = source
  let next = at
  for (let i = grouped.start[user]; i < end[user]; i++) {
    const row = grouped.rows[i]
    if (row === testRow || row === validationRow || !isPositive(raw, row)) continue
    out[next++] = denseItem[raw.items[row]]
  }
  out.subarray(at, next).sort()
  return next
}

/** Every item with a dense number that the user has any row for: those under the threshold were touched as well. */
function touchedItems({ raw, grouped, end, denseItem }: UserRows, user: number): Int32Array {
  const first = grouped.start[user]
  const touched = new Int32Array(end[user] - first)
  let length = 0
  for (let i = first; i < end[user]; i++) {
    const item = denseItem[raw.items[grouped.rows[i]]]
    if (item >= 0) touched[length++] = item
  }
  return touched.subarray(0, length)
}
