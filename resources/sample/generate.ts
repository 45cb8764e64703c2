import { naturalLogarithm, normalQuantile } from '../../src-main/core/random/normal.ts'
import { deriveKey, keyFromSeed, RandomStream } from '../../src-main/core/random/streams.ts'
import { GENRES, inventTitles, type Genre } from './titles.ts'

/**
 * The bundled sample: an invented film club, in the form of the NCF authors' files.
 *
 * A user chooses items by a softmax over popularity + taste: each item has one or two genres and a place in a
 * small space of moods, each user likes a few genres and moods. Popularity has a long tail and activity is
 * Pareto-distributed, as in real ratings. Only + - * / and sqrt reach the files, so that they are the same to
 * the byte on every machine.
 */
export const USERS = 1000
export const ITEMS = 800
const SEED = 2017
const MOODS = 3
const NEGATIVES = 99

/** Weights in the softmax: a favourite genre is worth more than the whole way from the rarest item to the top one. */
const WEIGHT = { popularity: 1.2, genre: 1.5, mood: 0.8 }
/** Flattens the head of the popularity curve: the top item reaches two users in five, the median one in twenty. */
const HEAD = 20
/** Interactions of a user, Pareto with exponent 2: the mean is twice the minimum, less what the cap cuts off. */
const ACTIVITY = { minimum: 32, maximum: 240 }
const SECOND_GENRE_SHARE = 0.35
const FIRST_DAY = 946_684_800
const DAY = 86_400

interface Item {
  genres: Genre[]
  moods: number[]
  popularity: number
}

interface User {
  taste: Record<Genre, number>
  moods: number[]
  activity: number
}

interface Interaction {
  item: number
  rating: number
  timestamp: number
}

function normal(random: RandomStream): number {
  return normalQuantile(random.nextUnit())
}

/** Adding Gumbel noise and taking the best n draws n without replacement from the softmax (Yellott 1977). */
function gumbel(random: RandomStream): number {
  return -naturalLogarithm(-naturalLogarithm(random.nextUnit()))
}

/** The first `count` places of a Fisher-Yates shuffle: a uniform draw without replacement, in random order. */
function draw<T>(from: readonly T[], count: number, random: RandomStream): T[] {
  const rest = [...from]
  for (let i = 0; i < count; i++) {
    const j = i + random.nextIndex(rest.length - i)
    ;[rest[i], rest[j]] = [rest[j], rest[i]]
  }
  return rest.slice(0, count)
}

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i)
}

function drawMoods(random: RandomStream): number[] {
  return range(MOODS).map(() => normal(random))
}

/** Popularity ranks are dealt at random, so that an item's number tells neither its genre nor its popularity. */
function drawItems(random: RandomStream): Item[] {
  return draw(range(ITEMS), ITEMS, random).map((rank) => ({
    genres: draw(GENRES, random.nextUnit() < SECOND_GENRE_SHARE ? 2 : 1, random),
    moods: drawMoods(random),
    popularity: -naturalLogarithm((rank + HEAD) / ITEMS),
  }))
}

/** Two or three favourite genres, the others liked less and unequally. */
function drawTaste(random: RandomStream): Record<Genre, number> {
  const favourites = draw(GENRES, 2 + random.nextIndex(2), random)
  const liking = (genre: Genre) => (favourites.includes(genre) ? 2 : -0.5) + 0.4 * normal(random)
  return Object.fromEntries(GENRES.map((genre) => [genre, liking(genre)])) as Record<Genre, number>
}

function drawUser(random: RandomStream): User {
  const activity = Math.floor(ACTIVITY.minimum / Math.sqrt(random.nextUnit()))
  return {
    taste: drawTaste(random),
    moods: drawMoods(random),
    activity: Math.min(activity, ACTIVITY.maximum),
  }
}

/** How well an item suits a user, popularity left aside. */
function affinity(user: User, item: Item): number {
  const genre = item.genres.reduce((sum, name) => sum + user.taste[name], 0) / item.genres.length
  const mood = item.moods.reduce((sum, value, i) => sum + value * user.moods[i], 0) / Math.sqrt(MOODS)
  return WEIGHT.genre * genre + WEIGHT.mood * mood
}

function chooseItems(user: User, items: readonly Item[], random: RandomStream): number[] {
  const wish = (item: Item) => affinity(user, item) + WEIGHT.popularity * item.popularity + gumbel(random)
  const wishes = items.map((item, i) => ({ i, value: wish(item) }))
  wishes.sort((a, b) => b.value - a.value)
  return wishes.slice(0, user.activity).map(({ i }) => i)
}

/** Evenings of a few films, minutes apart, then days without one; no two interactions share a second. */
function drawTimestamps(count: number, random: RandomStream): number[] {
  let now = FIRST_DAY + random.nextIndex(900 * DAY)
  return range(count).map(() => {
    now += random.nextUnit() < 0.15 ? DAY + random.nextIndex(10 * DAY) : 20 + random.nextIndex(300)
    return now
  })
}

function rate(user: User, item: Item, random: RandomStream): number {
  const stars = Math.round(3.2 + 0.3 * affinity(user, item) + 0.7 * normal(random))
  return Math.min(5, Math.max(1, stars))
}

/** A user's interactions in order of time: what was wished for most does not come first, but at random. */
function drawHistory(user: User, items: readonly Item[], random: RandomStream): Interaction[] {
  const chosen = chooseItems(user, items, random)
  const timestamps = drawTimestamps(chosen.length, random)
  return draw(chosen, chosen.length, random).map((item, i) => ({
    item,
    rating: rate(user, items[item], random),
    timestamp: timestamps[i],
  }))
}

function drawNegatives(history: readonly Interaction[], random: RandomStream): number[] {
  const touched = new Set(history.map(({ item }) => item))
  const untouched = range(ITEMS).filter((item) => !touched.has(item))
  return draw(untouched, NEGATIVES, random)
}

function lines(rows: readonly (readonly (string | number)[])[]): string {
  return rows.map((row) => row.join('\t') + '\n').join('')
}

function ratingRow(user: number, { item, rating, timestamp }: Interaction): number[] {
  return [user, item, rating, timestamp]
}

/** The text of each file of the sample, by name. The same text at every call. */
export function generateSample(): Record<string, string> {
  const key = keyFromSeed(SEED)
  const stream = (name: string, substream = 0) => new RandomStream(deriveKey(key, name), substream)
  const items = drawItems(stream('items'))
  const titles = inventTitles(
    items.map(({ genres }) => genres[0]),
    stream('titles'),
  )
  const histories = range(USERS).map((user) => {
    const random = stream('users', user)
    return drawHistory(drawUser(random), items, random)
  })
  const heldOut = histories.map((history) => history.at(-1)!)
  const negativeRow = (history: Interaction[], user: number) => [
    `(${user},${heldOut[user].item})`,
    ...drawNegatives(history, stream('negatives', user)),
  ]
  return {
    'sample.train.rating': lines(
      histories.flatMap((history, user) => history.slice(0, -1).map((row) => ratingRow(user, row))),
    ),
    'sample.test.rating': lines(heldOut.map((row, user) => ratingRow(user, row))),
    'sample.test.negative': lines(histories.map(negativeRow)),
    'sample.items.tsv': lines([
      ['item', 'title', 'genres'],
      ...items.map(({ genres }, item) => [item, titles[item], genres.join('|')]),
    ]),
  }
}
