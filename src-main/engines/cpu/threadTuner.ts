/** Chunks before measuring: the first ones run code that is still being optimised. */
const WARM_UP = 4
/** Measurements of each choice before one is settled on. */
const PROBES = 3
/** Chunks between looks at the other choices: machines get busy and free again. */
const RECHECK = 60
/** A slower choice is looked at in every n-th round if it is n times slower, and in every fourth at least. */
const RAREST = 4

/**
 * Chooses the number of threads by measuring. The engine's bits do not depend on it, so it may change from chunk to
 * chunk; small models are often faster on one thread, where there is no barrier to wait at.
 */
export class ThreadTuner {
  private readonly choices: number[]
  private readonly rates = new Map<number, number[]>()
  private chunk = 0

  /** `maximum` threads at most; `fixed` if the user has chosen. */
  constructor(maximum: number, fixed?: number) {
    const doubling = Array.from({ length: 1 + Math.floor(Math.log2(maximum)) }, (_, i) => 2 ** i)
    this.choices = fixed ? [fixed] : [...new Set([...doubling, maximum])]
  }

  /** Threads for the next chunk. */
  next(): number {
    const since = this.chunk - WARM_UP
    if (since < 0) return this.choices[this.chunk % this.choices.length]
    if (since < PROBES * this.choices.length) return this.choices[since % this.choices.length]
    const fastest = this.fastest()
    const choice = this.choices[since % RECHECK]
    return choice && this.isDue(choice, fastest, Math.floor(since / RECHECK)) ? choice : fastest
  }

  /** Tells how fast a chunk was, in steps per millisecond. */
  record(threads: number, rate: number): void {
    if (this.chunk++ < WARM_UP) return
    const rates = this.rates.get(threads) ?? []
    this.rates.set(threads, [...rates, rate].slice(-PROBES))
  }

  private isDue(choice: number, fastest: number, round: number): boolean {
    const timesSlower = Math.round(this.median(fastest) / this.median(choice))
    return round % Math.min(timesSlower, RAREST) === 0
  }

  /** By the median of the latest measurements, as single ones are noisy. */
  private fastest(): number {
    return this.choices.reduce((a, b) => (this.median(b) > this.median(a) ? b : a))
  }

  private median(threads: number): number {
    const rates = [...(this.rates.get(threads) ?? [0])].sort((a, b) => a - b)
    return rates[rates.length >> 1]
  }
}
