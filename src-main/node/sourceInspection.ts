import { openPromise } from 'yauzl'
import type { DatasetForm } from '../core/dataset/datasetDescription.ts'
import { DatasetError } from '../core/dataset/datasetError.ts'
import type { DatasetsPort } from '../studio/ports.ts'
import { basename } from 'node:path'
import { stat } from 'node:fs/promises'
import { recogniseSource, type RecognisedSource } from './readers/recognise.ts'
import { listSource, readPieces, type SourceFile, type SourceSet } from './readers/sourceFiles.ts'
import { namedRoles, sniffSeparator, splitLine } from './readers/tableHeader.ts'
import { isRunFile, MANIFEST } from './runManifest.ts'

type Verdict = Awaited<ReturnType<DatasetsPort['inspect']>>
type Preview = Extract<Verdict, { kind: 'dataset' }>['preview']
type RawForm = Exclude<DatasetForm, 'ncf'>

const PREVIEW_ROWS = 10
/** Enough for eleven lines of any table; longer lines are cut. */
const HEAD_BYTES = 64 << 10
const FIELD_CHARACTERS = 60

const RATING_COLUMNS = ['user', 'item', 'rating', 'timestamp']
const SEPARATORS: Record<Exclude<DatasetForm, 'generic'>, string> = {
  ncf: '\t',
  'movielens-1m': '::',
  'movielens-100k': '\t',
  'movielens-csv': ',',
  recbole: '\t',
}

/**
 * Says what a folder, file or .zip is, from its names and its first lines: nothing is imported.
 *
 * @param separator Between the fields of the generic form; found from the first line when absent.
 * @throws DatasetError for what holds neither a dataset nor a run.
 */
export async function inspectSource(path: string, separator?: string): Promise<Verdict> {
  const run = await archivedRun(path)
  if (run) return run
  const source = await listSource(path)
  try {
    const recognised = recogniseSource(source)
    const { form } = recognised
    return {
      kind: 'dataset',
      name: source.label,
      form,
      files: filesOf(source, recognised),
      preview: await previewOf(source, recognised, separator),
      raw: form !== 'ncf',
    }
  } finally {
    source.close()
  }
}

/** A .zip whose manifest and record are where those of an exported run are. */
async function archivedRun(path: string): Promise<Verdict | undefined> {
  if (!/\.zip$/i.test(path)) return undefined
  const size = await stat(path).then(
    (entry) => (entry.isFile() ? entry.size : -1),
    () => -1,
  )
  if (size < 0) return undefined
  const zip = await openPromise(path, { lazyEntries: true, autoClose: false }).catch(() => undefined)
  if (!zip) return undefined
  try {
    let hasManifest = false
    for await (const { fileName } of zip.eachEntry()) {
      if (fileName === MANIFEST) hasManifest = true
      else if (!isRunFile(fileName)) return undefined
    }
    if (!hasManifest) return undefined
    return { kind: 'run', name: basename(path).replace(/\.zip$/i, ''), bytes: size }
  } catch {
    // What is wrong with the archive is told by whoever reads it as data.
    return undefined
  } finally {
    zip.close()
  }
}

function filesOf({ files, chosen }: SourceSet, recognised: RecognisedSource) {
  const roles = rolesOf(recognised)
  // Beside a chosen file lies anything; only what is read of it matters.
  const listed = chosen === undefined ? files : files.filter((file) => roles.has(file))
  return listed.map((file) => {
    const role = roles.get(file)
    return { path: file.path, bytes: file.bytes, ...(role !== undefined && { role }) }
  })
}

function rolesOf({ form, tables, titles, genres }: RecognisedSource): Map<SourceFile, string> {
  const names = form === 'ncf' ? ['train', 'test', 'negatives'] : ['ratings']
  const roles = new Map(tables.map((table, i) => [table, names[i]]))
  if (titles) roles.set(titles, 'titles')
  if (genres) roles.set(genres, 'genres')
  return roles
}

async function previewOf(
  source: SourceSet,
  { form, tables }: RecognisedSource,
  chosenSeparator?: string,
): Promise<Preview> {
  const [main] = tables
  const lines = await firstLines(source, main)
  if (lines.length === 0) throw new DatasetError('empty', 'is empty.', { file: main.path, line: 1 })
  const separator = form === 'generic' ? (chosenSeparator ?? sniffSeparator(lines[0])) : SEPARATORS[form]
  const rows = lines.map((line) =>
    splitLine(line, separator).map((field) => field.slice(0, FIELD_CHARACTERS)),
  )
  if (!hasNamedColumns(form)) {
    const columns = RATING_COLUMNS.slice(0, rows[0].length).map((role) => ({ header: role, role }))
    return { file: main.path, separator, columns, rows: rows.slice(0, PREVIEW_ROWS) }
  }
  const roles = namedRoles(rows[0])
  const columns = rows[0].map((header, i) => ({ header, ...(roles.has(i) && { role: roles.get(i) }) }))
  return { file: main.path, separator, columns, rows: rows.slice(1, 1 + PREVIEW_ROWS) }
}

function hasNamedColumns(
  form: DatasetForm,
): form is Extract<RawForm, 'movielens-csv' | 'recbole' | 'generic'> {
  return form === 'movielens-csv' || form === 'recbole' || form === 'generic'
}

async function firstLines(source: SourceSet, file: SourceFile): Promise<string[]> {
  const pieces: Uint8Array[] = []
  let bytes = 0
  for await (const piece of readPieces(file, source.guard, () => undefined)) {
    pieces.push(piece)
    bytes += piece.length
    if (bytes >= HEAD_BYTES) break
  }
  const isWhole = bytes < HEAD_BYTES
  const text = Buffer.concat(pieces)
    .subarray(0, HEAD_BYTES)
    .toString('utf8')
    .replace(/^\uFEFF/, '')
  const lines = text.split(/\r?\n/)
  // What was cut off in the middle is no row.
  const whole = isWhole || lines.length === 1 ? lines : lines.slice(0, -1)
  return whole.filter((line) => line.trim() !== '').slice(0, PREVIEW_ROWS + 1)
}
