import { randomBytes } from 'node:crypto'
import { readdir, rename, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import {
  DATASET_SCHEMA_VERSION,
  type DatasetDescription,
  type DatasetOrigin,
} from '../core/dataset/datasetDescription.ts'
import {
  importOptionsSchema,
  type ImportOptions,
  type ImportOptionsInput,
} from '../core/dataset/importOptions.ts'
import { createFolder, ensureFolder, removeLeftovers } from './atomicFile.ts'
import {
  loadDatasetFolder,
  readDescription,
  sealDataset,
  writeDatasetFolder,
  type LoadedDataset,
} from './datasetFolder.ts'
import { DatasetLibraryError, describeFileSystemError } from './datasetLibraryError.ts'
import { readDataset, type OnImportProgress, type ReadDataset } from './readers/readDataset.ts'
import { recogniseSource, type RecognisedSource } from './readers/recognise.ts'
import { listSource, type SourceSet } from './readers/sourceFiles.ts'

/** Grows when a source would be read or split differently than before. */
const READER_VERSION = 1

export interface StoredDataset {
  id: string
  folder: string
  description: DatasetDescription
}

/** A stored dataset whose dataset.json cannot be used; the others are not affected. */
export interface DamagedDataset {
  id: string
  folder: string
  problem: DatasetLibraryError
}

/** Imported datasets on disk; see `openDatasetLibrary`. */
export interface DatasetLibrary {
  /**
   * Reads a folder, file or .zip, splits and stores it; the same data with the same options is stored once.
   * @throws DatasetError for what is wrong with the source, DatasetLibraryError for what is wrong with the library.
   */
  import(path: string, options?: ImportOptionsInput, onProgress?: OnImportProgress): Promise<StoredDataset>
  /** Oldest first; damaged ones last, with their problem. */
  list(): Promise<(StoredDataset | DamagedDataset)[]>
  /** @throws DatasetLibraryError `not-found`, `damaged` or `newer-version`. */
  load(id: string): Promise<LoadedDataset>
  /** Moves a dataset, damaged or not, to the library's trash; resolves to where it lies now. */
  remove(id: string): Promise<string>
  /** By id, by name, or by the beginning of an id. @throws DatasetLibraryError `not-found` or `ambiguous`. */
  find(idOrNameOrPrefix: string): Promise<StoredDataset>
}

/**
 * Opens (and creates) the dataset library in a folder: `datasets/<id>/` and `trash/`. What killed imports left
 * behind is cleared away; imports of processes that live are not touched.
 * @throws DatasetLibraryError when the folder cannot be created.
 */
export async function openDatasetLibrary(libraryDir: string): Promise<DatasetLibrary> {
  const library = resolve(libraryDir)
  const datasets = join(library, 'datasets')
  await attempt('create the library', datasets, () => ensureFolder(datasets))
  // Leftovers that cannot be removed (a read-only library) do no harm: nothing reads them.
  await removeLeftovers(datasets).catch(() => undefined)
  const folders: Folders = { library, datasets }
  return {
    import: (path, options, onProgress) => importSource(folders, path, options, onProgress),
    list: () => listDatasets(folders),
    load: async (id) => loadDatasetFolder(await existingFolder(folders, id)),
    remove: (id) => moveToTrash(folders, id),
    find: (text) => findDataset(folders, text),
  }
}

interface Folders {
  library: string
  datasets: string
}

async function attempt<T>(doing: string, path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    throw describeFileSystemError(error, doing, path)
  }
}

const ID = /^[0-9a-f]{12}$/

/** Whether a text can be a dataset's id; anything else must never become part of a path. */
export function isDatasetId(text: string): boolean {
  return ID.test(text)
}

async function importSource(
  folders: Folders,
  path: string,
  input: ImportOptionsInput = {},
  onProgress?: OnImportProgress,
): Promise<StoredDataset> {
  const options = parseOptions(input)
  const source = await listSource(path)
  try {
    const recognised = recogniseSource(source)
    const origin = await originOf(source, recognised)
    const known = await findUnchanged(folders, origin, options)
    if (known !== undefined) return known
    const read = await readDataset(source, recognised, options, onProgress)
    const { totalBytes } = totalsOf(recognised)
    onProgress?.({ stage: 'storing', file: '', bytes: totalBytes, totalBytes })
    return await store(folders, read, { name: options.name ?? source.label, options, origin })
  } finally {
    source.close()
  }
}

function parseOptions(input: ImportOptionsInput): ImportOptions {
  const result = importOptionsSchema.safeParse(input)
  if (result.success) return result.data
  throw new DatasetLibraryError(
    'bad-options',
    `The import options are not valid: ${z.prettifyError(result.error)}`,
  )
}

function filesOf({ tables, titles, genres }: RecognisedSource) {
  return [...tables, titles, genres].filter((file) => file !== undefined)
}

function totalsOf(recognised: RecognisedSource): { totalBytes: number } {
  return { totalBytes: filesOf(recognised).reduce((sum, file) => sum + file.bytes, 0) }
}

async function originOf(source: SourceSet, recognised: RecognisedSource): Promise<DatasetOrigin> {
  const paths = [...new Set(filesOf(recognised).map((file) => source.diskFile(file)))]
  const files = await Promise.all(
    paths.map(async (path) => {
      const { size, mtimeMs } = await stat(path)
      return { path, bytes: size, modifiedMs: mtimeMs }
    }),
  )
  return { readerVersion: READER_VERSION, path: source.root, files }
}

/** A whole dataset that came from the same files, untouched since, with the same options. */
async function findUnchanged(
  folders: Folders,
  origin: DatasetOrigin,
  options: ImportOptions,
): Promise<StoredDataset | undefined> {
  const wanted = comparable(origin, options)
  for (const entry of await listDatasets(folders)) {
    if ('problem' in entry) continue
    const { description } = entry
    if (comparable(description.origin, description.options) === wanted && (await isWhole(entry.folder)))
      return entry
  }
  return undefined
}

function comparable(origin: DatasetOrigin, options: ImportOptions): string {
  return JSON.stringify([origin, importOptionsSchema.parse({ ...options, name: undefined })])
}

async function isWhole(folder: string): Promise<boolean> {
  return loadDatasetFolder(folder).then(
    () => true,
    () => false,
  )
}

interface Labels {
  name: string
  options: ImportOptions
  origin: DatasetOrigin
}

async function store(
  { library, datasets }: Folders,
  read: ReadDataset,
  labels: Labels,
): Promise<StoredDataset> {
  const sealed = sealDataset(read)
  const { id, fingerprint } = sealed
  const folder = join(datasets, id)
  if (await isWhole(folder)) return { id, folder, description: await readDescription(folder) }
  const { form, split, validationSource, report, sources } = read
  const description: DatasetDescription = {
    schemaVersion: DATASET_SCHEMA_VERSION,
    id,
    name: labels.name,
    form,
    options: labels.options,
    split,
    validationSource,
    report,
    fingerprint,
    sources,
    origin: labels.origin,
    importedAt: new Date().toISOString(),
  }
  const fill = (making: string) => writeDatasetFolder(making, sealed, description)
  await attempt('store the dataset in', datasets, () => putInPlace(library, folder, fill))
  return { id, folder, description: await readDescription(folder) }
}

/** The folder's name is its content's: whoever comes first has stored the same, unless what is there is damaged. */
async function putInPlace(
  library: string,
  folder: string,
  fill: (making: string) => Promise<void>,
): Promise<void> {
  try {
    await createFolder(folder, fill)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const isTaken = code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'EPERM'
    if (!isTaken || !(await stat(folder).catch(() => undefined))) throw error
    if (await isWhole(folder)) return
    await trash(library, folder)
    await createFolder(folder, fill)
  }
}

async function trash(library: string, folder: string): Promise<string> {
  const bin = join(library, 'trash')
  await ensureFolder(bin)
  const place = join(bin, `dataset-${folder.slice(-12)}-${Date.now()}-${randomBytes(3).toString('hex')}`)
  await rename(folder, place)
  return place
}

async function listDatasets({ datasets }: Folders): Promise<(StoredDataset | DamagedDataset)[]> {
  const names = await attempt('read the library', datasets, () => readdir(datasets))
  const entries = await Promise.all(
    names.filter((name) => ID.test(name)).map((id) => describeEntry(id, join(datasets, id))),
  )
  return entries.sort((a, b) => orderOf(a).localeCompare(orderOf(b)))
}

function orderOf(entry: StoredDataset | DamagedDataset): string {
  return 'problem' in entry ? `~${entry.id}` : `${entry.description.importedAt} ${entry.id}`
}

async function describeEntry(id: string, folder: string): Promise<StoredDataset | DamagedDataset> {
  try {
    const description = await readDescription(folder)
    if (description.id === id) return { id, folder, description }
    throw new DatasetLibraryError(
      'damaged',
      `${folder} holds the dataset ${description.id}: it was renamed.`,
      folder,
    )
  } catch (error) {
    if (error instanceof DatasetLibraryError) return { id, folder, problem: error }
    throw error
  }
}

async function existingFolder({ datasets }: Folders, id: string): Promise<string> {
  const folder = join(datasets, id)
  if (ID.test(id) && (await stat(folder).catch(() => undefined))?.isDirectory()) return folder
  throw new DatasetLibraryError('not-found', `There is no dataset ${id} in ${datasets}.`, datasets)
}

async function moveToTrash(folders: Folders, id: string): Promise<string> {
  const folder = await existingFolder(folders, id)
  return attempt('remove the dataset', folder, () => trash(folders.library, folder))
}

async function findDataset(folders: Folders, text: string): Promise<StoredDataset> {
  const entries = await listDatasets(folders)
  const stored = entries.filter((entry) => 'description' in entry)
  const matches = [
    entries.filter((entry) => entry.id === text),
    stored.filter((entry) => entry.description.name === text),
    entries.filter((entry) => text !== '' && entry.id.startsWith(text)),
  ].find((found) => found.length > 0)
  if (matches === undefined) {
    const there = stored.map((entry) => `${entry.id} (${entry.description.name})`).join(', ') || 'none'
    throw new DatasetLibraryError(
      'not-found',
      `There is no dataset "${text}"; there are: ${there}.`,
      folders.datasets,
    )
  }
  if (matches.length > 1) {
    const ids = matches.map((entry) => entry.id).join(', ')
    throw new DatasetLibraryError(
      'ambiguous',
      `"${text}" means several datasets (${ids}): use an id.`,
      folders.datasets,
    )
  }
  const [match] = matches
  if ('problem' in match) throw match.problem
  return match
}
