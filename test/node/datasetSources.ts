import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { existsSync } from 'node:fs'
import { importOptionsSchema, type ImportOptionsInput } from '../../src-main/core/dataset/importOptions.ts'
import { readDataset, type ReadDataset } from '../../src-main/node/readers/readDataset.ts'
import { recogniseSource } from '../../src-main/node/readers/recognise.ts'
import { listSource } from '../../src-main/node/readers/sourceFiles.ts'
import { temporaryFolder } from './runFixture.ts'

export type Files = Record<string, string | Uint8Array>

/** A folder with these files, gone after the test. */
export async function sourceFolder(files: Files): Promise<string> {
  const folder = await temporaryFolder()
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
  }
  return folder
}

/** Reads and splits a path as an import does, without storing. */
export async function readPath(path: string, options: ImportOptionsInput = {}): Promise<ReadDataset> {
  const source = await listSource(path)
  try {
    return await readDataset(source, recogniseSource(source), importOptionsSchema.parse(options))
  } finally {
    source.close()
  }
}

export async function readFiles(files: Files, options?: ImportOptionsInput): Promise<ReadDataset> {
  return readPath(await sourceFolder(files), options)
}

/** Two users, four items, two negatives each but for the usual number: the smallest whole NCF source. */
export function ncfFiles(changes: Files = {}): Files {
  return {
    'toy.train.rating': '0\t0\t5\t10\n0\t1\t4\t11\n1\t1\t3\t9\n',
    'toy.test.rating': '0\t2\t5\t12\n1\t0\t4\t13\n',
    'toy.test.negative': '(0,2)\t3\t4\n(1,0)\t2\t3\n',
    ...changes,
  }
}

export const CSV = 'userId,movieId,rating,timestamp\n1,10,4.0,100\n1,20,3.5,200\n2,20,5,50\n2,30,1,60\n'

/** Where the public data sets lie, when they are there. */
export function sharedData(name: string): string | undefined {
  const path = join(import.meta.dirname, '../../../shared/data', name)
  return existsSync(path) ? path : undefined
}
