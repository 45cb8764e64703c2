import { parse } from 'csv-parse/sync'
import { DatasetError } from '../../core/dataset/datasetError.ts'
import type { ImportOptions } from '../../core/dataset/importOptions.ts'
import type { TableLayout } from './rowParser.ts'

type Role = 'user' | 'item' | 'rating' | 'timestamp'
type Columns = NonNullable<ImportOptions['columns']>

/** Names as compared: lower case, letters and digits only ("User ID" and "user_id" are "userid"). */
const SYNONYMS: Record<Role, readonly string[]> = {
  user: [
    'user',
    'userid',
    'uid',
    'username',
    'reviewerid',
    'customer',
    'customerid',
    'visitorid',
    'useridx',
    'u',
  ],
  item: [
    'item',
    'itemid',
    'iid',
    'movie',
    'movieid',
    'product',
    'productid',
    'asin',
    'book',
    'bookid',
    'isbn',
    'artist',
    'artistid',
    'song',
    'songid',
    'track',
    'trackid',
    'business',
    'businessid',
    'article',
    'articleid',
    'itemidx',
    'i',
  ],
  rating: ['rating', 'ratings', 'score', 'stars', 'overall', 'value', 'weight', 'count', 'r'],
  timestamp: ['timestamp', 'time', 'ts', 'date', 'datetime', 'unixreviewtime', 'unixtime', 't'],
}

/** Tried in this order where a first line could be cut by several. */
const SEPARATORS = ['\t', ',', ';', '::', '|'] as const

export function normalisedName(name: string): string {
  // RecBole writes the type behind the name, "user_id:token".
  return name
    .trim()
    .replace(/:(token|float)(_seq)?$/i, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
}

/** The fields of one line; quotes are read as RFC 4180 has them where they pair up, else as letters. */
export function splitLine(line: string, separator: string): string[] {
  if (!line.includes('"')) return line.split(separator)
  try {
    const [fields = []] = parse(line, { delimiter: separator, relax_quotes: true, relax_column_count: true })
    return fields
  } catch {
    return line.split(separator)
  }
}

/** The separator that makes the most fields of a line, or the one that finds the user and the item. */
export function sniffSeparator(line: string): string {
  const named = SEPARATORS.find((separator) => {
    const names = splitLine(line, separator).map(normalisedName)
    return findRole(names, 'user') >= 0 && findRole(names, 'item') >= 0
  })
  if (named !== undefined) return named
  const counts = SEPARATORS.map((separator) => splitLine(line, separator).length)
  return SEPARATORS[counts.indexOf(Math.max(...counts))]
}

function findRole(names: readonly string[], role: Role): number {
  for (const synonym of SYNONYMS[role]) {
    const index = names.indexOf(synonym)
    if (index >= 0) return index
  }
  return -1
}

/** The roles that the names of a header give to columns, by their places; not all need be found. */
export function namedRoles(fields: readonly string[]): Map<number, Role> {
  const names = fields.map(normalisedName)
  const found = (Object.keys(SYNONYMS) as Role[]).map((role) => [findRole(names, role), role] as const)
  return new Map(found.filter(([index]) => index >= 0))
}

/** Whether the first line names columns: so unless every column is chosen by position. */
export function hasHeader(columns: Columns | undefined): boolean {
  if (columns === undefined) return true
  const { header, ...chosen } = columns
  return header ?? Object.values(chosen).some((column) => typeof column === 'string')
}

/**
 * Which field of a row is what. Chosen columns win; roles that were not chosen are found by the header's names,
 * rating and timestamp only if they are there.
 * @throws DatasetError `missing-column` that lists the columns there are.
 */
export function tableLayout(
  firstLine: string,
  separator: string,
  columns: Columns | undefined,
  file: string,
): TableLayout {
  const fields = splitLine(firstLine, separator)
  const withHeader = hasHeader(columns)
  const names = withHeader ? fields.map(normalisedName) : []
  const find = (role: Role) => {
    const chosen = columns?.[role]
    if (chosen === null) return -1
    const index = chosen === undefined ? findRole(names, role) : chosenColumn(chosen, fields, withHeader)
    const isNeeded = chosen !== undefined || role === 'user' || role === 'item'
    if (index < 0 && isNeeded) throw missing(role, chosen, fields, file)
    return index
  }
  const layout = {
    user: find('user'),
    item: find('item'),
    rating: find('rating'),
    timestamp: find('timestamp'),
  }
  return { separator, fields: fields.length, ...layout }
}

function chosenColumn(chosen: string | number, fields: string[], withHeader: boolean): number {
  if (typeof chosen === 'number') return chosen <= fields.length ? chosen - 1 : -1
  if (!withHeader) return -1
  const exact = fields.findIndex((field) => field.trim() === chosen)
  return exact >= 0 ? exact : fields.findIndex((field) => normalisedName(field) === normalisedName(chosen))
}

function missing(
  role: Role,
  chosen: string | number | undefined,
  fields: string[],
  file: string,
): DatasetError {
  const wanted =
    chosen === undefined ? `${role} (${SYNONYMS[role].slice(0, 6).join(', ')}, ...)` : `${role} (${chosen})`
  const there = fields
    .map((field) => field.trim().slice(0, 30))
    .slice(0, 20)
    .join(', ')
  return new DatasetError(
    'missing-column',
    `has no column for the ${wanted}; its first line holds: ${there}. Choose the columns by name or position.`,
    { file, line: 1 },
  )
}
