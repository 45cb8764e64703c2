import { availableParallelism, totalmem } from 'node:os'
import { EngineError, type EngineDemand } from '../../core/engine.ts'
import { modelSpec } from '../../core/models/modelSpec.ts'
import type { NeuralConfig } from '../../core/run/runConfig.ts'
import { trainingDemand, type DatasetShape } from '../../core/training/trainingDemand.ts'
import { memoryLayout, MOMENTS } from './memoryLayout.ts'

/** Beyond this the barriers of a step cost more than another thread gives. */
const MAXIMUM_THREADS = 16

/** Threads to start for what the user has chosen. */
export function threadsToStart(threads: number | 'auto'): number {
  return threads === 'auto' ? Math.min(availableParallelism(), MAXIMUM_THREADS) : threads
}

/** Bytes of memory that this process may use: the machine's, or less where its container has a limit. */
export function machineMemory(): number {
  const limit = process.constrainedMemory()
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem()
}

/**
 * What training a configuration on a dataset takes on the CPU. `memoryBytes` counts the engine's memory, the weights
 * that it starts from, and the copy of weights and moments that a checkpoint makes.
 *
 * @throws EngineError 'too-large' for what the engine cannot hold; ModelSpecError for no possible model.
 */
export function cpuDemand(
  config: NeuralConfig,
  shape: DatasetShape,
  threads: number | 'auto' = 'auto',
): EngineDemand {
  const demand = trainingDemand(config, shape)
  const { end } = memoryLayout({ spec: modelSpec(config), shape, options: config }, threadsToStart(threads))
  return { ...demand, memoryBytes: end + 4 * demand.parameters * (2 + MOMENTS[config.optimizer]) }
}

/** As cpuDemand; refuses as well what this machine's memory cannot hold. */
export function cpuDemandHere(
  config: NeuralConfig,
  shape: DatasetShape,
  threads: number | 'auto' = 'auto',
  machineBytes = machineMemory(),
): EngineDemand {
  const demand = cpuDemand(config, shape, threads)
  if (demand.memoryBytes <= machineBytes) return demand
  const gibibytes = (bytes: number) => (bytes / 2 ** 30).toFixed(1)
  throw new EngineError(
    'too-large',
    `This training needs ${gibibytes(demand.memoryBytes)} GiB, but this machine has ${gibibytes(machineBytes)} GiB: choose fewer factors or layers, a smaller batch or a smaller dataset.`,
  )
}
