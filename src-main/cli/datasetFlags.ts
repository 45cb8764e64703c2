import { Option, type Command } from 'commander'
import { importOptionsSchema, type ImportOptionsInput } from '../core/dataset/importOptions.ts'
import { UsageError } from './exitCodes.ts'
import { anyNumber, column, seed, wholeNumber } from './flagValues.ts'

export interface DatasetFlags {
  minInteractions?: number
  ratingThreshold?: number
  evaluationSeed?: string
  negativesPerUser?: number
  userColumn?: string | number
  itemColumn?: string | number
  ratingColumn?: string | number
  timestampColumn?: string | number
  header?: boolean
  separator?: string
}

/** The flags that say how a source becomes a dataset. */
export function addDatasetFlags(command: Command): Command {
  const { minimumInteractions, negativesPerUser, evaluationSeed } = importOptionsSchema.parse({})
  const flag = (flags: string, description: string, read: (text: string) => unknown) =>
    command.addOption(new Option(flags, description).argParser(read).helpGroup('Raw data:'))
  const name = 'a name or a position from 1'
  flag(
    '--min-interactions <n>',
    `users with fewer are dropped (default: ${minimumInteractions})`,
    wholeNumber(1),
  )
  flag('--rating-threshold <r>', 'only ratings of at least this count (default: all)', anyNumber)
  flag('--evaluation-seed <n>', `draws the test negatives (default: ${evaluationSeed})`, seed)
  flag('--negatives-per-user <n>', `test negatives (default: ${negativesPerUser})`, wholeNumber(1, 10_000))
  flag('--user-column <column>', `generic tables: ${name}`, column)
  flag('--item-column <column>', `generic tables: ${name}`, column)
  flag('--rating-column <column>', `generic tables: ${name}`, column)
  flag('--timestamp-column <column>', `generic tables: ${name}`, column)
  command.addOption(
    new Option('--no-header', 'generic tables: the first line is data').helpGroup('Raw data:'),
  )
  return flag('--separator <text>', 'generic tables: what parts the fields (\\t for a tab)', separator)
}

function separator(text: string): string {
  return text.replaceAll('\\t', '\t')
}

function columnsOf(flags: DatasetFlags): ImportOptionsInput['columns'] {
  const { userColumn: user, itemColumn: item, ratingColumn: rating, timestampColumn: timestamp } = flags
  const hasHeader = flags.header === false ? false : undefined
  if ([user, item, rating, timestamp, hasHeader].every((value) => value === undefined)) return undefined
  if (user === undefined || item === undefined)
    throw new UsageError('Columns are given together: --user-column and --item-column at least.')
  return { user, item, rating, timestamp, header: hasHeader }
}

/** The import options that the flags stand for; those not given are left out. Throws UsageError. */
export function importOptionsOf(flags: DatasetFlags): ImportOptionsInput {
  const options: ImportOptionsInput = {
    minimumInteractions: flags.minInteractions,
    ratingThreshold: flags.ratingThreshold,
    evaluationSeed: flags.evaluationSeed,
    negativesPerUser: flags.negativesPerUser,
    columns: columnsOf(flags),
    separator: flags.separator,
  }
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
}
