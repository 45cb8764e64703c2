import { describe, expect, it } from 'vitest'
import { ThreadTuner } from '../../src-main/engines/cpu/threadTuner.ts'

/** Trains `chunks` chunks of equal work at the given rates; returns how long that took, beside the best choice. */
function train(tuner: ThreadTuner, chunks: number, rateOf: (threads: number) => number) {
  let time = 0
  const chosen: number[] = []
  for (let i = 0; i < chunks; i++) {
    const threads = tuner.next()
    tuner.record(threads, rateOf(threads))
    time += 1 / rateOf(threads)
    chosen.push(threads)
  }
  return { time, chosen }
}

describe('ThreadTuner', () => {
  const scaling: Record<string, Record<number, number>> = {
    'one is better': { 1: 10, 2: 8 },
    'two are better': { 1: 10, 2: 18 },
    'they are alike': { 1: 10, 2: 10.2 },
  }
  it.each(Object.keys(scaling))('costs no more than the better of one thread and two where %s', (name) => {
    const rates = scaling[name]
    const tuner = new ThreadTuner(2)
    train(tuner, 20, (threads) => rates[threads])
    const { time } = train(tuner, 1000, (threads) => rates[threads])
    expect(time).toBeLessThan((1.01 * 1000) / Math.max(rates[1], rates[2]))
  })

  it('finds the best of many, and loses little by looking at the others', () => {
    const rateOf = (threads: number) => (threads <= 4 ? 10 * threads : 60 - 5 * threads)
    const tuner = new ThreadTuner(10)
    train(tuner, 40, rateOf)
    expect(train(tuner, 1000, rateOf).time).toBeLessThan((1.05 * 1000) / 40)
  })

  it('is not misled by single slow chunks', () => {
    const tuner = new ThreadTuner(2)
    let chunk = 0
    const { chosen } = train(tuner, 600, (threads) => (threads === 2 ? 18 : 10) / (++chunk % 7 === 0 ? 5 : 1))
    expect(chosen.slice(100).filter((threads) => threads === 2).length).toBeGreaterThan(470)
  })

  it('changes its mind when the machine gets busy, and when it is free again', () => {
    const tuner = new ThreadTuner(2)
    const free = (threads: number) => 10 * threads
    const busy = (threads: number) => 10 / threads
    expect(train(tuner, 100, free).chosen.at(-1)).toBe(2)
    expect(train(tuner, 300, busy).chosen.at(-1)).toBe(1)
    expect(train(tuner, 900, free).chosen.at(-1)).toBe(2)
  })

  it('keeps to the number that the user has chosen', () => {
    expect(new Set(train(new ThreadTuner(8, 3), 200, () => 1).chosen)).toEqual(new Set([3]))
  })
})
