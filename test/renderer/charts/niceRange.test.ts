import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { logRange, niceRange } from '../../../src-renderer/charts/niceRange.ts'

describe('the range of an axis', () => {
  it('is tight around values far from 0, on round numbers', () => {
    expect(niceRange([0.622, 0.688])).toEqual({ min: 0.62, max: 0.7, step: 0.02 })
  })

  it('begins at 0 when it nearly would', () => {
    expect(niceRange([0.1, 0.69]).min).toBe(0)
  })

  it('does not let noise fill the height', () => {
    const { min, max } = niceRange([0.68, 0.6802])
    expect(max - min).toBeGreaterThan(0.013)
  })

  it('never cuts off a perfect score, nor goes beyond it', () => {
    expect(niceRange([0.9, 1]).max).toBe(1)
  })

  it('is 0..1 without a number', () => {
    expect(niceRange([NaN, Infinity])).toEqual({ min: 0, max: 1, step: 0.2 })
  })

  it('gives all zeros a height', () => {
    const { min, max } = niceRange([0, 0])
    expect(max).toBeGreaterThan(min)
  })

  it('holds every value and between 3 and 12 ticks, whatever the values', () => {
    const value = fc.double({ min: -1e9, max: 1e9, noNaN: true }).filter((x) => x === 0 || Math.abs(x) > 1e-9)
    fc.assert(
      fc.property(fc.array(value, { minLength: 1 }), (values) => {
        const { min, max, step } = niceRange(values)
        const slack = 1e-6 * step
        for (const x of values) expect(x >= min - slack && x <= max + slack).toBe(true)
        expect((max - min) / step).toBeGreaterThan(1.99)
        expect((max - min) / step).toBeLessThan(12)
      }),
    )
  })
})

describe('the range of a logarithmic axis', () => {
  it('goes by powers of two within two decades', () => {
    expect(logRange([0.14, 0.69])).toEqual({ min: 0.125, max: 1, base: 2 })
  })

  it('goes by powers of ten beyond', () => {
    expect(logRange([3, 4000])).toEqual({ min: 1, max: 10_000, base: 10 })
  })

  it('leaves out what has no logarithm', () => {
    expect(logRange([0, -1, NaN, 4])).toEqual({ min: 4, max: 8, base: 2 })
    expect(logRange([0])).toEqual({ min: 1, max: 10, base: 10 })
  })
})
