import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CandidateSampler } from '../../src-main/core/sampling/candidates.ts'

function draw(seed: string, user: number, touched: number[], itemCount: number, wanted: number): number[] {
  const out = new Int32Array(wanted)
  const count = new CandidateSampler(seed, itemCount).draw(user, touched, wanted, out, 0)
  return Array.from(out.subarray(0, count))
}

const situation = fc.integer({ min: 1, max: 200 }).chain((itemCount) =>
  fc.record({
    itemCount: fc.constant(itemCount),
    user: fc.nat(1_000_000),
    touched: fc.array(fc.nat(itemCount - 1), { maxLength: 2 * itemCount }),
    wanted: fc.integer({ min: 1, max: 120 }),
  }),
)

describe('evaluation candidates', () => {
  it('are distinct untouched items, as many as wanted or as there are', () => {
    fc.assert(
      fc.property(situation, ({ itemCount, user, touched, wanted }) => {
        const drawn = draw('42', user, touched, itemCount, wanted)
        expect(new Set(drawn).size).toBe(drawn.length)
        expect(drawn.filter((item) => touched.includes(item) || item < 0 || item >= itemCount)).toEqual([])
        expect(drawn.length).toBe(Math.min(wanted, itemCount - new Set(touched).size))
      }),
    )
  })

  it('depend on the seed, the user and the set of touched items, not on their order or on other users', () => {
    fc.assert(
      fc.property(situation, ({ itemCount, user, touched, wanted }) => {
        const sampler = new CandidateSampler('42', itemCount)
        const out = new Int32Array(wanted)
        sampler.draw(user + 1, [0], wanted, out, 0)
        const count = sampler.draw(user, [...touched].reverse(), wanted, out, 0)
        expect(Array.from(out.subarray(0, count))).toEqual(draw('42', user, touched, itemCount, wanted))
      }),
    )
  })

  it('differ between seeds and between users', () => {
    const mine = draw('42', 7, [1, 2], 5000, 99)
    expect(draw('43', 7, [1, 2], 5000, 99)).not.toEqual(mine)
    expect(draw('42', 8, [1, 2], 5000, 99)).not.toEqual(mine)
  })

  it('are uniform, by rejection and by the shuffle of the complement alike', () => {
    // 30 degrees of freedom at most: chi-square stays under 70 with probability above 0.9999.
    for (const itemCount of [30, 12]) {
      const counts = new Float64Array(itemCount)
      const users = 4000
      for (let user = 0; user < users; user++)
        for (const item of draw('42', user, [0, 1], itemCount, 10)) counts[item]++
      const expected = (users * 10) / (itemCount - 2)
      const free = counts.slice(2)
      expect(counts.slice(0, 2)).toEqual(new Float64Array(2))
      expect(free.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)).toBeLessThan(70)
    }
  })

  it('put each item equally often at each place when the complement is shuffled', () => {
    const places = new Float64Array(9)
    for (let user = 0; user < 3000; user++) {
      draw('42', user, [0], 4, 3).forEach((item, place) => places[3 * (item - 1) + place]++)
    }
    expect(places.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)).toBeLessThan(30)
  })

  it('come to an end for a user who touched everything', () => {
    expect(draw('42', 0, [0, 1, 2], 3, 99)).toEqual([])
  })
})
