import { describe, expect, it } from 'vitest'
import {
  formatLogTick,
  formatNumber,
  formatSeconds,
  formatTick,
} from '../../../src-renderer/charts/numberFormat.ts'

describe('numbers read', () => {
  it.each([
    [0.68772, '0.688'],
    [0.5, '0.500'],
    [20, '20'],
    [994169, '994,169'],
    [12345.6, '12,346'],
    [999.5, '999.500'],
    [1234.5, '1,235'],
    [-0.007, '−0.007'],
    [0.000015, '1.5e-5'],
    [0.0001, '1e-4'],
    [0, '0'],
    [NaN, '–'],
    [Infinity, '∞'],
    [-Infinity, '−∞'],
  ])('%s as %s', (value, text) => {
    expect(formatNumber(value)).toBe(text)
  })
})

describe('ticks', () => {
  it.each([
    [0.6, 0.02, '0.60'],
    [0.6, 0.2, '0.6'],
    [20, 5, '20'],
    [1500, 500, '1,500'],
    [-0.5, 0.5, '−0.5'],
  ])('%s at a distance of %s reads %s', (value, step, text) => {
    expect(formatTick(value, step)).toBe(text)
  })

  it.each([
    [0.125, '0.125'],
    [1000, '1,000'],
    [0.0001, '1e-4'],
  ])('of a logarithmic axis: %s reads %s', (value, text) => {
    expect(formatLogTick(value)).toBe(text)
  })
})

describe('seconds read', () => {
  it.each([
    [0, '0 s'],
    [8.52, '8.5 s'],
    [60, '1 min'],
    [200, '3 min 20 s'],
    [3599.9, '60 min'],
    [3900, '1 h 5 min'],
    [NaN, '–'],
  ])('%s as %s', (value, text) => {
    expect(formatSeconds(value)).toBe(text)
  })
})
