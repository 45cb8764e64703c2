import { z } from 'zod'
import { datasetReportSchema } from './datasetReport.ts'
import { importOptionsSchema } from './importOptions.ts'

/** The forms of source that are recognised; see docs/protocol. */
export const DATASET_FORMS = [
  'ncf',
  'movielens-1m',
  'movielens-100k',
  'movielens-csv',
  'recbole',
  'generic',
] as const

export type DatasetForm = (typeof DATASET_FORMS)[number]

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

/** A file that was read, as it was read: the entry of a .zip unpacked, a .gz as it lies on disk. */
export const sourceFileSchema = z.strictObject({
  /** Path within the imported folder or archive. */
  path: z.string(),
  bytes: z.int().min(0),
  sha256,
})

export type SourceFileRecord = z.infer<typeof sourceFileSchema>

/** What lies on disk behind an import: equal origins need no second reading. */
export const originSchema = z.strictObject({
  /** Grows when the same source would be read differently. */
  readerVersion: z.int(),
  /** Absolute path with links resolved. */
  path: z.string(),
  files: z.array(z.strictObject({ path: z.string(), bytes: z.int().min(0), modifiedMs: z.number() })),
})

export type DatasetOrigin = z.infer<typeof originSchema>

export const DATASET_SCHEMA_VERSION = 1

/** dataset.json: everything about a stored dataset but its arrays, items and raw user ids. */
export const datasetDescriptionSchema = z.strictObject({
  schemaVersion: z.literal(DATASET_SCHEMA_VERSION),
  id: z.string().regex(/^[0-9a-f]{12}$/),
  name: z.string(),
  form: z.enum(DATASET_FORMS),
  /** How it was split; `negativesPerUser`, thresholds and minimum do not apply to the NCF form. */
  options: importOptionsSchema,
  /** Who chose the test items and the negatives: the source's own files or the evaluation seed. */
  split: z.enum(['source', 'leave-one-out']),
  /** How validation items were chosen; null when there are none. */
  validationSource: z.enum(['latest', 'random']).nullable(),
  report: datasetReportSchema,
  /** SHA-256 of the canonical bytes (core/dataset/datasetBytes). */
  fingerprint: sha256,
  sources: z.array(sourceFileSchema),
  origin: originSchema,
  /** ISO 8601, UTC. */
  importedAt: z.iso.datetime(),
})

export type DatasetDescription = z.infer<typeof datasetDescriptionSchema>

/** An item as people know it, by its place in the list: entry i describes dense item i. */
export const datasetItemSchema = z.strictObject({
  /** The raw id: the file's own, or the `movieId` that a sidecar gives for an NCF index. */
  itemId: z.string(),
  title: z.string().nullable(),
  genres: z.array(z.string()),
})

export type DatasetItem = z.infer<typeof datasetItemSchema>

export const itemsFileSchema = z.strictObject({
  schemaVersion: z.literal(1),
  items: z.array(datasetItemSchema),
})

export const usersFileSchema = z.strictObject({
  schemaVersion: z.literal(1),
  /** Entry u is the raw id of dense user u. */
  userIds: z.array(z.string()),
})
