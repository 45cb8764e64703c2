import { z } from 'zod'
import { isMissing, StoreError } from './runErrors.ts'
import { readSafetensors, SafetensorsError, writeSafetensors, type Tensor } from './safetensors.ts'

const count = z.string().regex(/^\d{1,15}$/, 'expected a whole number')
const checkpointMetadataSchema = z.object({ epoch: count, step: count }).catchall(z.string())

/** Strings, as safetensors has it; `epoch` and `step` are whole numbers. */
export type CheckpointMetadata = z.output<typeof checkpointMetadataSchema>

/** Weights of a run at an epoch; `last` holds the optimiser's state as well. */
export interface Checkpoint {
  tensors: Tensor[]
  metadata: CheckpointMetadata
}

function parseMetadata(metadata: unknown, path: string): CheckpointMetadata {
  const result = checkpointMetadataSchema.safeParse(metadata)
  if (result.success) return result.data
  const { path: field, message } = result.error.issues[0]
  throw new StoreError('checkpoint-damaged', `${path}: metadata "${field.join('.')}": ${message}.`, path)
}

/** Replaces a checkpoint atomically. */
export async function writeCheckpointFile(path: string, { tensors, metadata }: Checkpoint): Promise<void> {
  await writeSafetensors(path, tensors, parseMetadata(metadata, path))
}

/** Reads and validates a checkpoint. Throws StoreError `checkpoint-missing` or `checkpoint-damaged`. */
export async function readCheckpointFile(path: string): Promise<Checkpoint> {
  try {
    const { tensors, metadata } = await readSafetensors(path)
    return { tensors, metadata: parseMetadata(metadata, path) }
  } catch (error) {
    if (error instanceof SafetensorsError) {
      throw new StoreError('checkpoint-damaged', error.message, path, { cause: error })
    }
    if (!isMissing(error)) throw error
    throw new StoreError('checkpoint-missing', `There is no checkpoint ${path} yet.`, path)
  }
}
