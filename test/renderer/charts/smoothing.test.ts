import { describe, expect, it } from 'vitest'
import { smoothed } from '../../../src-renderer/charts/smoothing.ts'

describe('smoothing', () => {
  it('leaves values alone with weight 0', () => {
    expect([...smoothed([3, 1, 2], 0)]).toEqual([3, 1, 2])
  })

  it('starts at the first value and keeps a constant constant', () => {
    for (const value of smoothed([0.7, 0.7, 0.7, 0.7], 0.9)) expect(value).toBeCloseTo(0.7, 12)
  })

  it('weighs older values by powers of the weight', () => {
    // (0.5 * 1 + 1 * 4) / (0.5 + 1), then (0.25 * 1 + 0.5 * 4 + 1 * 7) / 1.75.
    const [, second, third] = smoothed([1, 4, 7], 0.5)
    expect(second).toBeCloseTo(3, 12)
    expect(third).toBeCloseTo(9.25 / 1.75, 12)
  })

  it('keeps gaps and goes on behind them as if they were not there', () => {
    const withGap = smoothed([1, NaN, 4], 0.5)
    expect(withGap[1]).toBeNaN()
    expect(withGap[2]).toBe(smoothed([1, 4], 0.5)[1])
  })

  it.each([-0.1, 1, NaN])('refuses the weight %s', (weight) => {
    expect(() => smoothed([1], weight)).toThrow(RangeError)
  })
})
