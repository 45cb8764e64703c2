import { EngineError } from '../engine.ts'
import { modelSpec } from '../models/modelSpec.ts'
import { parameterCount } from '../models/parameterLayout.ts'
import type { NeuralConfig } from '../run/runConfig.ts'
import type { RunData } from '../run/runRecord.ts'

/** All of a dataset that the size of a training depends on; `interactions` are the training positives. */
export type DatasetShape = Pick<RunData, 'userCount' | 'itemCount' | 'interactions'>

/** What a training takes, known before anything is drawn or allocated. */
export interface TrainingDemand {
  parameters: number
  samplesPerEpoch: number
  stepsPerEpoch: number
}

/**
 * The samples of an epoch are numbered in 32 bits. The numbers just below 2^32 stay free: a last batch of up to 2^20
 * samples is rounded up, and the permutation works in a rectangle up to 2^16 larger than the epoch.
 */
export const MAXIMUM_SAMPLES_PER_EPOCH = 2 ** 32 - 2 ** 21
/** Optimiser steps are counted in a signed 32-bit number. */
export const MAXIMUM_STEPS = 2 ** 31 - 1

const count = (value: number) => value.toLocaleString('en-US')

/** The demand of a configuration on a dataset, whatever the engine. Throws EngineError 'too-large', ModelSpecError. */
export function trainingDemand(config: NeuralConfig, shape: DatasetShape): TrainingDemand {
  const { batchSize, negativesPerPositive, epochs } = config
  const samplesPerEpoch = shape.interactions * (1 + negativesPerPositive)
  if (samplesPerEpoch > MAXIMUM_SAMPLES_PER_EPOCH) {
    throw new EngineError(
      'too-large',
      `An epoch would have ${count(samplesPerEpoch)} samples, more than the ${count(MAXIMUM_SAMPLES_PER_EPOCH)} that can be numbered: choose fewer negatives per positive.`,
    )
  }
  const stepsPerEpoch = Math.ceil(samplesPerEpoch / batchSize)
  if (stepsPerEpoch * epochs > MAXIMUM_STEPS) {
    throw new EngineError(
      'too-large',
      `The run would have ${count(stepsPerEpoch * epochs)} steps, more than the ${count(MAXIMUM_STEPS)} that can be counted: choose fewer epochs or a larger batch.`,
    )
  }
  const parameters = parameterCount(modelSpec(config), shape.userCount, shape.itemCount)
  return { parameters, samplesPerEpoch, stepsPerEpoch }
}
