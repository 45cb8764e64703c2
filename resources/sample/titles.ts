import type { RandomStream } from '../../src-main/core/random/streams.ts'

/** What films of a genre are about; every title also carries an invented name, so none is a real film's. */
export const GENRE_WORDS = {
  Adventure: ['Voyage', 'Map', 'Expedition', 'Compass', 'Summit', 'Caravan', 'River', 'Treasure'],
  Animation: [
    'Kite',
    'Paper Fox',
    'Little Cloud',
    'Button',
    'Moon Rabbit',
    'Toy Parade',
    'Snowbird',
    'Acorn',
  ],
  Comedy: ['Wedding', 'Cousin', 'Holiday', 'Landlord', 'Understudy', 'Diet', 'Reunion', 'Parrot'],
  Crime: ['Heist', 'Ledger', 'Alibi', 'Informer', 'Getaway', 'Forger', 'Verdict', 'Safe'],
  Documentary: [
    'Archive',
    'Harvest',
    'Lighthouse',
    'Glacier',
    'Orchestra',
    'Railway',
    'Beekeepers',
    'Strike',
  ],
  Drama: ['Letters', 'Orchard', 'Daughters', 'Winter', 'Inheritance', 'Silence', 'Ferryman', 'Schoolhouse'],
  Fantasy: ['Dragon', 'Enchanter', 'Crown', 'Griffin', 'Spellbook', 'Sword', 'Faun', 'Amulet'],
  Horror: ['Cellar', 'Whisper', 'Crypt', 'Scarecrow', 'Séance', 'Grave', 'Mirror', 'Hunger'],
  Musical: ['Chorus', 'Serenade', 'Tap Dancer', 'Overture', 'Encore', 'Songbook', 'Ballroom', 'Matinee'],
  Romance: ['Kiss', 'Promise', 'Sweetheart', 'Garden', 'Waltz', 'Rendezvous', 'Valentine', 'Postcard'],
  'Sci-Fi': ['Orbit', 'Android', 'Colony', 'Signal', 'Reactor', 'Starship', 'Paradox', 'Clone'],
  Western: ['Saddle', 'Sheriff', 'Stagecoach', 'Canyon', 'Outlaw', 'Homestead', 'Duel', 'Prairie'],
} as const

export type Genre = keyof typeof GENRE_WORDS
export const GENRES = Object.keys(GENRE_WORDS) as Genre[]

const ONSETS = [
  'Var',
  'Ost',
  'Quel',
  'Brim',
  'Thal',
  'Zor',
  'Mir',
  'Fenn',
  'Cald',
  'Ulv',
  'Pell',
  'Jask',
  'Drov',
  'Yel',
]
const CENTRES = ['a', 'o', 'i', 'ari', 'ene', 'u', 'ola', 'eri']
const ENDINGS = [
  'mere',
  'wick',
  'dun',
  'vale',
  'grad',
  'lin',
  'rock',
  'stad',
  'nor',
  'beck',
  'quay',
  'thorpe',
]

const PATTERNS: ((word: string, name: string) => string)[] = [
  (word, name) => `The ${word} of ${name}`,
  (word, name) => `${name} ${word}`,
  (word, name) => `The ${name} ${word}`,
  (word, name) => `Return to ${name}: The ${word}`,
  (word, name) => `Beyond the ${name} ${word}`,
  (word, name) => `Last ${word} in ${name}`,
]

function pick<T>(of: readonly T[], random: RandomStream): T {
  return of[random.nextIndex(of.length)]
}

function inventTitle(genre: Genre, random: RandomStream): string {
  const name = pick(ONSETS, random) + pick(CENTRES, random) + pick(ENDINGS, random)
  const title = pick(PATTERNS, random)(pick(GENRE_WORDS[genre], random), name)
  return `${title} (${1948 + random.nextIndex(55)})`
}

/** A title with its year, in the manner of MovieLens, for each genre of the list; no two are equal. */
export function inventTitles(genres: readonly Genre[], random: RandomStream): string[] {
  const titles = new Set<string>()
  for (const genre of genres) {
    const before = titles.size
    while (titles.size === before) titles.add(inventTitle(genre, random))
  }
  return [...titles]
}
