import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Source } from '../contract/datasetContract.ts'

/**
 * The folder or file that the program was started with.
 *
 * @param args The whole command line; the desktop and Chromium add switches of their own.
 * @param folder That relative paths begin at.
 * @param isPackaged Otherwise the first argument after Electron is the program's folder.
 */
export function sourceOfArguments(
  args: readonly string[],
  folder: string,
  isPackaged: boolean,
): Source | undefined {
  const paths = args.slice(isPackaged ? 1 : 2).filter((argument) => !argument.startsWith('-'))
  const path = paths.map((argument) => resolve(folder, argument)).find(existsSync)
  return path === undefined ? undefined : { kind: 'path', path }
}
