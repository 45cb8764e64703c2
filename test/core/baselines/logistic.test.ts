import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exponential, logistic } from '../../../src-main/core/baselines/logistic.ts'

describe('the exponential and the logistic function of our own', () => {
  it('agree with those of JavaScript to the last digits', () => {
    fc.assert(
      fc.property(fc.double({ min: -700, max: 0, noNaN: true }), (x) => {
        expect(Math.abs(exponential(x) / Math.exp(x) - 1)).toBeLessThan(1e-14)
      }),
    )
    fc.assert(
      fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (x) => {
        const { probability, loss } = logistic(x)
        expect(probability).toBeCloseTo(1 / (1 + Math.exp(-x)), 14)
        const expected = x > 0 ? Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x)) - x
        expect(Math.abs(loss - expected)).toBeLessThan(1e-13 * Math.max(1, Math.abs(x)))
      }),
    )
  })

  it('stay finite far out, and say so of what is no number', () => {
    expect(logistic(1e9)).toEqual({ probability: 1, loss: 0 })
    expect(logistic(-1e9)).toEqual({ probability: expect.closeTo(0, 12) as number, loss: 1e9 })
    expect(logistic(NaN).loss).toBeNaN()
  })
})
