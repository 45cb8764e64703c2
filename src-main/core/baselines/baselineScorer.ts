import type { RankingTask, Scorer } from '../engine.ts'
import { heldOutRank } from '../metrics/rank.ts'

/**
 * What every baseline's scores have in common. A score is summed in float64 in one fixed order and rounded to float32
 * once, so that pairs and whole rows give the same bits.
 */
export abstract class BaselineScorer implements Scorer {
  constructor(protected readonly itemCount: number) {}

  /** Writes one user's scores of the listed items, or of all items where none are listed. */
  protected abstract scoreUser(user: number, items: Int32Array | undefined, scores: Float32Array): void

  scorePairs(users: Int32Array, items: Int32Array): Promise<Float32Array> {
    const scores = new Float32Array(users.length)
    for (let from = 0; from < users.length;) {
      let to = from + 1
      while (to < users.length && users[to] === users[from]) to++
      this.scoreUser(users[from], items.subarray(from, to), scores.subarray(from, to))
      from = to
    }
    return Promise.resolve(scores)
  }

  scoreAllItems(user: number): Promise<Float32Array> {
    const scores = new Float32Array(this.itemCount)
    this.scoreUser(user, undefined, scores)
    return Promise.resolve(scores)
  }

  rankHeldOut({ heldOut, candidateStart, candidates }: RankingTask): Promise<Int32Array> {
    const ranks = new Int32Array(heldOut.length)
    heldOut.forEach((item, user) => {
      if (item < 0) return
      const others = candidates.subarray(candidateStart[user], candidateStart[user + 1])
      const scores = new Float32Array(1 + others.length)
      this.scoreUser(user, Int32Array.of(item, ...others), scores)
      ranks[user] = heldOutRank(scores.subarray(1), scores[0], others, item)
    })
    return Promise.resolve(ranks)
  }
}

/** Matrix factorisation: the dot product of a user's and an item's row. */
export class FactorScorer extends BaselineScorer {
  constructor(
    private readonly userFactors: Float32Array,
    private readonly itemFactors: Float32Array,
    private readonly factors: number,
  ) {
    super(itemFactors.length / factors)
  }

  protected scoreUser(user: number, items: Int32Array | undefined, scores: Float32Array): void {
    for (let place = 0; place < scores.length; place++)
      scores[place] = this.product(user, items ? items[place] : place)
  }

  private product(user: number, item: number): number {
    const { userFactors, itemFactors, factors } = this
    const [left, right] = [user * factors, item * factors]
    let [even, odd] = [0, 0]
    const pairs = factors & ~1
    for (let k = 0; k < pairs; k += 2) {
      even += userFactors[left + k] * itemFactors[right + k]
      odd += userFactors[left + k + 1] * itemFactors[right + k + 1]
    }
    if (pairs < factors) even += userFactors[left + pairs] * itemFactors[right + pairs]
    return even + odd
  }
}
