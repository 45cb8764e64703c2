import type { DatasetForm } from '../../core/dataset/datasetDescription.ts'
import { DatasetError } from '../../core/dataset/datasetError.ts'
import type { ImportOptions } from '../../core/dataset/importOptions.ts'
import type { RawInteractions } from '../../core/dataset/rawInteractions.ts'
import { IdIndex } from './idIndex.ts'
import { InteractionColumns } from './interactionColumns.ts'
import { readTable, type TableFormat } from './readTable.ts'
import { hasHeader, sniffSeparator, tableLayout } from './tableHeader.ts'
import type { RowTarget, TableLayout } from './rowParser.ts'

export interface RawTable {
  raw: RawInteractions
  /** Raw ids in the order of the numbers in `raw`. */
  userIds: string[]
  itemIds: string[]
  warnings: string[]
}

type RawForm = Exclude<DatasetForm, 'ncf'>

const MOVIELENS = { fields: 4, user: 0, item: 1, rating: 2, timestamp: 3 }

/**
 * Reads a table of interactions of any form but NCF.
 * @throws DatasetError naming the file and the line.
 */
export async function readRawTable(
  pieces: AsyncIterable<Uint8Array>,
  file: string,
  form: RawForm,
  options: ImportOptions,
): Promise<RawTable> {
  let layout: TableLayout | undefined
  const integersOnly = form.startsWith('movielens')
  const users = new IdIndex('user id', integersOnly)
  const items = new IdIndex('item id', integersOnly)
  const target = (found: TableLayout): RowTarget => {
    layout = found
    return {
      users,
      items,
      columns: columnsFor(found, options, file),
      ratingThreshold: options.ratingThreshold,
    }
  }
  const { columns } = await readTable(pieces, file, { ...formatOf(form, options, file), target })
  const hasTimes = layout!.timestamp >= 0
  const { users: userColumn, items: itemColumn, timestamps, positive } = columns
  const raw = {
    users: userColumn,
    items: itemColumn,
    timestamps,
    positive,
    userCount: users.count,
    itemCount: items.count,
  }
  const warnings = hasTimes
    ? []
    : [`${file} has no timestamps: the last row of each user in the file is held out.`]
  return { raw, userIds: users.rawIds(), itemIds: items.rawIds(), warnings }
}

function columnsFor(
  layout: TableLayout,
  { ratingThreshold }: ImportOptions,
  file: string,
): InteractionColumns {
  if (ratingThreshold !== undefined && layout.rating < 0)
    throw new DatasetError(
      'missing-column',
      'has no rating, so a rating threshold means nothing: leave it out.',
      { file, line: 1 },
    )
  return new InteractionColumns({
    timestamps: layout.timestamp >= 0,
    positive: ratingThreshold !== undefined,
  })
}

function formatOf(form: RawForm, options: ImportOptions, file: string): Omit<TableFormat, 'target'> {
  const { columns, separator } = options
  switch (form) {
    case 'movielens-1m':
      return { quotes: false, header: false, layout: () => ({ separator: '::', ...MOVIELENS }) }
    case 'movielens-100k':
      return { quotes: false, header: false, layout: () => ({ separator: '\t', ...MOVIELENS }) }
    case 'movielens-csv':
      return { quotes: true, header: true, layout: (line) => tableLayout(line, ',', undefined, file) }
    case 'recbole':
      return { quotes: false, header: true, layout: (line) => tableLayout(line, '\t', undefined, file) }
    case 'generic': {
      const layout = (line: string) => tableLayout(line, separator ?? sniffSeparator(line), columns, file)
      return { quotes: true, header: hasHeader(columns), layout }
    }
  }
}
