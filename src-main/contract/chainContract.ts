import { z } from 'zod'
import { DEFAULT_ALPHA } from '../core/models/pretraining.ts'
import { neuralConfigSchema } from '../core/run/runConfig.ts'
import { newRunLabels, runRowSchema } from './runContract.ts'

const id = z.string().min(1).max(200)

/** As in run configurations: decimal digits below 2^64. */
const seed = neuralConfigSchema.shape.seed.unwrap()

/**
 * Where one half of a pre-trained NeuMF comes from: a configuration that is trained first (its seed is that of the
 * NeuMF), a run that is finished or under way, or a safetensors file by its whole path on this machine.
 */
const partOrigin = z.union([
  z.strictObject({ runId: id }),
  z.strictObject({ file: z.string().min(1).max(4096) }),
  neuralConfigSchema,
])

const fusedConfig = neuralConfigSchema.refine(
  ({ model, pretraining }) => model === 'NeuMF' && !pretraining,
  'expected a NeuMF without pretraining: its parts are given beside it',
)

export const chainRequests = {
  /**
   * Stores and queues a NeuMF with the runs that it starts from (He et al. 2017, section 3.4.1), once for each seed.
   * A NeuMF waits until its parts are finished. Parts that are trained are tagged `pre-training`. Answers with all new
   * runs in the order of the queue. Refused: `part-missing`, `part-unfinished`, `part-of-other-model`,
   * `part-of-other-size`, `part-of-other-data`, and as `run:start`, before anything is stored.
   */
  'run:start-chain': {
    input: z.strictObject({
      datasetId: id,
      gmf: partOrigin,
      mlp: partOrigin,
      neumf: fusedConfig,
      /** Weight of the GMF part in the first prediction. */
      alpha: z.number().min(0).max(1).default(DEFAULT_ALPHA),
      seeds: z.array(seed).min(1).max(100),
      ...newRunLabels,
    }),
    output: z.array(runRowSchema),
  },
  /**
   * New runs that differ from one in their seed alone, with seeds that no run of its group has yet, queued; of a
   * pre-trained NeuMF its whole chain each time. Refused: `seedless` for a model that has one solution.
   */
  'run:repeat-seeds': {
    input: z.strictObject({ id, count: z.int().min(1).max(100) }),
    output: z.array(runRowSchema),
  },
} as const
