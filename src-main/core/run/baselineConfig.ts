import { z } from 'zod'
import { COMMON_FIELDS, EPOCH_FIELDS } from './commonConfig.ts'

/** Every user gets the same list: items by their number of training users. */
const itemPop = z.strictObject({ model: z.literal('ItemPop'), ...COMMON_FIELDS })

/** Cosine of item columns, each item's nearest neighbours kept (Sarwar et al., WWW 2001). */
const itemKnn = z.strictObject({
  model: z.literal('ItemKNN'),
  /** Neighbours kept for each item. */
  neighbors: z.int().min(1).max(1_000_000).default(200),
  /** Added to the denominator of the cosine, against similarities that few users support. */
  shrinkage: z.number().min(0).finite().default(0),
  ...COMMON_FIELDS,
})

/** Embarrassingly shallow autoencoder: ridge regression of items on items without the diagonal (Steck, WWW 2019). */
const ease = z.strictObject({
  model: z.literal('EASE'),
  /** L2 penalty added to the diagonal of the Gram matrix. */
  lambda: z.number().positive().finite().default(500),
  ...COMMON_FIELDS,
})

/** Alternating least squares with the weighting and scaling of Rendle et al., "Revisiting iALS" (RecSys 2022). */
const iAls = z.strictObject({
  model: z.literal('iALS'),
  factors: z.int().min(1).max(4096).default(64),
  /** L2 penalty, scaled by each row's frequency. */
  lambda: z.number().positive().finite().default(0.007),
  /** Weight of what was not observed. */
  alpha: z.number().positive().finite().default(0.3),
  ...EPOCH_FIELDS,
  epochs: EPOCH_FIELDS.epochs.unwrap().default(12),
  ...COMMON_FIELDS,
})

/** Matrix factorisation under the pairwise loss of Rendle et al., "BPR" (UAI 2009), by stochastic gradient descent. */
const bpr = z.strictObject({
  model: z.literal('BPR'),
  factors: z.int().min(1).max(4096).default(64),
  learningRate: z.number().positive().finite().default(0.05),
  /** L2 penalty of the rows of each sample. */
  lambda: z.number().min(0).finite().default(0.002),
  ...EPOCH_FIELDS,
  epochs: EPOCH_FIELDS.epochs.unwrap().default(50),
  ...COMMON_FIELDS,
})

export const BASELINE_SCHEMAS = [itemPop, itemKnn, ease, iAls, bpr] as const
export const BASELINE_NAMES = ['ItemPop', 'ItemKNN', 'EASE', 'iALS', 'BPR'] as const
/** Fitted at once: no epochs to choose among, and one solution whatever the seed. */
export const CLOSED_FORM_NAMES: readonly string[] = ['ItemPop', 'ItemKNN', 'EASE'] satisfies BaselineName[]
export type BaselineName = (typeof BASELINE_NAMES)[number]
