import { z } from 'zod'

/** A column of an interactions file: its header's name, or its position counted from 1. */
const column = z.union([z.string().min(1), z.int().min(1)])

const columns = z.strictObject({
  user: column,
  item: column,
  /** null: not read, even where the header has a name for it. */
  rating: column.nullable().optional(),
  timestamp: column.nullable().optional(),
  /** Whether the first line is a header; by default it is one unless every column is given by position. */
  header: z.boolean().optional(),
})

function isSeed(text: string): boolean {
  return /^\d{1,20}$/.test(text) && BigInt(text) <= 0xffffffffffffffffn
}

/** How a source becomes a dataset. `importOptionsSchema.parse({})` gives the defaults. */
export const importOptionsSchema = z.strictObject({
  /** What the dataset is called in lists; by default the name of its file or folder. */
  name: z.string().min(1).max(200).optional(),
  /** Raw forms only: an interaction is positive when its rating is at least this. Absent: every one is. */
  ratingThreshold: z.number().optional(),
  /** Raw forms only: users with fewer positives are dropped. He et al. use 20. */
  minimumInteractions: z.int().min(1).default(2),
  /** Keys the sampled negatives (raw forms) and random validation items: an unsigned 64-bit integer in decimal. */
  evaluationSeed: z
    .string()
    .refine(isSeed, 'must be an integer in 0..2^64-1, in decimal digits')
    .default('42'),
  /** Raw forms only: sampled negatives per held-out item. */
  negativesPerUser: z.int().min(1).max(10_000).default(99),
  /** Whether one more interaction per user is held out for model selection. */
  validation: z.boolean().default(false),
  /** Generic form only: which columns to read; found by their names when absent. */
  columns: columns.optional(),
  /** Generic form only: the text between fields; found from the first line when absent. */
  separator: z.string().min(1).max(2).optional(),
})

export type ImportOptions = z.infer<typeof importOptionsSchema>
/** What a caller writes: everything is optional. */
export type ImportOptionsInput = z.input<typeof importOptionsSchema>
