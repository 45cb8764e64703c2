import { join } from 'node:path'
import { EngineError } from '../core/engine.ts'
import type { EpochRecord } from '../core/run/epochRecord.ts'
import { startOfEpoch, type TrainingPosition } from '../core/training/trainingLoop.ts'
import { StoreError, type CheckpointName, type RunStore } from '../node/runStore.ts'
import { damaged, requireWeights, savedTraining, type SavedTraining } from './checkpoint.ts'
import type { StoredModel } from './storedModel.ts'

/** Where a stored run goes on. */
export interface RestoredTraining {
  position: TrainingPosition
  /** Those that are done. */
  epochs: EpochRecord[]
}

export interface Restoration {
  store: RunStore
  runId: string
  model: StoredModel
  /** Tells people what they should know. */
  notice(message: string): void
}

/**
 * Brings model and stored epochs to where the last checkpoint stands. Without a checkpoint, and with a notice when
 * any part of it is damaged, the run starts again from its seed: the model still is as it began.
 */
export async function restoreTraining(restoration: Restoration): Promise<RestoredTraining> {
  const { store, runId, notice } = restoration
  const { epochs, problem } = await store.readEpochs(runId)
  if (problem) notice(problem.message)
  try {
    return await goOn(restoration, epochs)
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    if (error.code === 'checkpoint-damaged')
      notice(`${error.message} The run starts again from its seed, which gives the same numbers.`)
    else if (error.code !== 'checkpoint-missing') throw error
    await store.truncateEpochs(runId, 0)
    return { position: startOfEpoch(1), epochs: [] }
  }
}

function fileOf({ store, runId }: Restoration, which: CheckpointName): string {
  return join(store.libraryDir, 'runs', runId, `${which}.safetensors`)
}

async function goOn(restoration: Restoration, epochs: EpochRecord[]): Promise<RestoredTraining> {
  const { store, runId, model } = restoration
  const file = fileOf(restoration, 'last')
  const saved = savedTraining(
    await store.readCheckpoint(runId, 'last'),
    model.layout,
    model.engine.name,
    file,
  )
  const done = saved.position.epoch - 1
  requirePosition(saved, model.training.stepsPerEpoch, file)
  if (epochs.length < done) throw damaged(`The lines of ${done - epochs.length} epochs are missing.`, file)
  if (done > 0) await requireBest(restoration)
  await writeState(model, saved, file)
  await store.truncateEpochs(runId, done)
  return { position: saved.position, epochs: epochs.slice(0, done) }
}

/** The optimiser has taken all steps before the position, and no others. */
function requirePosition({ position, state }: SavedTraining, stepsPerEpoch: number, file: string): void {
  const { epoch, step } = position
  const before = (epoch - 1) * stepsPerEpoch + step
  if (step <= stepsPerEpoch && state.steps === before) return
  throw damaged(
    `${file} says epoch ${epoch}, step ${step}, but ${state.steps} steps at ${stepsPerEpoch} an epoch.`,
    file,
  )
}

/** The best weights are needed at the end, so they are looked at now, while a new start can still bring them back. */
async function requireBest(restoration: Restoration): Promise<void> {
  const file = fileOf(restoration, 'best')
  try {
    const { tensors } = await restoration.store.readCheckpoint(restoration.runId, 'best')
    requireWeights(tensors, restoration.model.layout, file)
  } catch (error) {
    const isGone = error instanceof StoreError && error.code === 'checkpoint-missing'
    throw isGone ? damaged(`The weights of the best epoch are gone: ${file}.`, file) : error
  }
}

async function writeState(model: StoredModel, { state }: SavedTraining, file: string): Promise<void> {
  try {
    await model.writeState(state)
  } catch (error) {
    const isDamage = error instanceof EngineError && error.code === 'bad-weights'
    throw isDamage ? damaged(`${file}: ${error.message}`, file) : error
  }
}
