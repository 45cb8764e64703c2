import { join } from 'node:path'

/** Both src-main/<room> and the built out/<room> (and out/chunks) lie two levels below the program's folder. */
const PROGRAM_FOLDER = join(import.meta.dirname, '..', '..')

/** Path of a file that comes with the program, from the program's folder: `bundledFile('resources/sample')`. */
export function bundledFile(path: string): string {
  return join(PROGRAM_FOLDER, path)
}
