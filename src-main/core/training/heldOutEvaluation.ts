import type { Dataset } from '../dataset/dataset.ts'
import type { RankingTask, Scorer } from '../engine.ts'
import { heldOutRank, heldOutTies, remainingCandidates } from '../metrics/rank.ts'
import { rankingMetrics, type RankingMetrics } from '../metrics/rankingMetrics.ts'
import type { HeldOutRanks } from '../run/runRanks.ts'

export type Split = 'test' | 'validation'

/** Raised when a dataset has nothing to evaluate on. */
export class EvaluationError extends Error {
  override name = 'EvaluationError'
  readonly code = 'nothing-held-out'
}

const NOTHING_HELD_OUT: Record<Split, string> = {
  test: 'The dataset has no test items, so there is nothing to measure a model by.',
  validation:
    'The dataset was imported without validation items: import it with validation, or select as in the paper.',
}

/** A split's item of each user, and the users that have one, ascending. Throws EvaluationError where nobody has. */
export function heldOutItems(dataset: Dataset, split: Split): { heldOut: Int32Array; users: Int32Array } {
  const heldOut = split === 'test' ? dataset.heldOut : dataset.validation
  const users = Int32Array.from(heldOut?.keys() ?? []).filter((user) => heldOut![user] >= 0)
  if (!heldOut || users.length === 0) throw new EvaluationError(NOTHING_HELD_OUT[split])
  return { heldOut, users }
}

/** Pairs that are scored in one call: some megabytes on either side. */
const PAIRS_PER_CALL = 1 << 18

/** Sampled ranking of one held-out item per user against the dataset's candidates (He et al. 2017, section 4.1). */
export class HeldOutEvaluation {
  /** Users with a held-out item, ascending. */
  readonly users: Int32Array
  private readonly task: RankingTask
  private readonly negatives: Int32Array

  /** Throws EvaluationError where no user has an item held out for the split. */
  constructor(dataset: Dataset, split: Split) {
    const { candidateStart, candidates } = dataset
    const { heldOut, users } = heldOutItems(dataset, split)
    this.users = users
    this.task = { heldOut, candidateStart, candidates }
    this.negatives = users.map((user) => remainingCandidates(this.candidatesOf(user), heldOut[user]))
  }

  /** Ranks with the weights as they are; call flush() on a session that has trained. */
  async evaluate(model: Scorer): Promise<RankingMetrics> {
    const ranks = await model.rankHeldOut(this.task)
    return rankingMetrics(
      this.users.map((user) => ranks[user]),
      this.negatives,
    )
  }

  /** The ranks of evaluate() with the number of ties, from the scores themselves; in the order of `users`. */
  async rankWithTies(model: Scorer): Promise<HeldOutRanks> {
    const rank = new Int32Array(this.users.length)
    const ties = new Int32Array(this.users.length)
    for (let from = 0; from < this.users.length;) {
      const to = this.endOfCall(from)
      const scores = await this.scoresOf(model, from, to)
      let start = 0
      for (let place = from; place < to; place++) {
        const user = this.users[place]
        const candidates = this.candidatesOf(user)
        const own = scores[start]
        const others = scores.subarray(start + 1, start + 1 + candidates.length)
        rank[place] = heldOutRank(others, own, candidates, this.task.heldOut[user])
        ties[place] = heldOutTies(others, own, candidates, this.task.heldOut[user])
        start += 1 + candidates.length
      }
      from = to
    }
    return { rank, ties, negatives: this.negatives }
  }

  private candidatesOf(user: number): Int32Array {
    const { candidateStart, candidates } = this.task
    return candidates.subarray(candidateStart[user], candidateStart[user + 1])
  }

  /** The first place that no longer fits into a call that begins at `from`. */
  private endOfCall(from: number): number {
    let to = from
    for (let pairs = 0; to < this.users.length && (to === from || pairs < PAIRS_PER_CALL); to++)
      pairs += 1 + this.candidatesOf(this.users[to]).length
    return to
  }

  /** For each user the score of the held-out item, then those of the candidates. */
  private scoresOf(model: Scorer, from: number, to: number): Promise<Float32Array> {
    const users: number[] = []
    const items: number[] = []
    for (const user of this.users.subarray(from, to)) {
      const list = [this.task.heldOut[user], ...this.candidatesOf(user)]
      for (const item of list) {
        users.push(user)
        items.push(item)
      }
    }
    return model.scorePairs(Int32Array.from(users), Int32Array.from(items))
  }
}
