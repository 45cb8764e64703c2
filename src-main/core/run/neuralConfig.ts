import { z } from 'zod'
import { MODEL_NAMES, modelSpec, ModelSpecError } from '../models/modelSpec.ts'
import { DEFAULT_ALPHA } from '../models/pretraining.ts'
import { COMMON_FIELDS, EPOCH_FIELDS } from './commonConfig.ts'
import { sha256 } from './sha256.ts'

export const OPTIMIZERS = ['adam', 'lazyAdam', 'sgd', 'adagrad', 'rmsprop'] as const
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

/** Where one half of a pre-trained NeuMF comes from: the best epoch of a run, or a file of weights. */
const pretrainedPart = z.union([
  z.strictObject({
    runId: z.string().min(1).max(200),
    /** Of that run, so that runs whose parts differ only in their seeds are of one group. */
    groupKey: z.string().min(1).max(200),
  }),
  z.strictObject({ file: z.string().min(1), sha256 }),
])
export type PretrainedPart = z.output<typeof pretrainedPart>

/**
 * Weights of a GMF and an MLP as the start of a NeuMF (He et al. 2017, section 3.4.1): the prediction layer is
 * alpha times GMF's beside 1 - alpha times MLP's, biases likewise.
 */
const pretraining = z.strictObject({
  alpha: z.number().min(0).max(1).default(DEFAULT_ALPHA),
  gmf: pretrainedPart,
  mlp: pretrainedPart,
})
export type Pretraining = z.output<typeof pretraining>

/** A neural model: trained by steps over sampled batches. */
export const neuralConfigSchema = z
  .strictObject({
    model: z.enum(MODEL_NAMES),
    factors: z.int().min(1).max(8192).default(32),
    layers: z.int().min(0).max(16).default(3),
    /** Width of the concatenated embeddings, then of each hidden layer; overrides `layers`. */
    tower: z.array(z.int().min(1).max(65536)).min(1).max(17).optional(),
    dropout: z.number().min(0).lt(1).default(0),
    ...EPOCH_FIELDS,
    batchSize: z.int().min(1).max(1_048_576).default(256),
    learningRate: z.number().positive().finite().default(0.001),
    negativesPerPositive: z.int().min(1).max(1000).default(4),
    optimizer: z.enum(OPTIMIZERS).default('adam'),
    l2: l2.prefault({}),
    arithmetic: z.enum(ARITHMETICS).default('portable'),
    /** NeuMF alone. */
    pretraining: pretraining.optional(),
    ...COMMON_FIELDS,
  })
  .superRefine((config, context) => {
    if (config.pretraining && config.model !== 'NeuMF') {
      const message = `Only NeuMF starts from pre-trained parts, not ${config.model}.`
      context.addIssue({ code: 'custom', path: ['pretraining'], message })
    }
    try {
      modelSpec(config)
    } catch (error) {
      if (!(error instanceof ModelSpecError)) throw error
      context.addIssue({ code: 'custom', path: [error.field ?? 'model'], message: error.message })
    }
  })

export type NeuralConfig = z.output<typeof neuralConfigSchema>
export type NeuralConfigInput = z.input<typeof neuralConfigSchema>
