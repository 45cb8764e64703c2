import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { bundledFile } from './bundledFiles.ts'
import { openDatasetLibrary } from './datasetLibrary.ts'
import { importRun } from './runArchive.ts'
import { runsFolder } from './runFolder.ts'

const SAMPLE = 'resources/sample'
const DEMO = 'resources/demo/neumf-sample.zip'

/** Path of the sample that comes with the program. */
export function samplePath(): string {
  return bundledFile(SAMPLE)
}

/** Where the run on the sample lies that a new library begins with. */
export function demoPath(): string {
  return bundledFile(DEMO)
}

/**
 * Puts the sample and a finished run on it into a library that never had a run or dataset. The first run makes the
 * folder of runs, which stays: whoever removes the demo is not given it again.
 *
 * @returns Whether it was put there.
 */
export async function welcomeLibrary(libraryDir: string): Promise<boolean> {
  const isNew = !existsSync(runsFolder(libraryDir)) && (await isEmpty(join(libraryDir, 'datasets')))
  if (!isNew || !existsSync(demoPath())) return false
  await (await openDatasetLibrary(libraryDir)).import(samplePath())
  await importRun(libraryDir, demoPath())
  return true
}

async function isEmpty(folder: string): Promise<boolean> {
  return (await readdir(folder).catch(() => [])).length === 0
}
