import { z } from 'zod'
import type { EngineState } from '../core/engine.ts'
import type { TrainingPosition } from '../core/training/trainingLoop.ts'
import type { Checkpoint } from '../node/runStore.ts'
import type { Tensor } from '../node/safetensors.ts'
import { StoreError } from '../node/runStore.ts'
import type { Parameter } from '../core/models/parameterLayout.ts'

const number = z.string().transform(Number).pipe(z.number())
const whole = z.string().transform(Number).pipe(z.int().min(0))

/** Numbers are written in full: JavaScript's decimal form of a float64 reads back to the same bits. */
const metadataSchema = z.object({
  epoch: whole.pipe(z.int().min(1)),
  step: whole,
  lossSum: number,
  samples: whole,
  trainSeconds: number,
  optimizerSteps: whole,
  engine: z.string(),
})

export interface SavedTraining {
  position: TrainingPosition
  state: EngineState
}

/** A checkpoint of a training: the position in its metadata; weights first, in their order, then the optimiser's state. */
export function checkpointOf(
  { position, state }: SavedTraining,
  layout: readonly Parameter[],
  engine: string,
): Checkpoint {
  const shapes = new Map(layout.map((parameter) => [parameter.name, parameter.shape]))
  const names = [...shapes.keys(), ...Object.keys(state.tensors).filter((name) => !shapes.has(name))]
  return {
    tensors: names.map((name) => {
      const data = state.tensors[name]
      const parameter = name.replace(/^optimizer\.[mv]\./, '')
      return { name, shape: shapes.get(parameter) ?? [data.length], data }
    }),
    metadata: {
      epoch: String(position.epoch),
      step: String(position.step),
      lossSum: String(position.lossSum ?? 0),
      samples: String(position.samples),
      trainSeconds: String(position.trainSeconds),
      optimizerSteps: String(state.steps),
      engine,
    },
  }
}

/**
 * Reads what checkpointOf() made. Throws StoreError 'checkpoint-damaged', also for another model's weights or another
 * engine's state; whether the optimiser's tensors are all there is for the engine to say.
 */
export function savedTraining(
  checkpoint: Checkpoint,
  layout: readonly Parameter[],
  engine: string,
  file: string,
): SavedTraining {
  const parsed = metadataSchema.safeParse(checkpoint.metadata)
  if (!parsed.success) throw damaged(`${file}: ${z.prettifyError(parsed.error)}`, file)
  const { optimizerSteps, engine: writer, ...position } = parsed.data
  if (writer !== engine)
    throw damaged(`${file} holds the state of the engine ${writer}, not of ${engine}.`, file)
  requireWeights(checkpoint.tensors, layout, file)
  const tensors = Object.fromEntries(checkpoint.tensors.map(({ name, data }) => [name, data]))
  return { position, state: { steps: optimizerSteps, tensors } }
}

/** Throws StoreError 'checkpoint-damaged' unless all weights of the model are there, in float32 and of their shapes. */
export function requireWeights(tensors: readonly Tensor[], layout: readonly Parameter[], file: string): void {
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]))
  for (const { name, shape } of layout) {
    const found = byName.get(name)
    if (found?.data instanceof Float32Array && found.shape.join() === shape.join()) continue
    const state = found ? `[${found.shape.join(', ')}] of ${found.data.constructor.name}` : 'missing'
    throw damaged(`${file}: ${name} should be [${shape.join(', ')}] of Float32Array, but is ${state}.`, file)
  }
}

/** What a checkpoint that cannot be gone on from is refused with. */
export function damaged(message: string, file: string): StoreError {
  return new StoreError('checkpoint-damaged', message, file)
}
