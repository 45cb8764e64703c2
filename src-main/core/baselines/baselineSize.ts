import type { BaselineConfig } from '../run/runConfig.ts'
import type { DatasetShape } from '../training/trainingDemand.ts'

/** Numbers that a fitted baseline keeps; of ItemKNN, at most. */
export function baselineParameters(config: BaselineConfig, { userCount, itemCount }: DatasetShape): number {
  switch (config.model) {
    case 'ItemPop':
      return itemCount
    case 'ItemKNN':
      return itemCount * Math.min(config.neighbors, itemCount - 1)
    case 'EASE':
      return itemCount ** 2
    case 'iALS':
    case 'BPR':
      return (userCount + itemCount) * config.factors
  }
}

/** Most users have far fewer items than the few with many, whose pairs weigh: ML-1M's mean square is 2.3 mean^2. */
const SQUARE_OF_MEAN = 2.3

/** Multiplications and memory accesses that one epoch takes, roughly: proportional to its time within one model. */
export function baselineOperations(config: BaselineConfig, shape: DatasetShape): number {
  const { userCount, itemCount, interactions } = shape
  const pairs = (SQUARE_OF_MEAN * interactions ** 2) / Math.max(userCount, 1)
  switch (config.model) {
    case 'ItemPop':
      return interactions
    case 'ItemKNN':
      return pairs
    case 'EASE':
      return itemCount ** 3 / 2 + 2 * pairs
    case 'iALS':
      return (
        interactions * config.factors ** 2 +
        (userCount + itemCount) * (config.factors ** 3 / 3 + config.factors ** 2)
      )
    case 'BPR':
      return interactions * (config.factors + 128)
  }
}
