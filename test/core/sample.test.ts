import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { generateSample, ITEMS, USERS } from '../../resources/sample/generate.ts'
import { GENRES } from '../../resources/sample/titles.ts'
import { heldOutRank } from '../../src-main/core/metrics/rank.ts'
import { rankingMetrics } from '../../src-main/core/metrics/rankingMetrics.ts'

const files = generateSample()
const rows = (name: string) =>
  files[name]
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'))
const numbers = (name: string) => rows(name).map((row) => row.map(Number))

const train = numbers('sample.train.rating')
const test = numbers('sample.test.rating')
const negatives = rows('sample.test.negative').map((row) => row.slice(1).map(Number))
const items = rows('sample.items.tsv').slice(1)
const trainItems = Array.from({ length: USERS }, () => new Set<number>())
for (const [user, item] of train) trainItems[user].add(item)

/** Item-item cosine of the training interactions, row by row. */
function cosines(): Float64Array[] {
  const together = Array.from({ length: ITEMS }, () => new Float64Array(ITEMS))
  for (const set of trainItems) for (const a of set) for (const b of set) together[a][b]++
  const size = together.map((row, item) => row[item])
  return together.map((row, a) => row.map((count, b) => (a === b ? 0 : count / Math.sqrt(size[a] * size[b]))))
}

function hitRateAt10(score: (user: number, item: number) => number): number {
  const ranks = test.map(([user, heldOut]) => {
    const scores = negatives[user].map((item) => score(user, item))
    return heldOutRank(scores, score(user, heldOut), negatives[user], heldOut)
  })
  return rankingMetrics(
    ranks,
    negatives.map((list) => list.length),
  ).hr[9]
}

describe('the bundled sample', () => {
  it.each(Object.keys(files))('%s is to the byte what its generator writes', (name) => {
    const stored = readFileSync(new URL(`../../resources/sample/${name}`, import.meta.url), 'utf8')
    // Not toBe on the texts: its difference of a megabyte would take minutes to print.
    expect(stored === files[name], `${name} differs: run npm run sample`).toBe(true)
  })

  it('is small: 1,000 users, 800 items, about 60,000 interactions, under 2 MB', () => {
    expect(new Set(train.map(([user]) => user)).size).toBe(USERS)
    expect(new Set(train.map(([, item]) => item)).size).toBe(ITEMS)
    expect(Math.abs(train.length + USERS - 60_000)).toBeLessThan(2_000)
    const bytes = Object.values(files).reduce((sum, text) => sum + Buffer.byteLength(text), 0)
    expect(bytes).toBeLessThan(2_000_000)
  })

  it('has no interaction twice, and each user has at least 20', () => {
    const distinct = trainItems.reduce((sum, set) => sum + set.size, 0)
    expect(distinct).toBe(train.length)
    expect(Math.min(...trainItems.map((set) => set.size))).toBeGreaterThanOrEqual(20)
  })

  it('has ratings of 1 to 5 stars', () => {
    expect(new Set([...train, ...test].map(([, , rating]) => rating))).toEqual(new Set([1, 2, 3, 4, 5]))
  })

  it('holds out the latest interaction of each user, in the order of users', () => {
    const latest = new Array<number>(USERS).fill(0)
    for (const [user, , , timestamp] of train) latest[user] = Math.max(latest[user], timestamp)
    expect(test.map(([user]) => user)).toEqual(latest.map((_, user) => user))
    for (const [user, item, , timestamp] of test) {
      expect(timestamp).toBeGreaterThan(latest[user])
      expect(trainItems[user].has(item)).toBe(false)
    }
  })

  it('ranks each held-out item against 99 distinct items that its user never touched', () => {
    rows('sample.test.negative').forEach(([pair], user) => expect(pair).toBe(`(${user},${test[user][1]})`))
    negatives.forEach((list, user) => {
      expect(new Set(list).size).toBe(99)
      expect(list.some((item) => trainItems[user].has(item) || item === test[user][1])).toBe(false)
    })
  })

  it('names each item once, with a year and one or two known genres', () => {
    expect(rows('sample.items.tsv')[0]).toEqual(['item', 'title', 'genres'])
    expect(items.map(([item]) => Number(item))).toEqual(Array.from({ length: ITEMS }, (_, i) => i))
    expect(new Set(items.map(([, title]) => title)).size).toBe(ITEMS)
    for (const [, title, genres] of items) {
      expect(title).toMatch(/^\S.* \(\d{4}\)$/)
      expect([1, 2]).toContain(genres.split('|').length)
      expect(GENRES).toEqual(expect.arrayContaining(genres.split('|')))
    }
  })

  const similar = cosines()

  it('can be learnt: item neighbours find far more held-out items than popularity does', () => {
    const popularity = new Float64Array(ITEMS)
    for (const [, item] of train) popularity[item]++
    const byPopularity = hitRateAt10((_, item) => popularity[item])
    const byNeighbours = hitRateAt10((user, item) =>
      [...trainItems[user]].reduce((sum, other) => sum + similar[item][other], 0),
    )
    expect(byPopularity).toBeGreaterThan(0.3)
    expect(byPopularity).toBeLessThan(0.45)
    expect(byNeighbours).toBeGreaterThan(byPopularity + 0.15)
  })

  it('shows its genres: most near neighbours of an item share one with it, by chance one in seven would', () => {
    const genres = items.map((row) => row[2].split('|'))
    const shared = (a: number, b: number) => genres[a].some((genre) => genres[b].includes(genre))
    const order = Array.from({ length: ITEMS }, (_, i) => i)
    const share = order.map((a) => {
      const nearest = order.toSorted((x, y) => similar[a][y] - similar[a][x]).slice(0, 10)
      return nearest.filter((b) => shared(a, b)).length / 10
    })
    expect(share.reduce((sum, value) => sum + value) / ITEMS).toBeGreaterThan(0.5)
  })
})
