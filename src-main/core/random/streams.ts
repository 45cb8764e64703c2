import { multiplyHigh, philox, type Block, type Key } from './philox.ts'

/** A run's seed: an unsigned 64-bit integer in decimal digits, as JSON cannot hold one as a number. */
export function keyFromSeed(seed: string | number | bigint): Key {
  const value = BigInt(seed)
  if (value < 0n || value > 0xffffffffffffffffn) throw new RangeError(`The seed ${seed} is not in 0..2^64-1.`)
  return [Number(value & 0xffffffffn), Number(value >> 32n)]
}

/** FNV-1a over the UTF-16 code units of a name: an unsigned 32-bit word. */
function hashName(name: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

/** An independent key for one named stream of a seed, such as `shuffle`, or of another stream: keys nest. */
export function deriveKey(parent: Key, name: string): Key {
  const [k0, k1] = philox([hashName(name), name.length, 0x6e6366, 0], parent)
  return [k0, k1]
}

/**
 * Maps an unsigned 32-bit word to 0..bound-1 by multiply-shift. The bias is below bound / 2^32
 * (1e-6 for ten thousand items), far under what any epoch could show.
 */
export function wordToIndex(word: number, bound: number): number {
  return multiplyHigh(word, bound)
}

/** A float64 strictly between 0 and 1 with 32 random bits. */
export function wordToOpenUnit(word: number): number {
  return (word + 0.5) / 0x100000000
}

/**
 * A sequential reader of one stream: word i is word i mod 4 of the block with counter
 * (i div 4, 0, substream, 0). For code that draws "the next number"; hot loops address blocks directly.
 */
export class RandomStream {
  private position = 0
  private block: Block = [0, 0, 0, 0]

  constructor(
    private readonly key: Key,
    private readonly substream = 0,
  ) {}

  nextWord(): number {
    const slot = this.position % 4
    if (slot === 0) this.block = philox([this.position / 4, 0, this.substream, 0], this.key)
    this.position++
    return this.block[slot]
  }

  /** A uniform integer in 0..bound-1. */
  nextIndex(bound: number): number {
    return wordToIndex(this.nextWord(), bound)
  }

  /** A uniform float64 strictly between 0 and 1. */
  nextUnit(): number {
    return wordToOpenUnit(this.nextWord())
  }
}
