import fc from 'fast-check'
import { expect, it } from 'vitest'
import { spreadLabels } from '../../../src-renderer/charts/labelSpread.ts'

it('leaves labels that are far apart where they belong', () => {
  expect(spreadLabels([90, 10, 50], 15, 100)).toEqual([90, 10, 50])
})

it('moves a label away from its neighbour, and up where there is no room below', () => {
  expect(spreadLabels([50, 52], 15, 100)).toEqual([50, 65])
  expect(spreadLabels([98, 99], 15, 100)).toEqual([85, 100])
})

it('never lets two labels overlap or change their order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 2, maxLength: 20 }), (wanted) => {
      const placed = spreadLabels(wanted, 15, 200)
      const order = wanted.map((_, i) => i).sort((a, b) => wanted[a] - wanted[b])
      for (let i = 1; i < order.length; i++) {
        expect(placed[order[i]] - placed[order[i - 1]]).toBeGreaterThanOrEqual(15)
      }
    }),
  )
})
