import type { DatasetForm } from '../../core/dataset/datasetDescription.ts'
import { DatasetError } from '../../core/dataset/datasetError.ts'
import type { SourceFile, SourceSet } from './sourceFiles.ts'

/** A source whose form is known, with the files that it will be read from. */
export interface RecognisedSource {
  form: DatasetForm
  /** The NCF form has three tables of interactions, every other one. */
  tables: SourceFile[]
  /** Where titles and genres come from, if anywhere. */
  titles?: SourceFile
  /** MovieLens 100K: the names of the genre flags. */
  genres?: SourceFile
}

const NCF_TRAIN = '.train.rating'
const NCF_TEST = '.test.rating'
const NCF_NEGATIVE = '.test.negative'
const SIDECAR = '.items.tsv'

/** What was looked for, as an error tells it. */
const LOOKED_FOR =
  'X.train.rating with X.test.rating and X.test.negative (NCF), ratings.dat (MovieLens 1M), u.data (MovieLens 100K), ' +
  'ratings.csv with movies.csv (MovieLens latest, 20M, 25M, 32M), X.inter (RecBole), or one table of interactions (.csv, .tsv, .gz)'

/** Tables beside the interactions of MovieLens that hold none. */
const NOT_INTERACTIONS = new Set([
  'movies.csv',
  'tags.csv',
  'links.csv',
  'genome-scores.csv',
  'genome-tags.csv',
])

/**
 * Finds the one dataset among the files: at the top if there is any there, else one folder deep.
 * @throws DatasetError `no-dataset` listing what was looked for, `incomplete`, or `ambiguous` listing what was found.
 */
export function recogniseSource(source: SourceSet): RecognisedSource {
  if (source.chosen !== undefined) return recogniseChosen(source, source.chosen)
  const folders = [...new Set(source.files.map((file) => file.folder))].sort()
  const levels = [folders.filter((folder) => folder === ''), folders.filter((folder) => folder !== '')]
  for (const level of levels) {
    const found = level.flatMap((folder) => findForms(source.files.filter((file) => file.folder === folder)))
    if (found.length > 1) throw ambiguous(source, found)
    if (found.length === 1) return found[0]
  }
  throw new DatasetError('no-dataset', `holds no dataset. Looked for ${LOOKED_FOR}.`, { file: source.root })
}

function ambiguous(source: SourceSet, found: RecognisedSource[]): DatasetError {
  const tables = found.map((one) => one.tables[0].path).join(', ')
  return new DatasetError('ambiguous', `holds several datasets (${tables}): choose one of these files.`, {
    file: source.root,
  })
}

/** A file names its dataset; its neighbours lend what else the form needs. */
function recogniseChosen(source: SourceSet, chosen: string): RecognisedSource {
  const file = source.files.find((one) => one.path === chosen)
  if (file === undefined) throw new DatasetError('not-found', 'there is no such file.', { file: source.root })
  const prefix = [NCF_TRAIN, NCF_TEST, NCF_NEGATIVE].find((ending) => file.name.endsWith(ending))
  if (prefix !== undefined) return ncf(source.files, file.name.slice(0, -prefix.length))
  const found = findSpecific(source.files).find((one) => one.tables.includes(file))
  return found ?? { form: 'generic', tables: [file], titles: sidecar(source.files) }
}

function findForms(files: SourceFile[]): RecognisedSource[] {
  const specific = [...ncfPrefixes(files).map((prefix) => ncf(files, prefix)), ...findSpecific(files)]
  if (specific.length > 0) return specific
  const tables = files.filter(mayHoldInteractions)
  return tables.map((table) => ({ form: 'generic', tables: [table], titles: sidecar(files) }))
}

function mayHoldInteractions({ name, gzip }: SourceFile): boolean {
  if (name.endsWith(SIDECAR) || NOT_INTERACTIONS.has(name)) return false
  return /\.(csv|tsv)$/i.test(name) || (gzip && !/\.(tar|zip)$/i.test(name))
}

/** The forms, NCF aside, that are known by the names of their files. */
function findSpecific(files: SourceFile[]): RecognisedSource[] {
  const named = (name: string) => files.find((file) => file.name === name)
  const found: RecognisedSource[] = []
  const ratings1m = named('ratings.dat')
  if (ratings1m)
    found.push({ form: 'movielens-1m', tables: [ratings1m], titles: named('movies.dat') ?? sidecar(files) })
  const data = named('u.data')
  if (data)
    found.push({
      form: 'movielens-100k',
      tables: [data],
      titles: named('u.item') ?? sidecar(files),
      genres: named('u.genre'),
    })
  const ratings = named('ratings.csv')
  const movies = named('movies.csv')
  if (ratings && movies) found.push({ form: 'movielens-csv', tables: [ratings], titles: movies })
  for (const inter of files.filter((file) => file.name.endsWith('.inter'))) {
    const item = named(inter.name.replace(/inter$/, 'item'))
    found.push({ form: 'recbole', tables: [inter], titles: item ?? sidecar(files) })
  }
  return found
}

function ncfPrefixes(files: SourceFile[]): string[] {
  const train = files.filter((file) => file.name.endsWith(NCF_TRAIN))
  return train.map((file) => file.name.slice(0, -NCF_TRAIN.length))
}

function ncf(files: SourceFile[], prefix: string): RecognisedSource {
  const tables = [NCF_TRAIN, NCF_TEST, NCF_NEGATIVE].map((ending) => {
    const file = files.find((one) => one.name === prefix + ending)
    if (file) return file
    throw new DatasetError(
      'incomplete',
      `is missing: the NCF form is ${prefix}${NCF_TRAIN}, ${NCF_TEST} and ${NCF_NEGATIVE} side by side.`,
      { file: prefix + ending },
    )
  })
  return { form: 'ncf', tables, titles: sidecar(files, prefix) }
}

/** `prefix.items.tsv`, else the only `*.items.tsv` there is. */
function sidecar(files: SourceFile[], prefix?: string): SourceFile | undefined {
  const all = files.filter((file) => file.name.endsWith(SIDECAR))
  return all.find((file) => file.name === prefix + SIDECAR) ?? (all.length === 1 ? all[0] : undefined)
}
