import { z } from 'zod'
import { MODEL_NAMES, modelSpec, ModelSpecError } from '../models/modelSpec.ts'

export const OPTIMIZERS = ['adam', 'lazyAdam', 'sgd', 'adagrad', 'rmsprop'] as const
export const SELECTIONS = ['paper', 'validation'] as const
export const ARITHMETICS = ['portable', 'fma'] as const
export const L2_SCOPES = ['batch', 'table'] as const

const penalty = z.number().min(0).default(0)

/**
 * L2 penalties (the authors' --regs): lambda * sum of squares, gradient 2 * lambda * w. `scope` says which embedding
 * rows it moves: those of the batch, or, as in the authors' Keras code, the whole table at every step.
 */
const l2 = z.strictObject({
  scope: z.enum(L2_SCOPES).default('batch'),
  gmfUser: penalty,
  gmfItem: penalty,
  mlpUser: penalty,
  mlpItem: penalty,
  /** One for each hidden layer's weights; shorter lists are continued with 0. */
  tower: z.array(z.number().min(0)).default([]),
  predict: penalty,
})

const seed = z
  .union([z.string().regex(/^\d{1,20}$/), z.int().min(0)])
  .transform(String)
  .refine((text) => BigInt(text) < 2n ** 64n, 'The seed must be below 2^64.')

/** All that decides a run's numbers, together with its data: the same config and data give the same bits. */
export const runConfigSchema = z
  .strictObject({
    model: z.enum(MODEL_NAMES),
    factors: z.int().min(1).max(8192).default(32),
    layers: z.int().min(0).max(16).default(3),
    /** Width of the concatenated embeddings, then of each hidden layer; overrides `layers`. */
    tower: z.array(z.int().min(1).max(65536)).min(1).max(17).optional(),
    dropout: z.number().min(0).lt(1).default(0),
    epochs: z.int().min(1).max(100_000).default(20),
    batchSize: z.int().min(1).max(1_048_576).default(256),
    learningRate: z.number().positive().finite().default(0.001),
    negativesPerPositive: z.int().min(1).max(1000).default(4),
    optimizer: z.enum(OPTIMIZERS).default('adam'),
    l2: l2.prefault({}),
    seed: seed.default('42'),
    selection: z.enum(SELECTIONS).default('paper'),
    arithmetic: z.enum(ARITHMETICS).default('portable'),
  })
  .superRefine((config, context) => {
    try {
      modelSpec(config)
    } catch (error) {
      if (!(error instanceof ModelSpecError)) throw error
      context.addIssue({ code: 'custom', path: [error.field ?? 'model'], message: error.message })
    }
  })

export type RunConfig = z.output<typeof runConfigSchema>
export type RunConfigInput = z.input<typeof runConfigSchema>
