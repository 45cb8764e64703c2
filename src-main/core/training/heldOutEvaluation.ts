import type { Dataset } from '../dataset/dataset.ts'
import type { RankingTask, Scorer } from '../engine.ts'
import { remainingCandidates } from '../metrics/rank.ts'
import { rankingMetrics, type RankingMetrics } from '../metrics/rankingMetrics.ts'

export type Split = 'test' | 'validation'

/** Raised when a dataset has nothing to evaluate on. */
export class EvaluationError extends Error {
  override name = 'EvaluationError'
  readonly code = 'nothing-held-out'
}

/** Sampled ranking of one held-out item per user against the dataset's candidates (He et al. 2017, section 4.1). */
export class HeldOutEvaluation {
  private readonly task: RankingTask
  private readonly users: number[] = []
  private readonly negatives: number[] = []

  /** Throws EvaluationError where no user has an item held out for the split. */
  constructor(dataset: Dataset, split: Split) {
    const { candidateStart, candidates } = dataset
    const heldOut = split === 'test' ? dataset.heldOut : dataset.validation
    heldOut?.forEach((item, user) => {
      if (item < 0) return
      this.users.push(user)
      const list = candidates.subarray(candidateStart[user], candidateStart[user + 1])
      this.negatives.push(remainingCandidates(list, item))
    })
    if (!heldOut || this.users.length === 0) {
      throw new EvaluationError(
        split === 'test'
          ? 'The dataset has no test items, so there is nothing to measure a model by.'
          : 'The dataset was imported without validation items: import it with validation, or select as in the paper.',
      )
    }
    this.task = { heldOut, candidateStart, candidates }
  }

  /** Ranks with the weights as they are; call flush() on a session that has trained. */
  async evaluate(model: Scorer): Promise<RankingMetrics> {
    const ranks = await model.rankHeldOut(this.task)
    return rankingMetrics(
      this.users.map((user) => ranks[user]),
      this.negatives,
    )
  }
}
