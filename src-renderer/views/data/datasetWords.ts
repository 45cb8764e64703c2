import type { DatasetDescription, DatasetForm, ImportOptions } from '../../../src-main/contract/vocabulary.ts'
import { formatCount } from '../../layout/formats.ts'

/** What a source was recognised as: its name, and what that means for the split. */
export const FORM_WORDS: Record<DatasetForm, { name: string; meaning: string }> = {
  ncf: {
    name: 'NCF files',
    meaning: 'Already split: training rows, one held-out item per user and its sampled negatives.',
  },
  'movielens-1m': { name: 'MovieLens 1M', meaning: 'Raw ratings from ratings.dat, split on import.' },
  'movielens-100k': { name: 'MovieLens 100K', meaning: 'Raw ratings from u.data, split on import.' },
  'movielens-csv': { name: 'MovieLens', meaning: 'Raw ratings from ratings.csv, split on import.' },
  recbole: { name: 'RecBole', meaning: 'Atomic files, split on import.' },
  generic: { name: 'Table of interactions', meaning: 'One row per interaction, split on import.' },
}

const FILE_ROLES: Record<string, string> = {
  train: 'training rows',
  test: 'held-out items',
  negatives: 'sampled negatives',
  ratings: 'interactions',
  titles: 'titles and genres',
  genres: 'names of genres',
}

/** What a file of a source is read as, in words. */
export function roleWords(role: string | undefined): string {
  return role === undefined ? 'not read' : (FILE_ROLES[role] ?? role)
}

/** 4.47 %: three significant digits, however sparse the data are. */
export function formatDensity(density: number): string {
  return `${Number((density * 100).toPrecision(3))} %`
}

/** How training, validation and test items were told apart. */
export function splitWords({ split, options, validationSource }: DatasetDescription): string {
  const test =
    split === 'source'
      ? 'Test items and negatives come from the files'
      : `The latest item of each user is held out and ranked among ${formatCount(options.negativesPerUser)} sampled negatives`
  if (validationSource === null) return `${test}; no validation items.`
  const which = validationSource === 'latest' ? 'the latest' : 'one random'
  return `${test}; of what is left, ${which} item of each user is for validation.`
}

const SEPARATOR_WORDS: Record<string, string> = {
  '\t': 'tab',
  ',': 'comma',
  ';': 'semicolon',
  '::': 'double colon',
  '|': 'bar',
  ' ': 'space',
}

/** Where a dataset was read from; what a browser handed over lay in the library only until it was imported. */
export function originWords(path: string, library: string | undefined): string {
  const handedOver = library !== undefined && /^[\\/]uploads[\\/]/.test(path.replace(library, ''))
  return handedOver ? 'files that a browser handed over' : path
}

/** A separator by its name; a sign without one stands for itself. */
export function separatorWords(separator: string): string {
  return SEPARATOR_WORDS[separator] ?? separator
}

/** The separators that people can choose, the usual ones. */
export const SEPARATORS = Object.keys(SEPARATOR_WORDS)

function columnsWords({ columns }: ImportOptions): string | undefined {
  if (columns === undefined) return undefined
  const chosen = (['user', 'item', 'rating', 'timestamp'] as const)
    .filter((role) => columns[role] !== undefined)
    .map((role) => `${role}: ${columns[role] ?? 'not read'}`)
  return chosen.join(', ')
}

/** The options that a dataset was imported with, those that apply to its form. */
export function optionRows({ form, options, validationSource }: DatasetDescription): [string, string][] {
  const validation = validationSource === null ? 'none' : `one item per user (${validationSource})`
  if (form === 'ncf') return [['Validation', validation]]
  const columns = columnsWords(options)
  return [
    ['Positive', options.ratingThreshold === undefined ? 'every row' : `rating ≥ ${options.ratingThreshold}`],
    ['Minimum per user', formatCount(options.minimumInteractions)],
    ['Negatives per user', formatCount(options.negativesPerUser)],
    ['Evaluation seed', options.evaluationSeed],
    ['Validation', validation],
    ...(columns === undefined ? [] : [['Columns', columns] satisfies [string, string]]),
    ...(options.separator === undefined
      ? []
      : [['Separator', separatorWords(options.separator)] satisfies [string, string]]),
  ]
}
