import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { philox, type Counter, type Key } from '../../../src-main/core/random/philox.ts'
import { naturalLogarithm, normalQuantile } from '../../../src-main/core/random/normal.ts'

const golden = JSON.parse(
  readFileSync(new URL('../../golden/philox4x32-10.json', import.meta.url), 'utf8'),
) as {
  cases: { counter: number[]; key: number[]; output: number[] }[]
}

it('reproduces the known-answer vectors of Philox4x32-10', () => {
  for (const { counter, key, output } of golden.cases) {
    expect(philox(counter as unknown as Counter, key as unknown as Key)).toEqual(output)
  }
})

it('takes logarithms to double precision', () => {
  for (const x of [1e-300, 2.5e-10, 0.1, 0.5, 0.999999, 1, 1.0000001, 2, Math.E, 12345.678, 1e300]) {
    expect(Math.abs(naturalLogarithm(x) - Math.log(x))).toBeLessThanOrEqual(
      4e-16 * Math.max(1, Math.abs(Math.log(x))),
    )
  }
})

it('inverts the normal distribution at published quantiles', () => {
  expect(normalQuantile(0.5)).toBe(0)
  expect(normalQuantile(0.25)).toBeCloseTo(-0.6744897501960817, 15)
  expect(normalQuantile(0.001)).toBeCloseTo(-3.090232306167814, 14)
  expect(normalQuantile(1e-20)).toBeCloseTo(-9.262340089798408, 13)
})
