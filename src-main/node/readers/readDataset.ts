import { createHash } from 'node:crypto'
import type { Dataset } from '../../core/dataset/dataset.ts'
import type { DatasetForm, DatasetItem, SourceFileRecord } from '../../core/dataset/datasetDescription.ts'
import { reportDataset, type DatasetReport } from '../../core/dataset/datasetReport.ts'
import type { ImportOptions } from '../../core/dataset/importOptions.ts'
import { splitLeaveOneOut } from '../../core/dataset/leaveOneOut.ts'
import { assembleNcf, type ValidationSource } from '../../core/dataset/ncfDataset.ts'
import { readGenreNames, readItemTitles, type ItemTitles } from './itemTitles.ts'
import { NCF_NEGATIVES, readNcfFiles } from './ncfReader.ts'
import { readRawTable } from './rawReader.ts'
import type { RecognisedSource } from './recognise.ts'
import { readPieces, type SourceFile, type SourceSet } from './sourceFiles.ts'

/** Reading counts bytes of the source; splitting and storing are one step each. */
export interface ImportProgress {
  stage: 'reading' | 'splitting' | 'storing'
  /** The file being read; '' in the other stages. */
  file: string
  bytes: number
  totalBytes: number
}

export type OnImportProgress = (progress: ImportProgress) => void

/** A source read and split, not yet stored. */
export interface ReadDataset {
  form: DatasetForm
  dataset: Dataset
  items: DatasetItem[]
  userIds: string[]
  split: 'source' | 'leave-one-out'
  validationSource: ValidationSource
  report: DatasetReport
  sources: SourceFileRecord[]
}

/**
 * Reads a recognised source and splits it as the options say.
 * @throws DatasetError naming file and line.
 */
export async function readDataset(
  source: SourceSet,
  recognised: RecognisedSource,
  options: ImportOptions,
  onProgress: OnImportProgress = () => undefined,
): Promise<ReadDataset> {
  const files = new HashedFiles(source, recognised, onProgress)
  const titles = await readTitles(recognised, files)
  const read = recognised.form === 'ncf' ? readNcf : readRaw
  return {
    form: recognised.form,
    ...(await read(recognised, options, files, titles)),
    sources: files.records,
  }
}

/** Opens files so that their bytes are hashed and counted on the way. */
class HashedFiles {
  readonly records: SourceFileRecord[] = []
  private readonly totalBytes: number
  private doneBytes = 0

  constructor(
    private readonly source: SourceSet,
    { tables, titles, genres }: RecognisedSource,
    private readonly onProgress: OnImportProgress,
  ) {
    this.totalBytes = [...tables, titles, genres].reduce((sum, file) => sum + (file?.bytes ?? 0), 0)
  }

  open(file: SourceFile): { path: string; name: string; pieces: AsyncIterable<Uint8Array> } {
    return { path: file.path, name: file.name, pieces: this.pieces(file) }
  }

  splitting(): void {
    this.onProgress({ stage: 'splitting', file: '', bytes: this.totalBytes, totalBytes: this.totalBytes })
  }

  private async *pieces(file: SourceFile): AsyncGenerator<Uint8Array> {
    const hash = createHash('sha256')
    let bytes = 0
    yield* readPieces(file, this.source.guard, (piece) => {
      hash.update(piece)
      bytes += piece.length
      this.doneBytes += piece.length
      this.onProgress({
        stage: 'reading',
        file: file.path,
        bytes: this.doneBytes,
        totalBytes: this.totalBytes,
      })
    })
    this.records.push({ path: file.path, bytes, sha256: hash.digest('hex') })
  }
}

async function readTitles(
  { form, titles, genres }: RecognisedSource,
  files: HashedFiles,
): Promise<ItemTitles> {
  if (titles === undefined) return new Map()
  const genreNames = genres === undefined ? [] : await readGenreNames(files.open(genres))
  return readItemTitles(files.open(titles), form, genreNames)
}

type Split = Omit<ReadDataset, 'form' | 'sources'>

async function readNcf(
  recognised: RecognisedSource,
  options: ImportOptions,
  files: HashedFiles,
  titles: ItemTitles,
): Promise<Split> {
  const [train, test, negative] = recognised.tables.map((file) => files.open(file))
  const { files: tables, warnings } = await readNcfFiles(train, test, negative)
  files.splitting()
  const { dataset, duplicatesCollapsed, validationSource } = assembleNcf(tables, options)
  const itemIds = Array.from({ length: dataset.itemCount }, (_, item) => String(item))
  const userIds = Array.from({ length: dataset.userCount }, (_, user) => String(user))
  if (validationSource === 'random')
    warnings.push(
      'The training file has no order in time: validation items are drawn at random from the evaluation seed.',
    )
  const counts = {
    duplicatesCollapsed,
    belowThreshold: 0,
    usersDropped: 0,
    negativesWanted: NCF_NEGATIVES,
    warnings: [...warnings, ...untitled(recognised, itemIds, titles)],
  }
  const items = describeItems(itemIds, titles)
  return {
    dataset,
    items,
    userIds,
    split: 'source',
    validationSource,
    report: reportDataset(dataset, counts),
  }
}

async function readRaw(
  recognised: RecognisedSource,
  options: ImportOptions,
  files: HashedFiles,
  titles: ItemTitles,
): Promise<Split> {
  const form = recognised.form as Exclude<DatasetForm, 'ncf'>
  const { path, pieces } = files.open(recognised.tables[0])
  const table = await readRawTable(pieces, path, form, options)
  files.splitting()
  const { dataset, keptUsers, keptItems, ...found } = splitLeaveOneOut(table.raw, options)
  const itemIds = Array.from(keptItems, (item) => table.itemIds[item])
  const userIds = Array.from(keptUsers, (user) => table.userIds[user])
  const warnings = [...table.warnings, ...untitled(recognised, itemIds, titles)]
  const report = reportDataset(dataset, { ...found, negativesWanted: options.negativesPerUser, warnings })
  const validationSource = options.validation ? 'latest' : null
  return {
    dataset,
    items: describeItems(itemIds, titles),
    userIds,
    split: 'leave-one-out',
    validationSource,
    report,
  }
}

function untitled({ titles: file }: RecognisedSource, itemIds: string[], titles: ItemTitles): string[] {
  const missing = itemIds.filter((id) => !titles.has(id)).length
  return file === undefined || missing === 0
    ? []
    : [`${file.path} says nothing of ${missing} of the ${itemIds.length} items.`]
}

function describeItems(ids: string[], titles: ItemTitles): DatasetItem[] {
  return ids.map((id) => {
    const { itemId = id, title = null, genres = [] } = titles.get(id) ?? {}
    return { itemId, title, genres }
  })
}
