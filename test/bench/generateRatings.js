/**
 * Streams a synthetic ratings.csv in the form of MovieLens 25M, for measuring imports of that size:
 *   node test/bench/generateRatings.js PATH [rows = 25000000] [users = 138000] [items = 27000]
 * Popularity falls like 1 / rank, activity is log-uniform, no user rates an item twice; the same rows every time.
 */
import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import process from 'node:process'

const [path, rows = 25_000_000, users = 138_000, items = 27_000] = process.argv
  .slice(2)
  .map((text, i) => (i === 0 ? text : Number(text)))
if (path === undefined) {
  process.stderr.write('usage: node test/bench/generateRatings.js PATH [rows] [users] [items]\n')
  process.exit(2)
}

let state = 42
/** A uniform number in [0, 1): Mulberry32. */
function uniform() {
  state = (state + 0x6d2b79f5) | 0
  let word = Math.imul(state ^ (state >>> 15), state | 1)
  word ^= word + Math.imul(word ^ (word >>> 7), word | 61)
  return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32
}

/** Shares that sum to the rows: each user has at least 10, at most a quarter of the items. */
function activities() {
  const weights = Array.from({ length: users }, () => Math.exp(uniform() * Math.log(200)))
  const scale = rows / weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map((weight) => Math.min(items >> 2, Math.max(10, Math.round(weight * scale))))
}

const out = createWriteStream(path, { highWaterMark: 1 << 22 })
const lastRater = new Int32Array(items).fill(-1)
let text = 'userId,movieId,rating,timestamp\r\n'
for (const [user, count] of activities().entries()) {
  for (let left = count; left > 0;) {
    const item = Math.floor(Math.exp(uniform() * Math.log(items + 1))) - 1
    if (lastRater[item] === user) {
      // The head is exhausted for avid users: the next free rank keeps the loop short.
      if (uniform() < 0.5) continue
    }
    let free = item
    while (lastRater[free] === user) free = (free + 1) % items
    lastRater[free] = user
    const rating = (1 + Math.floor(uniform() * 10)) / 2
    text += `${user + 1},${free + 1},${rating.toFixed(1)},${789652009 + Math.floor(uniform() * 784e6)}\r\n`
    left--
  }
  if (text.length < 1 << 20) continue
  if (!out.write(text)) await once(out, 'drain')
  text = ''
}
out.end(text)
await once(out, 'close')
