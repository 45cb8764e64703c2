import { isAscii, isUtf8 } from 'node:buffer'
import type { DatasetForm } from '../../core/dataset/datasetDescription.ts'
import { DatasetError } from '../../core/dataset/datasetError.ts'
import { eachLine, lineBlocks, placed, type Encoding } from './lineBlocks.ts'
import { QuotedRows } from './quotedRows.ts'
import { normalisedName } from './tableHeader.ts'

/** What a titles file says of an item; `itemId` only where it gives another id beside the key. */
export interface ItemTitle {
  itemId?: string
  title: string | null
  genres: string[]
}

/** By the id that the interactions use. */
export type ItemTitles = Map<string, ItemTitle>

export interface OpenedTitles {
  path: string
  name: string
  pieces: AsyncIterable<Uint8Array>
}

type OnRow = (fields: string[]) => void

/**
 * Titles and genres from `movies.dat`, `u.item`, `movies.csv`, `X.item` or `*.items.tsv`.
 * `genreNames` are those of `u.genre`, by flag.
 * @throws DatasetError naming file and line.
 */
export async function readItemTitles(
  file: OpenedTitles,
  form: DatasetForm,
  genreNames: readonly string[],
): Promise<ItemTitles> {
  const titles: ItemTitles = new Map()
  const add = (key: string, entry: ItemTitle) => {
    if (key === '') throw new DatasetError('empty-id', 'the item id is empty.')
    titles.set(key, entry)
  }
  if (file.name === 'movies.dat') await readLines(file, 'latin-1', '::', (fields) => addMovie(fields, add))
  else if (file.name === 'u.item')
    await readLines(file, 'latin-1', '|', (fields) => addFlagged(fields, genreNames, add))
  else {
    const onRow = rowsWithHeader(form === 'ncf', add, file.path)
    if (file.name.endsWith('.csv')) await readQuoted(file, onRow)
    else await readLines(file, 'utf-8', '\t', onRow)
  }
  return titles
}

/** The names in `u.genre` (`name|flag` a line), by flag. */
export async function readGenreNames(file: OpenedTitles): Promise<string[]> {
  const names: string[] = []
  await readLines(file, 'latin-1', '|', ([name, flag]) => {
    if (!/^\d{1,3}$/.test(flag ?? ''))
      throw new DatasetError('not-a-number', 'the line is no name|number pair.')
    names[Number(flag)] = name
  })
  return names
}

type Add = (key: string, entry: ItemTitle) => void

function addMovie(fields: string[], add: Add): void {
  expectFields(fields, 3, 3)
  add(fields[0], { title: fields[1], genres: splitGenres(fields[2], '|') })
}

/** id, title, date, video date, address, then a 0/1 flag a genre. */
function addFlagged(fields: string[], genreNames: readonly string[], add: Add): void {
  expectFields(fields, 5, 5 + Math.max(19, genreNames.length))
  const genres = fields.slice(5).flatMap((flag, i) => (flag === '1' && genreNames[i] ? [genreNames[i]] : []))
  add(fields[0], { title: fields[1], genres })
}

function expectFields(fields: string[], least: number, most: number): void {
  if (fields.length >= least && fields.length <= most) return
  const belong = least === most ? `${least}` : `${least} to ${most}`
  throw new DatasetError('field-count', `the row has ${fields.length} fields where ${belong} belong.`)
}

function splitGenres(text: string, separator: string): string[] {
  if (text === '(no genres listed)') return []
  return text
    .split(separator)
    .map((genre) => genre.trim())
    .filter((genre) => genre !== '')
}

const KEYS = ['item', 'itemid', 'movieid', 'iid']
const TITLES = ['title', 'movietitle', 'itemtitle', 'name', 'itemname']
const GENRES = ['genres', 'genre', 'class', 'categories', 'category', 'tags']

/**
 * Rows under a header. An NCF sidecar has the dense index in `item` and the raw id in `movieId`; elsewhere, where
 * both are there, interactions use `movieId`.
 */
function rowsWithHeader(isNcf: boolean, add: Add, file: string): OnRow {
  let header:
    { fields: number; key: number; raw: number; title: number; genres: number; separator: string } | undefined
  return (fields) => {
    if (header !== undefined) {
      expectFields(fields, header.fields, header.fields)
      const itemId = header.raw >= 0 ? fields[header.raw] : undefined
      const title = header.title >= 0 && fields[header.title] !== '' ? fields[header.title] : null
      const genres = header.genres >= 0 ? splitGenres(fields[header.genres], header.separator) : []
      add(fields[header.key], { ...(itemId ? { itemId } : {}), title, genres })
      return
    }
    const names = fields.map(normalisedName)
    const find = (wanted: readonly string[]) => names.findIndex((name) => wanted.includes(name))
    const movieId = names.indexOf('movieid')
    const key = !isNcf && movieId >= 0 ? movieId : find(KEYS)
    if (key < 0)
      throw new DatasetError('missing-column', `has no column for the item (${KEYS.join(', ')}).`, {
        file,
        line: 1,
      })
    const genres = find(GENRES)
    // RecBole's sequences are parted by spaces and say so in the header.
    const separator = fields[genres]?.endsWith('token_seq') ? ' ' : '|'
    header = {
      fields: fields.length,
      key,
      raw: isNcf && movieId !== key ? movieId : -1,
      title: find(TITLES),
      genres,
      separator,
    }
  }
}

async function readLines(
  file: OpenedTitles,
  encoding: Encoding,
  separator: string,
  onRow: OnRow,
): Promise<void> {
  for await (const block of lineBlocks(file.pieces, file.path, encoding)) {
    const text = encoding === 'utf-8' ? 'utf8' : oldEncoding(block.bytes)
    const bytes = Buffer.from(block.bytes.buffer, block.bytes.byteOffset, block.bytes.length)
    eachLine(block, file.path, (start, end) => onRow(bytes.toString(text, start, end).split(separator)))
  }
}

/** The old MovieLens files are latin-1, but copies that someone made UTF-8 are about: their bytes tell. */
function oldEncoding(bytes: Uint8Array): 'utf8' | 'latin1' {
  return !isAscii(bytes) && isUtf8(bytes) ? 'utf8' : 'latin1'
}

async function readQuoted(file: OpenedTitles, onRow: OnRow): Promise<void> {
  const rows = new QuotedRows(file.path, ',', 1, (fields, line) => {
    try {
      onRow(fields)
    } catch (error) {
      throw placed(error, file.path, line)
    }
  })
  for await (const { bytes } of lineBlocks(file.pieces, file.path, 'utf-8')) await rows.write(bytes)
  await rows.end()
}
