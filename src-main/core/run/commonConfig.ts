import { z } from 'zod'

export const SELECTIONS = ['paper', 'validation'] as const
export const FULL_RANKINGS = ['never', 'end'] as const

const seed = z
  .union([z.string().regex(/^\d{1,20}$/), z.int().min(0)])
  .transform(String)
  .refine((text) => BigInt(text) < 2n ** 64n, 'The seed must be below 2^64.')

/** What every model is trained and judged under. */
export const COMMON_FIELDS = {
  seed: seed.default('42'),
  selection: z.enum(SELECTIONS).default('paper'),
  /**
   * When all items are ranked beside the sampled candidates: it costs a score for every user and item, and changes
   * nothing in the training. A number: after every so many epochs, and at the end.
   */
  fullRanking: z.union([z.enum(FULL_RANKINGS), z.int().min(1).max(100_000)]).default('never'),
}

/** Of models that train epoch by epoch. */
export const EPOCH_FIELDS = {
  epochs: z.int().min(1).max(100_000).default(20),
  /** Epochs without a higher HR@10 on the items of the selection after which training ends early. */
  patience: z.int().min(1).max(100_000).optional(),
}
