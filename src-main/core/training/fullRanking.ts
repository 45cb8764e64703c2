import type { Dataset } from '../dataset/dataset.ts'
import type { Scorer } from '../engine.ts'
import { fullRank } from '../metrics/fullRank.ts'
import { topItems } from '../metrics/topItems.ts'
import type { HeldOutRanks } from '../run/runRanks.ts'
import { heldOutItems, type Split } from './heldOutEvaluation.ts'

/** What surrounds a ranking that can last: the wish to stop, and somebody to tell. */
export interface RankingHost {
  shouldStop(): boolean
  /**
   * So many users are ranked, of so many. Awaited before the next ones: a host whose wish to stop arrives as a message
   * lets it in here, since scorers need not.
   */
  ranked(users: number, of: number): void | Promise<void>
}

/** Items in the list of each user: the K of the headline numbers. */
export const LIST_LENGTH = 10
/** Users between looks at the host: a fraction of a second, even for a tower over 30,000 items. */
const USERS_PER_SLICE = 16

/** Marks the items that a user knows when a split is ranked: those in train and, when testing, the validation item. */
export function markKnown(
  { trainStart, trainItems, validation }: Dataset,
  split: Split,
  user: number,
  isKnown: Uint8Array,
  mark: 0 | 1,
): void {
  for (let at = trainStart[user]; at < trainStart[user + 1]; at++) isKnown[trainItems[at]] = mark
  if (split === 'test' && validation && validation[user] >= 0) isKnown[validation[user]] = mark
}

export interface FullRankingResult {
  /** In the order of FullRanking.users. */
  ranks: HeldOutRanks
  /** For each item, on how many users' lists of the LIST_LENGTH best items it is. */
  recommended: Uint32Array
}

/**
 * Ranks each user's held-out item among all items that the user does not have in train. When testing, the validation
 * item is known as well and left out; when validating, the test item stays in, as nobody could know it by then.
 * The scores of a few users are held at a time, whatever the size of the data.
 */
export class FullRanking {
  /** Users with a held-out item, ascending. */
  readonly users: Int32Array
  private readonly heldOut: Int32Array

  /** Throws EvaluationError where no user has an item held out for the split. */
  constructor(
    private readonly dataset: Dataset,
    private readonly split: Split,
  ) {
    const { heldOut, users } = heldOutItems(dataset, split)
    this.users = users
    this.heldOut = heldOut
  }

  /** Ranks with the weights as they are (flush() a session before); undefined when the host wanted to stop. */
  async run(model: Scorer, host: RankingHost): Promise<FullRankingResult | undefined> {
    const count = this.users.length
    const ranks = {
      rank: new Int32Array(count),
      ties: new Int32Array(count),
      negatives: new Int32Array(count),
    }
    const recommended = new Uint32Array(this.dataset.itemCount)
    const isKnown = new Uint8Array(this.dataset.itemCount)
    const rankUser = (place: number, scores: Float32Array) => {
      const user = this.users[place]
      markKnown(this.dataset, this.split, user, isKnown, 1)
      const { rank, ties, negatives } = fullRank(scores, this.heldOut[user], isKnown)
      ranks.rank[place] = rank
      ranks.ties[place] = ties
      ranks.negatives[place] = negatives
      for (const item of topItems(scores, isKnown, LIST_LENGTH)) recommended[item]++
      markKnown(this.dataset, this.split, user, isKnown, 0)
    }
    for (let from = 0; from < count; from += USERS_PER_SLICE) {
      await host.ranked(from, count)
      if (host.shouldStop()) return undefined
      const rows = await this.scoreRows(model, this.users.subarray(from, from + USERS_PER_SLICE))
      rows.forEach((scores, row) => rankUser(from + row, scores))
    }
    await host.ranked(count, count)
    return { ranks, recommended }
  }

  private async scoreRows(model: Scorer, users: Int32Array): Promise<Float32Array[]> {
    const { itemCount } = this.dataset
    const scores = await model.scoreUsers?.(users)
    const rows: Float32Array[] = []
    for (const [row, user] of users.entries()) {
      rows.push(scores?.subarray(row * itemCount, (row + 1) * itemCount) ?? (await model.scoreAllItems(user)))
    }
    return rows
  }
}
