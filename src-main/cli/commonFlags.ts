import { Option, type Command } from 'commander'
import { libraryLocation } from '../node/libraryLocation.ts'
import { threads } from './flagValues.ts'

export interface CommonFlags {
  library?: string
  json?: boolean
}

/** The flags of every command that works on the library. */
export function addCommonFlags(command: Command): Command {
  return command
    .option('--library <dir>', `library folder (default: ${libraryLocation()})`)
    .option('--json', 'JSON lines on stdout, nothing else')
}

export function threadsOption(): Option {
  return new Option(
    '--threads <number>',
    'threads, or auto to measure what is fastest; the numbers are the same',
  )
    .argParser(threads)
    .default('auto')
}
