import { stat } from 'node:fs/promises'
import type { ImportOptionsInput } from '../core/dataset/importOptions.ts'
import { bundledFile } from '../node/bundledFiles.ts'
import type { RunConfig } from '../core/run/runConfig.ts'
import { openDatasetLibrary, type DatasetLibrary, type StoredDataset } from '../node/datasetLibrary.ts'
import { DatasetLibraryError } from '../node/datasetLibraryError.ts'
import { importOptionsOf, type DatasetFlags } from './datasetFlags.ts'
import { NotFoundError, UsageError } from './exitCodes.ts'
import { importProgress } from './importProgress.ts'
import type { Terminal } from './terminal.ts'

/** The word that stands for the bundled sample; a folder of that name is `./sample`. */
export const SAMPLE = 'sample'

/** Imports a path, or the bundled sample, with a progress bar where one can be drawn. */
export async function importSource(
  library: DatasetLibrary,
  source: string,
  options: ImportOptionsInput,
  terminal: Terminal,
): Promise<StoredDataset> {
  const progress = importProgress(terminal)
  const path = source === SAMPLE ? bundledFile('resources/sample') : source
  try {
    return await library.import(path, options, progress.update)
  } finally {
    progress.end()
  }
}

/**
 * The dataset that `--data` means: the sample, a path (imported, or found unchanged in the library), or the id or
 * name of a stored dataset. With `options.validation` it has validation items.
 */
export async function obtainDataset(
  library: DatasetLibrary,
  data: string,
  options: ImportOptionsInput,
  terminal: Terminal,
): Promise<StoredDataset> {
  if (data === SAMPLE || (await exists(data))) return importSource(library, data, options, terminal)
  const { validation = false, ...others } = options
  const stored = await findStored(library, data, validation)
  if (Object.keys(others).length > 0)
    throw new UsageError(`"${data}" is imported already: flags for raw data need the path of its source.`)
  if (!validation || stored.description.validationSource !== null) return stored
  return withValidation(library, stored, terminal)
}

/** The dataset that runs of a selection are trained on, told of in a line; by validation it has validation items. */
export async function datasetToTrain(
  folder: string,
  flags: DatasetFlags & { data: string },
  selection: RunConfig['selection'],
  terminal: Terminal,
): Promise<StoredDataset> {
  const options = { ...importOptionsOf(flags), ...(selection === 'validation' && { validation: true }) }
  const stored = await obtainDataset(await openDatasetLibrary(folder), flags.data, options, terminal)
  if (!terminal.json) terminal.say(describeDataset(stored))
  return stored
}

/** Describes a dataset in one line, with a line for each thing to know about it. */
export function describeDataset({ id, description }: StoredDataset): string {
  const { name, form, report } = description
  const counts = `${count(report.users)} users, ${count(report.items)} items, ${count(report.interactions)} interactions`
  return [`${name} (${form}, ${id}): ${counts}`, ...report.warnings.map((line) => `  note: ${line}`)].join(
    '\n',
  )
}

export function count(value: number): string {
  return value.toLocaleString('en-US')
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

/** Of two datasets of one name that differ in having validation items, the one that is asked for. */
async function findStored(
  library: DatasetLibrary,
  data: string,
  validation: boolean,
): Promise<StoredDataset> {
  const named = (await library.list()).filter(
    (entry) => 'description' in entry && entry.description.name === data,
  ) as StoredDataset[]
  const fitting = named.filter(({ description }) => (description.validationSource !== null) === validation)
  if (fitting.length === 1) return fitting[0]
  try {
    return await library.find(data)
  } catch (error) {
    if (!(error instanceof DatasetLibraryError && error.code === 'not-found')) throw error
    throw new NotFoundError(`There is no file or folder "${data}". ${error.message}`)
  }
}

/** Validation items are part of the split, so a dataset without them has to be read once more from its source. */
async function withValidation(
  library: DatasetLibrary,
  { id, description }: StoredDataset,
  terminal: Terminal,
): Promise<StoredDataset> {
  const { origin, options, name } = description
  if (await exists(origin.path)) {
    const again = { ...options, name, validation: true }
    return importSource(library, origin.path, again, terminal)
  }
  throw new NotFoundError(
    `The dataset ${id} has no validation items, and its source ${origin.path} is gone: import it again with --validation.`,
  )
}
