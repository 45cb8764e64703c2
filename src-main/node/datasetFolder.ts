import { createHash } from 'node:crypto'
import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Dataset } from '../core/dataset/dataset.ts'
import { datasetBytes, parseDatasetBytes } from '../core/dataset/datasetBytes.ts'
import {
  DATASET_SCHEMA_VERSION,
  datasetDescriptionSchema,
  itemsFileSchema,
  usersFileSchema,
  type DatasetDescription,
  type DatasetItem,
} from '../core/dataset/datasetDescription.ts'
import { DatasetError } from '../core/dataset/datasetError.ts'
import { DatasetLibraryError } from './datasetLibraryError.ts'

/** The files of a stored dataset. */
export const DATASET_FILES = {
  description: 'dataset.json',
  arrays: 'arrays.bin',
  items: 'items.json',
  users: 'users.json',
} as const
const { description: DESCRIPTION, arrays: ARRAYS, items: ITEMS, users: USERS } = DATASET_FILES

export interface LoadedDataset {
  description: DatasetDescription
  dataset: Dataset
  /** Entry i describes dense item i. */
  items: DatasetItem[]
  /** Entry u is the raw id of dense user u. */
  userIds: string[]
}

/** A dataset in the bytes that will be stored, and the names that follow from them. */
export interface SealedDataset {
  /** SHA-256 of the canonical arrays, in hex. */
  fingerprint: string
  /** Names the arrays together with the raw ids, titles and genres: 12 hex digits. */
  id: string
  arrays: Uint8Array[]
  items: string
  users: string
}

/** Lays a dataset out and names it by its content. */
export function sealDataset({ dataset, items, userIds }: Omit<LoadedDataset, 'description'>): SealedDataset {
  const arrays = datasetBytes(dataset)
  const itemsText = JSON.stringify({ schemaVersion: 1, items })
  const usersText = JSON.stringify({ schemaVersion: 1, userIds })
  const fingerprint = sha256(...arrays)
  return {
    fingerprint,
    id: idOf(fingerprint, itemsText, usersText),
    arrays,
    items: itemsText,
    users: usersText,
  }
}

function sha256(...parts: (Uint8Array | string)[]): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}

/** Two sources with equal arrays but other ids or titles are two datasets. */
function idOf(fingerprint: string, items: Uint8Array | string, users: Uint8Array | string): string {
  return sha256(fingerprint, items, users).slice(0, 12)
}

/** Writes and flushes the files of a dataset into an empty folder. */
export async function writeDatasetFolder(
  folder: string,
  sealed: SealedDataset,
  description: DatasetDescription,
): Promise<void> {
  await writeFlushed(join(folder, ARRAYS), sealed.arrays)
  await writeFlushed(join(folder, ITEMS), [Buffer.from(sealed.items)])
  await writeFlushed(join(folder, USERS), [Buffer.from(sealed.users)])
  await writeFlushed(join(folder, DESCRIPTION), [Buffer.from(`${JSON.stringify(description, null, 2)}\n`)])
}

async function writeFlushed(path: string, pieces: Uint8Array[]): Promise<void> {
  const handle = await open(path, 'wx')
  try {
    for (const piece of pieces) await handle.writeFile(piece)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** @throws DatasetLibraryError `damaged` or `newer-version`. */
export async function readDescription(folder: string): Promise<DatasetDescription> {
  const path = join(folder, DESCRIPTION)
  const value = parseJson(await readWhole(path), path)
  const version = z.object({ schemaVersion: z.number() }).safeParse(value)
  if (version.success && version.data.schemaVersion > DATASET_SCHEMA_VERSION)
    throw new DatasetLibraryError(
      'newer-version',
      `${path} was written by a newer version of the program (schema ${version.data.schemaVersion}): update to use it.`,
      path,
    )
  return validated(datasetDescriptionSchema, value, path)
}

/**
 * Reads a dataset and verifies every byte of it against its fingerprint and id.
 * @throws DatasetLibraryError `damaged` or `newer-version`.
 */
export async function loadDatasetFolder(folder: string): Promise<LoadedDataset> {
  const description = await readDescription(folder)
  const [arrays, itemsBytes, usersBytes] = await Promise.all(
    [ARRAYS, ITEMS, USERS].map((name) => readWhole(join(folder, name))),
  )
  const dataset = parseArrays(arrays, join(folder, ARRAYS))
  if (sha256(arrays) !== description.fingerprint)
    throw damaged(join(folder, ARRAYS), 'it differs from its fingerprint')
  if (idOf(description.fingerprint, itemsBytes, usersBytes) !== description.id)
    throw damaged(join(folder, ITEMS), `it or ${USERS} differs from what was stored`)
  const { items } = validated(
    itemsFileSchema,
    parseJson(itemsBytes, join(folder, ITEMS)),
    join(folder, ITEMS),
  )
  const { userIds } = validated(
    usersFileSchema,
    parseJson(usersBytes, join(folder, USERS)),
    join(folder, USERS),
  )
  if (items.length !== dataset.itemCount)
    throw damaged(join(folder, ITEMS), 'it does not describe every item')
  if (userIds.length !== dataset.userCount) throw damaged(join(folder, USERS), 'it does not name every user')
  return { description, dataset, items, userIds }
}

function damaged(path: string, why: string, cause?: unknown): DatasetLibraryError {
  return new DatasetLibraryError('damaged', `${path} is damaged: ${why}. Import the dataset again.`, path, {
    cause,
  })
}

async function readWhole(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (error) {
    throw damaged(path, `it cannot be read (${(error as NodeJS.ErrnoException).code})`, error)
  }
}

function parseArrays(bytes: Uint8Array, path: string): Dataset {
  try {
    return parseDatasetBytes(bytes, path)
  } catch (error) {
    throw error instanceof DatasetError ? damaged(path, error.message, error) : error
  }
}

function parseJson(bytes: Uint8Array, path: string): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch (error) {
    throw damaged(path, 'it is not JSON', error)
  }
}

function validated<S extends z.ZodType>(schema: S, value: unknown, path: string): z.output<S> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw damaged(path, z.prettifyError(result.error).split('\n').join(' '), result.error)
}
