import type { TrainingSet } from '../dataset/dataset.ts'
import { EngineError, type Scorer } from '../engine.ts'
import { FactorScorer } from './baselineScorer.ts'
import { ItemWeightScorer } from './ease.ts'
import { NeighborScorer, similaritiesOf } from './itemKnn.ts'
import { PopularityScorer } from './itemPop.ts'
import { floatTensor, type NamedTensor } from './namedTensor.ts'

/** How a baseline's tensors make scores: factors are of iALS, of BPR, or of any other matrix factorisation. */
export type StoredBaseline = 'ItemPop' | 'ItemKNN' | 'EASE' | 'MF'

const MARKS: Record<StoredBaseline, string> = {
  ItemPop: 'item.popularity',
  ItemKNN: 'item.similarity.indptr',
  EASE: 'item.weight',
  MF: 'item.factors',
}

/** The baseline that tensors of these names are of; undefined where they are of none. */
export function baselineOf(tensors: readonly Pick<NamedTensor, 'name'>[]): StoredBaseline | undefined {
  const names = new Set(tensors.map(({ name }) => name))
  return (Object.keys(MARKS) as StoredBaseline[]).find((model) => names.has(MARKS[model]))
}

/**
 * A baseline that scores with stored tensors; ItemKNN and EASE score by a user's training items, so they need the data.
 * Throws EngineError 'bad-weights' for tensors of no baseline, or of other users and items.
 */
export function scorerOfTensors(tensors: readonly NamedTensor[], set: TrainingSet): Scorer {
  const { userCount, itemCount } = set
  switch (baselineOf(tensors)) {
    case 'ItemPop':
      return new PopularityScorer(floatTensor(tensors, 'item.popularity', [itemCount]))
    case 'ItemKNN':
      return new NeighborScorer(set, similaritiesOf(tensors, itemCount))
    case 'EASE':
      return new ItemWeightScorer(set, floatTensor(tensors, 'item.weight', [itemCount, itemCount]))
    case 'MF': {
      const factors = tensors.find(({ name }) => name === 'item.factors')?.shape[1] ?? 0
      const user = floatTensor(tensors, 'user.factors', [userCount, factors])
      return new FactorScorer(user, floatTensor(tensors, 'item.factors', [itemCount, factors]), factors)
    }
    case undefined:
      throw new EngineError('bad-weights', 'The tensors are of no baseline.')
  }
}
