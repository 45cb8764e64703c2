import type { Key } from '../random/philox.ts'
import { deriveKey, keyFromSeed, RandomStream } from '../random/streams.ts'

/**
 * Rejection is abandoned for a shuffle of the complement once fewer than one draw in eight would be accepted at
 * the end of a user's list; both are uniform without replacement.
 */
const REJECTION_MINIMUM_ACCEPTANCE = 1 / 8

/**
 * Draws the items that a held-out item is ranked against: uniformly, without replacement, from the items that the
 * user never touched. A user's list is a pure function of (seed, user, the set of the user's items, item count,
 * number wanted): neither the order of the users nor that of the user's items matters.
 */
export class CandidateSampler {
  private readonly key: Key
  /** Marks, per item, the last list that touched or drew it, so that nothing is cleared between users. */
  private readonly stamps: Uint32Array
  private stamp = 0

  /** `seed` is the dataset's evaluation seed, an unsigned 64-bit integer in decimal. */
  constructor(
    seed: string,
    private readonly itemCount: number,
  ) {
    this.key = deriveKey(keyFromSeed(seed), 'evaluation')
    this.stamps = new Uint32Array(itemCount)
  }

  /**
   * Writes up to `wanted` items into `out` from `at` on and returns how many: fewer only when the user has touched
   * nearly everything. `touched` holds items in 0..itemCount-1, in any order, repeats allowed.
   */
  draw(user: number, touched: ArrayLike<number>, wanted: number, out: Int32Array, at: number): number {
    const untouched = this.itemCount - this.mark(touched)
    const count = Math.min(wanted, untouched)
    const stream = new RandomStream(this.key, user)
    const lastAcceptance = (untouched - count + 1) / this.itemCount
    if (lastAcceptance >= REJECTION_MINIMUM_ACCEPTANCE) this.reject(stream, count, out, at)
    else this.shuffle(stream, untouched, count, out, at)
    return count
  }

  private mark(touched: ArrayLike<number>): number {
    this.stamp++
    let distinct = 0
    for (let i = 0; i < touched.length; i++) {
      if (this.stamps[touched[i]] !== this.stamp) distinct++
      this.stamps[touched[i]] = this.stamp
    }
    return distinct
  }

  private reject(stream: RandomStream, count: number, out: Int32Array, at: number): void {
    for (let drawn = 0; drawn < count;) {
      const item = stream.nextIndex(this.itemCount)
      if (this.stamps[item] === this.stamp) continue
      this.stamps[item] = this.stamp
      out[at + drawn++] = item
    }
  }

  /** The first `count` places of a Fisher-Yates shuffle of the untouched items. */
  private shuffle(stream: RandomStream, untouched: number, count: number, out: Int32Array, at: number): void {
    const complement = new Int32Array(untouched)
    let found = 0
    for (let item = 0; item < this.itemCount; item++) {
      if (this.stamps[item] !== this.stamp) complement[found++] = item
    }
    for (let i = 0; i < count; i++) {
      const chosen = i + stream.nextIndex(untouched - i)
      out[at + i] = complement[chosen]
      complement[chosen] = complement[i]
    }
  }
}
