import type { TrainingSet } from '../../src-main/core/dataset/dataset.ts'
import type { TrainingOptions, TrainingProblem } from '../../src-main/core/engine.ts'
import { initialWeights } from '../../src-main/core/models/initialWeights.ts'
import { modelSpec, type ModelChoice } from '../../src-main/core/models/modelSpec.ts'
import type { Weights } from '../../src-main/core/models/parameterLayout.ts'
import { RandomStream } from '../../src-main/core/random/streams.ts'
import { neuralConfigSchema, type NeuralConfigInput } from '../../src-main/core/run/runConfig.ts'

/** A small random training set in which every user has between 1 and `most` items. */
export function randomSet(userCount: number, itemCount: number, most: number, seed = 7): TrainingSet {
  const stream = new RandomStream([seed, 1])
  const rows = Array.from({ length: userCount }, () => {
    const items = new Set<number>()
    const wanted = 1 + stream.nextIndex(most)
    while (items.size < wanted) items.add(stream.nextIndex(itemCount))
    return [...items].sort((a, b) => a - b)
  })
  const trainStart = new Uint32Array(userCount + 1)
  rows.forEach((row, user) => (trainStart[user + 1] = trainStart[user] + row.length))
  return { userCount, itemCount, trainStart, trainItems: Int32Array.from(rows.flat()) }
}

export function trainingOptions(config: Partial<NeuralConfigInput> = {}): TrainingOptions {
  return neuralConfigSchema.parse({ model: 'GMF', batchSize: 32, ...config })
}

/** Weights large enough for twenty steps to matter: the usual start would hide errors behind its 0.01. */
export function lively(weights: Weights, seed = 3): Weights {
  const stream = new RandomStream([seed, 2])
  const entries = Object.entries(weights).map(([name, values]) => [
    name,
    values.map(() => stream.nextUnit() - 0.5),
  ])
  return Object.fromEntries(entries)
}

export function problem(
  choice: ModelChoice,
  config: Partial<NeuralConfigInput> = {},
  set = randomSet(40, 30, 8),
): TrainingProblem {
  const spec = modelSpec(choice)
  const options = trainingOptions(config)
  const weights = initialWeights(spec, set.userCount, set.itemCount, options.seed)
  return { spec, set, options, weights }
}
