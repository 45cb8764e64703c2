import { DatasetError } from '../../core/dataset/datasetError.ts'
import type { NcfFiles } from '../../core/dataset/ncfDataset.ts'
import { fieldText, shown } from './fieldValues.ts'
import { DenseIds, parseDenseId } from './idIndex.ts'
import { InteractionColumns } from './interactionColumns.ts'
import { eachLine, lineBlocks } from './lineBlocks.ts'
import { readTable } from './readTable.ts'

/** The pieces and the name of a file. */
export interface OpenedFile {
  path: string
  pieces: AsyncIterable<Uint8Array>
}

export interface NcfTables {
  files: NcfFiles
  warnings: string[]
}

/** The usual number, He et al. 2017, section 4.1. */
export const NCF_NEGATIVES = 99

/** A table may have this many ids whatever the rows, and four per row beyond: dense ids are nearly all in use. */
const FREE_IDS = 100_000
const IDS_PER_ROW = 4

/**
 * Reads `X.train.rating`, `X.test.rating` and `X.test.negative` as they are.
 * @throws DatasetError naming the file and the line, `split-mismatch` where the two test files disagree.
 */
export async function readNcfFiles(
  train: OpenedFile,
  test: OpenedFile,
  negative: OpenedFile,
): Promise<NcfTables> {
  const users = new DenseIds('user id')
  const items = new DenseIds('item id')
  const trained = await readRatings(train, users, items, true)
  const tested = await readRatings(test, users, items, false)
  const lists = await readNegatives(negative, items)
  const userCount = users.largest + 1
  const itemCount = items.largest + 1
  const rows = trained.length + tested.length + lists.candidates.length
  checkDensity('user', userCount, trained.length + tested.length, train.path)
  checkDensity('item', itemCount, rows, train.path)
  const heldOut = heldOutItems(tested, userCount, test.path)
  const split = arrangeCandidates(lists, heldOut, negative.path, test.path)
  const { users: trainUsers, items: trainItems, timestamps: trainTimestamps } = trained
  const files = { userCount, itemCount, trainUsers, trainItems, trainTimestamps, heldOut, ...split }
  return { files, warnings: unusualCounts(files, negative.path) }
}

async function readRatings(
  { path, pieces }: OpenedFile,
  users: DenseIds,
  items: DenseIds,
  timestamps: boolean,
) {
  const target = await readTable(pieces, path, {
    quotes: false,
    header: false,
    layout: (line) => ratingLayout(line, path),
    target: (layout) => ({
      users,
      items,
      columns: new InteractionColumns({ timestamps: timestamps && layout.timestamp >= 0, positive: false }),
    }),
  })
  return target.columns
}

/** User, item, rating, and in most files a timestamp; Pinterest's have none. */
function ratingLayout(line: string, file: string) {
  const fields = line.split('\t').length
  if (fields !== 3 && fields !== 4)
    throw new DatasetError(
      'field-count',
      `the row has ${fields} fields by tabs where user, item, rating, timestamp belong.`,
      { file, line: 1 },
    )
  return { separator: '\t', fields, user: 0, item: 1, rating: 2, timestamp: fields === 4 ? 3 : -1 }
}

function checkDensity(what: string, count: number, rows: number, file: string): void {
  if (count <= Math.max(FREE_IDS, IDS_PER_ROW * rows)) return
  throw new DatasetError(
    'sparse-ids',
    `the largest ${what} id, ${count - 1}, would need a table of ${count} ${what}s for ${rows} rows: the ids of the NCF form count from 0 without gaps.`,
    { file },
  )
}

function heldOutItems(tested: InteractionColumns, userCount: number, file: string): Int32Array {
  const heldOut = new Int32Array(userCount).fill(-1)
  const { users, items } = tested
  for (let row = 0; row < users.length; row++) {
    if (heldOut[users[row]] >= 0)
      throw new DatasetError('split-mismatch', `user ${users[row]} has more than one held-out item.`, {
        file,
      })
    heldOut[users[row]] = items[row]
  }
  return heldOut
}

interface NegativeLists {
  /** The line, user and held-out item of each list, and where it begins in `candidates`. */
  lines: number[]
  users: number[]
  items: number[]
  starts: number[]
  candidates: Int32Array
}

const TAB = 9

async function readNegatives({ path, pieces }: OpenedFile, items: DenseIds): Promise<NegativeLists> {
  const lists: NegativeLists = { lines: [], users: [], items: [], starts: [], candidates: new Int32Array(0) }
  let written = 0
  let candidates = new Int32Array(1 << 16)
  const append = (item: number) => {
    if (written === candidates.length) {
      const larger = new Int32Array(2 * candidates.length)
      larger.set(candidates)
      candidates = larger
    }
    candidates[written++] = item
  }
  for await (const block of lineBlocks(pieces, path, 'utf-8')) {
    eachLine(block, path, (start, end, line, isUnterminated) => {
      lists.lines.push(line)
      lists.starts.push(written)
      readList(block.bytes, start, end, items, lists, append)
      if (isUnterminated) checkWhole(lists.starts, written)
    })
  }
  if (lists.lines.length === 0) throw new DatasetError('empty', 'is empty.', { file: path, line: 1 })
  return { ...lists, candidates: candidates.slice(0, written) }
}

/** A last line without its newline that is shorter than the one before it was cut off. */
function checkWhole(starts: number[], end: number): void {
  const last = starts.length - 1
  const length = end - starts[last]
  const previous = last === 0 ? length : starts[last] - starts[last - 1]
  if (length < previous)
    throw new DatasetError(
      'truncated',
      `the file ends within a row: ${length} of ${previous} negatives are there.`,
    )
}

/** One line: `(user,item)`, then the negatives, by tabs. */
function readList(
  bytes: Uint8Array,
  start: number,
  end: number,
  items: DenseIds,
  lists: NegativeLists,
  append: (item: number) => void,
): void {
  const tab = bytes.indexOf(TAB, start)
  const headEnd = tab < 0 || tab > end ? end : tab
  const head = fieldText(bytes, start, headEnd)
  const pair = /^\((-?\w+), ?(-?\w+)\)$/.exec(head)
  if (pair === null)
    throw new DatasetError('not-a-number', `the line begins with ${shown(head)} where (user,item) belongs.`)
  const [user, item] = [Buffer.from(pair[1]), Buffer.from(pair[2])]
  lists.users.push(parseDenseId(user, 0, user.length, 'user id'))
  lists.items.push(items.read(item, 0, item.length))
  for (let from = headEnd + 1; from <= end;) {
    let to = from
    while (to < end && bytes[to] !== TAB) to++
    // A tab before the end of the line is common and means nothing.
    if (to > from || to < end) append(items.read(bytes, from, to))
    from = to + 1
  }
}

/** Puts the lists in the order of the users and checks that they rank the held-out items of test.rating. */
function arrangeCandidates(lists: NegativeLists, heldOut: Int32Array, file: string, testFile: string) {
  const listOf = new Int32Array(heldOut.length).fill(-1)
  lists.users.forEach((user, list) => {
    const position = { file, line: lists.lines[list] }
    const item = lists.items[list]
    if (user >= heldOut.length || heldOut[user] < 0)
      throw new DatasetError('split-mismatch', `user ${user} has no row in ${testFile}.`, position)
    if (heldOut[user] !== item)
      throw new DatasetError(
        'split-mismatch',
        `the line is for (${user},${item}), but ${testFile} holds out item ${heldOut[user]} of user ${user}.`,
        position,
      )
    if (listOf[user] >= 0)
      throw new DatasetError('split-mismatch', `user ${user} has a second line.`, position)
    listOf[user] = list
  })
  const candidateStart = new Uint32Array(heldOut.length + 1)
  const candidates = new Int32Array(lists.candidates.length)
  for (let user = 0; user < heldOut.length; user++) {
    const list = listOf[user]
    if (list < 0 && heldOut[user] >= 0)
      throw new DatasetError(
        'split-mismatch',
        `has no line for user ${user}, whom ${testFile} holds an item out of.`,
        { file },
      )
    const own =
      list < 0
        ? []
        : lists.candidates.subarray(lists.starts[list], lists.starts[list + 1] ?? lists.candidates.length)
    candidates.set(own, candidateStart[user])
    candidateStart[user + 1] = candidateStart[user] + own.length
  }
  return { candidateStart, candidates }
}

/** Lists that are not of the usual length are used, and told. */
function unusualCounts({ heldOut, candidateStart }: NcfFiles, file: string): string[] {
  const users = new Map<number, number>()
  heldOut.forEach((item, user) => {
    const count = candidateStart[user + 1] - candidateStart[user]
    if (item >= 0 && count !== NCF_NEGATIVES) users.set(count, (users.get(count) ?? 0) + 1)
  })
  return [...users].map(
    ([count, number]) =>
      `${file}: ${number} user(s) have ${count} negatives instead of ${NCF_NEGATIVES}; they are used as they are.`,
  )
}
