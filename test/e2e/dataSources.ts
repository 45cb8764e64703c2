import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { strToU8, zipSync } from 'fflate'

const USERS = 40
const ITEMS = 130

/** Items of a user, the same every time; no two alike. */
function itemsOf(user: number): number[] {
  return Array.from({ length: 8 }, (_, i) => (user * 7 + i * 11) % ITEMS)
}

function lines(rows: readonly string[]): string {
  return `${rows.join('\n')}\n`
}

function rowsOf(toRow: (user: number, item: number, place: number) => string): string[] {
  return Array.from({ length: USERS }, (_, user) =>
    itemsOf(user).map((item, place) => toRow(user, item, place)),
  ).flat()
}

/** A small ml-1m as He et al. publish it: training rows, a held-out item per user, its 99 negatives. */
export function ncfFolder(): Record<string, string> {
  const users = Array.from({ length: USERS }, (_, user) => user)
  const heldOut = (user: number) => (user * 7 + 8 * 11) % ITEMS
  const negatives = (user: number) => {
    const seen = new Set([...itemsOf(user), heldOut(user)])
    return Array.from({ length: ITEMS }, (_, item) => item)
      .filter((item) => !seen.has(item))
      .slice(0, 99)
  }
  // Every item occurs in training, so that ids have no gaps.
  const rest = Array.from({ length: ITEMS }, (_, item) => `0\t${item}\t4\t${item}`)
  const train = rowsOf((user, item, place) => `${user}\t${item}\t5\t${place}`).filter(
    (row) => !row.startsWith('0\t'),
  )
  return {
    'ml-tiny.train.rating': lines([...rest.filter((_, item) => item !== heldOut(0)), ...train]),
    'ml-tiny.test.rating': lines(users.map((user) => `${user}\t${heldOut(user)}\t5\t99`)),
    'ml-tiny.test.negative': lines(
      users.map((user) => [`(${user},${heldOut(user)})`, ...negatives(user)].join('\t')),
    ),
    'notes.txt': 'Not part of the data.\n',
  }
}

/** MovieLens 1M as it is downloaded: fields by double colons. */
export function movielensFolder(): Record<string, string> {
  const titles = Array.from({ length: ITEMS }, (_, item) => `${item + 1}::Film ${item + 1} (1999)::Drama|War`)
  return {
    'ratings.dat': lines(
      rowsOf((user, item, place) => `${user + 1}::${item + 1}::${(place % 5) + 1}::${place}`),
    ),
    'movies.dat': lines(titles),
  }
}

/** A table whose header has the given names. */
export function table(names: readonly [user: string, item: string, rating: string], separator = ','): string {
  const rows = rowsOf((user, item, place) => [`u${user}`, `i${item}`, (place % 5) + 1].join(separator))
  return lines([names.join(separator), ...rows])
}

/** Takes a moment to import: what a person has time to call off. */
export function largeTable(): string {
  const rows = Array.from({ length: 1_200_000 }, (_, i) => `${i % 5000},${(i * 7) % 9001}`)
  return lines(['user,item', ...rows])
}

/** Puts files into a folder of this name below a temporary one; resolves to its path. */
export async function folderOf(name: string, files: Record<string, string>): Promise<string> {
  const folder = join(await mkdtemp(join(tmpdir(), 'ncf-e2e-data-')), name)
  await mkdir(folder)
  for (const [file, content] of Object.entries(files)) await writeFile(join(folder, file), content)
  return folder
}

/** The same as a .zip; resolves to its path. */
export async function zipOf(name: string, files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ncf-e2e-data-'))
  const path = join(folder, `${name}.zip`)
  const entries = Object.entries(files).map(([file, content]) => [`${name}/${file}`, strToU8(content)])
  await writeFile(path, zipSync(Object.fromEntries(entries)))
  return path
}
