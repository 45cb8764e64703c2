import type { TrainingSet } from '../dataset/dataset.ts'
import { itemPopularity } from '../dataset/itemPopularity.ts'
import type { Scorer } from '../engine.ts'
import type { BaselineFit } from './baselineFit.ts'
import { BaselineScorer } from './baselineScorer.ts'
import type { NamedTensor } from './namedTensor.ts'

/**
 * ItemPop: every user gets the same order, by the number of an item's training users.
 *
 *   score(u, i) = |U_i|
 *
 * The weakest baseline of He et al., "Neural Collaborative Filtering" (WWW 2017), section 4.1. Counts are whole
 * numbers, so ties abound (409 users of ML-1M) and are lost, as core/metrics/rank has it. Exact up to 2^24 users.
 */
export class ItemPopFit implements BaselineFit {
  readonly slices = 1
  private readonly popularity: Float32Array

  constructor(private readonly set: TrainingSet) {
    this.popularity = new Float32Array(set.itemCount)
  }

  work(): undefined {
    this.popularity.set(itemPopularity(this.set))
  }

  tensors(): NamedTensor[] {
    return [{ name: 'item.popularity', shape: [this.set.itemCount], data: this.popularity }]
  }

  scorer(): Scorer {
    return new PopularityScorer(this.popularity)
  }
}

export class PopularityScorer extends BaselineScorer {
  constructor(private readonly popularity: Float32Array) {
    super(popularity.length)
  }

  protected scoreUser(_user: number, items: Int32Array | undefined, scores: Float32Array): void {
    for (let place = 0; place < scores.length; place++)
      scores[place] = this.popularity[items ? items[place] : place]
  }
}
