import { describe, expect, it } from 'vitest'
import { runCurves } from '../../src-main/studio/runCurves.ts'
import { epoch } from '../node/runFixture.ts'

describe('the curves of a run', () => {
  it('have a point for each epoch, with the time of training so far', () => {
    const curves = runCurves('r', [epoch(1), epoch(2), epoch(3)], 1)
    expect([...curves.epoch]).toEqual([1, 2, 3])
    expect([...curves.trainSeconds]).toEqual([1.5, 3, 4.5])
    expect(curves.hr10[1]).toBe(epoch(2).test!.hr[9])
    expect(curves.thinned).toBe(false)
  })

  it('prefer what the run is selected by, and say NaN where an epoch was not measured', () => {
    const validation = { ...epoch(1).test!, hr: epoch(5).test!.hr }
    const curves = runCurves(
      'r',
      [
        { ...epoch(1), validation },
        { ...epoch(2), test: undefined },
      ],
      undefined,
    )
    expect(curves.hr10[0]).toBe(validation.hr[9])
    expect(curves.hr10[1]).toBeNaN()
  })

  it('have full ranking of their own where it was ever made, NaN in the epochs between', () => {
    const full = { ...epoch(1).test!, hr: epoch(9).test!.hr }
    const curves = runCurves('r', [epoch(1), { ...epoch(2), full }], 1)
    expect(curves.fullHr10![0]).toBeNaN()
    expect(curves.fullHr10![1]).toBe(full.hr[9])
    expect(curves.fullNdcg10![1]).toBe(full.ndcg[9])
    expect(curves.hr10[1]).toBe(epoch(2).test!.hr[9])
    expect(runCurves('r', [epoch(1)], 1).fullHr10).toBeUndefined()
  })

  it.each([1001, 5000, 100_000])(
    'of %d epochs are thinned to 1,000, first, last and best among them',
    (count) => {
      const epochs = Array.from({ length: count }, (_, i) => epoch(i + 1))
      const best = 778
      const { epoch: kept, trainSeconds, thinned } = runCurves('r', epochs, best)
      expect(kept.length).toBeLessThanOrEqual(1000)
      expect(kept.length).toBeGreaterThan(990)
      expect([kept[0], kept.at(-1)]).toEqual([1, count])
      expect(kept).toContain(best)
      expect([...kept]).toEqual([...new Set(kept)].sort((a, b) => a - b))
      // The time of what is left out counts.
      expect(trainSeconds.at(-1)).toBe(1.5 * count)
      expect(thinned).toBe(true)
    },
  )

  it('of a run without epochs are empty and tell its problem', () => {
    const problem = { code: 'bad-line', message: 'Line 1 is damaged.' }
    expect(runCurves('r', [], undefined, problem)).toMatchObject({ epoch: new Float64Array(0), problem })
  })
})
