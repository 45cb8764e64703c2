import { z } from 'zod'
import { DATASET_FORMS, datasetDescriptionSchema } from '../core/dataset/datasetDescription.ts'
import { importOptionsSchema } from '../core/dataset/importOptions.ts'

const id = z.string().min(1).max(200)

/** Where data comes from: a path of this machine (Electron, the terminal), or files a browser has uploaded. */
export const sourceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('path'), path: z.string().min(1).max(4096) }),
  z.strictObject({ kind: z.literal('upload'), uploadId: z.uuid() }),
  z.strictObject({ kind: z.literal('sample') }),
])
export type Source = z.output<typeof sourceSchema>

const problem = z.strictObject({ code: z.string(), message: z.string() })
const sourceFile = z.strictObject({
  path: z.string(),
  bytes: z.int().min(0),
  /** What it is read as: 'train', 'test', 'negatives', 'ratings', 'titles', ...; absent: not read. */
  role: z.string().optional(),
})

/** What a source was recognised as, before any of it is imported. */
export const sourceVerdictSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('dataset'),
    name: z.string(),
    form: z.enum(DATASET_FORMS),
    files: z.array(sourceFile),
    /** The first lines of the main file, split into fields, and which column is read as what. */
    preview: z.strictObject({
      file: z.string(),
      /** The text between the fields of a line. */
      separator: z.string(),
      columns: z.array(
        z.strictObject({
          header: z.string(),
          /** 'user', 'item', 'rating', 'timestamp'; absent: not read. */
          role: z.string().optional(),
        }),
      ),
      rows: z.array(z.array(z.string())).max(20),
    }),
    /** Whether thresholds, negatives and columns can be chosen: not for data that is already split. */
    raw: z.boolean(),
  }),
  /** A run exported as .zip. */
  z.strictObject({ kind: z.literal('run'), name: z.string(), bytes: z.int().min(0) }),
])
export type SourceVerdict = z.output<typeof sourceVerdictSchema>

/** A dataset in the list; a damaged one has a problem and nothing else. */
export const datasetEntrySchema = z.strictObject({
  id,
  description: datasetDescriptionSchema.optional(),
  problem: problem.optional(),
})
export type DatasetEntry = z.output<typeof datasetEntrySchema>

/** How many users (or items) have a count in from..to, both included. */
const bin = z.strictObject({ from: z.int(), to: z.int(), count: z.int() })
export const datasetDetailsSchema = z.strictObject({
  id,
  description: datasetDescriptionSchema,
  /** Users by their number of training items; bins double in width. */
  activity: z.array(bin),
  /** Items by their number of training users. */
  popularity: z.array(bin),
  /** The items that most users have, with titles where they are known. */
  mostPopular: z.array(
    z.strictObject({
      itemId: z.string(),
      title: z.string().nullable(),
      genres: z.array(z.string()),
      users: z.int(),
    }),
  ),
  /** Ranking by popularity on the test items: the line that every model must beat. */
  popularityBaseline: z.strictObject({ hr10: z.number(), ndcg10: z.number(), users: z.int() }).nullable(),
})
export type DatasetDetails = z.output<typeof datasetDetailsSchema>

const nothing = z.strictObject({}).prefault({})

export const datasetRequests = {
  'dataset:list': { input: nothing, output: z.array(datasetEntrySchema) },
  'dataset:show': { input: z.strictObject({ id }), output: datasetDetailsSchema },
  /** Says what a source is, without importing it. */
  'source:inspect': {
    /** `separator`: between the fields of the generic form, instead of the one found from its first line. */
    input: z.strictObject({ source: sourceSchema, separator: z.string().min(1).max(2).optional() }),
    output: sourceVerdictSchema,
  },
  /** Says that a source is not wanted any more: the files of an upload are removed at once, other sources stay. */
  'source:discard': { input: z.strictObject({ source: sourceSchema }), output: z.null() },
  /** Imports a dataset; `importId` names it in `import:progress` and `dataset:cancel-import`. */
  'dataset:import': {
    input: z.strictObject({
      importId: z.uuid(),
      source: sourceSchema,
      options: importOptionsSchema.partial(),
    }),
    output: datasetEntrySchema,
  },
  'dataset:cancel-import': { input: z.strictObject({ importId: z.uuid() }), output: z.null() },
  'dataset:rename': {
    input: z.strictObject({ id, name: z.string().trim().min(1).max(200) }),
    output: datasetEntrySchema,
  },
  /** Moves a dataset to the trash; the name is for `dataset:restore`. */
  'dataset:remove': { input: z.strictObject({ id }), output: z.strictObject({ trashName: z.string() }) },
  'dataset:restore': { input: z.strictObject({ trashName: id }), output: datasetEntrySchema },
} as const

export const datasetEvents = {
  'dataset:changed': datasetEntrySchema,
  'dataset:removed': z.strictObject({ id }),
  'import:progress': z.strictObject({
    importId: z.uuid(),
    stage: z.enum(['reading', 'splitting', 'storing']),
    file: z.string(),
    bytes: z.number(),
    totalBytes: z.number(),
  }),
} as const
