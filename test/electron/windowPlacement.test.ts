import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DEFAULT_SIZE, placeWindow, SMALLEST_SIZE } from '../../src-main/electron/windowPlacement.ts'

const MAIN = { x: 0, y: 25, width: 1920, height: 1055 }
const LEFT = { x: -1280, y: 0, width: 1280, height: 1024 }

describe('a window', () => {
  it('opens in the middle of the main screen at the first start', () => {
    expect(placeWindow(undefined, [MAIN, LEFT])).toEqual({ x: 280, y: 123, ...DEFAULT_SIZE })
  })

  it('opens where it was, on whichever screen', () => {
    const there = { x: -1200, y: 40, width: 900, height: 700 }
    expect(placeWindow(there, [MAIN, LEFT])).toEqual(there)
  })

  it.each([
    ['its screen is gone', { x: -1200, y: 40, width: 900, height: 700 }],
    ['its upper edge is above the screen', { x: 100, y: -30, width: 900, height: 700 }],
    ['too little of it is left to grip', { x: 1880, y: 100, width: 900, height: 700 }],
    ['it lies below the screen', { x: 100, y: 1070, width: 900, height: 700 }],
  ])('comes back to the middle when %s', (_, there) => {
    expect(placeWindow(there, [MAIN])).toEqual({ x: 510, y: 203, width: 900, height: 700 })
  })

  it('is never larger than its screen', () => {
    const there = { x: 10, y: 30, width: 5000, height: 4000 }
    expect(placeWindow(there, [MAIN])).toEqual({ x: 10, y: 30, width: 1920, height: 1055 })
  })

  it('can always be gripped, wherever it was', () => {
    const size = fc.integer({ min: 1, max: 5000 })
    const place = fc.integer({ min: -5000, max: 5000 })
    const bounds = fc.record({ x: place, y: place, width: size, height: size })
    fc.assert(
      fc.property(bounds, (saved) => {
        const { x, y, width, height } = placeWindow(saved, [MAIN, LEFT])
        const onScreen = [MAIN, LEFT].some(
          (area) => x + width > area.x && x < area.x + area.width && y >= area.y && y < area.y + area.height,
        )
        expect(onScreen).toBe(true)
        expect(width).toBeGreaterThanOrEqual(SMALLEST_SIZE.width)
        expect(height).toBeGreaterThanOrEqual(SMALLEST_SIZE.height)
      }),
    )
  })
})
