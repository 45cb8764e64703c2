import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DatasetError } from '../../src-main/core/dataset/datasetError.ts'
import { importOptionsSchema } from '../../src-main/core/dataset/importOptions.ts'
import { parseNumber } from '../../src-main/node/readers/fieldValues.ts'
import { readGenreNames, readItemTitles } from '../../src-main/node/readers/itemTitles.ts'
import { readNcfFiles } from '../../src-main/node/readers/ncfReader.ts'
import { readRawTable } from '../../src-main/node/readers/rawReader.ts'

type RawForm = Parameters<typeof readRawTable>[2]
interface Row {
  user: string
  item: string
  rating: number
  time: number
}

/** A file's bytes in pieces whose sizes repeat. */
async function* pieces(
  content: string | Uint8Array,
  sizes: readonly number[] = [1 << 16],
): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(content)
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length]
    yield bytes.subarray(at, at + size)
    at += size
  }
}

async function readRows(
  form: RawForm,
  content: string | Uint8Array,
  sizes?: readonly number[],
): Promise<Row[]> {
  const options = importOptionsSchema.parse({})
  const { raw, userIds, itemIds } = await readRawTable(pieces(content, sizes), 'file', form, options)
  return Array.from(raw.users, (user, i) => ({
    user: userIds[user],
    item: itemIds[raw.items[i]],
    rating: 0,
    time: raw.timestamps?.[i] ?? 0,
  }))
}

const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 })
const integerId = fc.integer({ min: 0, max: 2 ** 31 - 1 }).map(String)
const textId = fc
  .oneof(integerId, fc.stringMatching(/^[\p{L}0-9"._-]{1,12}$/u))
  .filter((id) => !/^-\d+$/.test(id))
const anyId = fc.oneof(textId, fc.stringMatching(/^[a-z]["',;\n\t|é]{1,4}[a-z]$/))
const rowsOf = (id: fc.Arbitrary<string>) =>
  fc.array(
    fc.record({
      user: id,
      item: id,
      rating: fc.integer({ min: 1, max: 10 }).map((n) => n / 2),
      time: fc.integer({ min: 0, max: 2 ** 40 }),
    }),
    {
      minLength: 1,
      maxLength: 25,
    },
  )
const join = (separator: string) => (row: Row) => [row.user, row.item, row.rating, row.time].join(separator)
const quote = (text: string) => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

const WRITERS: [RawForm, fc.Arbitrary<string>, (rows: Row[], newline: string) => string][] = [
  ['movielens-1m', integerId, (rows, newline) => rows.map(join('::')).join(newline)],
  ['movielens-100k', integerId, (rows, newline) => rows.map(join('\t')).join(newline)],
  [
    'movielens-csv',
    integerId,
    (rows, newline) => ['userId,movieId,rating,timestamp', ...rows.map(join(','))].join(newline),
  ],
  [
    'recbole',
    textId,
    (rows, newline) =>
      ['user_id:token\titem_id:token\trating:float\ttimestamp:float', ...rows.map(join('\t'))].join(newline),
  ],
  [
    'generic',
    anyId,
    (rows, newline) =>
      [
        'uid,itemId,score,ts',
        ...rows.map((row) => join(',')({ ...row, user: quote(row.user), item: quote(row.item) })),
      ].join(newline),
  ],
]

describe('every reader of raw tables', () => {
  it.each(WRITERS)(
    '%s: rows written are rows read, whatever the newlines and the pieces',
    async (form, id, write) => {
      await fc.assert(
        fc.asyncProperty(
          rowsOf(id),
          fc.constantFrom('\n', '\r\n'),
          fc.boolean(),
          sizes,
          async (rows, newline, isTerminated, cuts) => {
            const text = write(rows, newline) + (isTerminated ? newline : '')
            const expected = rows.map((row) => ({ ...row, rating: 0 }))
            expect(await readRows(form, text, cuts)).toEqual(expected)
          },
        ),
        { numRuns: 60 },
      )
    },
  )

  const FORMS = WRITERS.map(([form]) => form)
  const HEADERS = ['', 'userId,movieId,rating,timestamp\n', 'user_id:token\titem_id:token\n', 'user,item\n"']

  it.each(FORMS)(
    '%s: random bytes are read or refused with a DatasetError, the same in any pieces',
    async (form) => {
      const content = fc.oneof(
        fc.uint8Array({ maxLength: 200 }),
        fc.stringMatching(/^[0-9,:"\t\n\r.é-]{0,80}$/u).map((text) => new TextEncoder().encode(text)),
      )
      const outcome = (bytes: Uint8Array, cuts?: readonly number[]) =>
        readRows(form, bytes, cuts).catch((error: unknown) => {
          expect(error).toBeInstanceOf(DatasetError)
          return (error as DatasetError).code
        })
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...HEADERS), content, sizes, async (header, tail, cuts) => {
          const bytes = Buffer.concat([Buffer.from(header), tail])
          const isRead = Array.isArray(await outcome(bytes))
          expect(Array.isArray(await outcome(bytes, cuts))).toBe(isRead)
          if (isRead) expect(await outcome(bytes, cuts)).toEqual(await outcome(bytes))
        }),
        { numRuns: 80 },
      )
    },
  )
})

describe('the reader of NCF files', () => {
  const file = (path: string, content: string | Uint8Array, cuts?: readonly number[]) => ({
    path,
    pieces: pieces(content, cuts),
  })
  const users = fc.array(
    fc.record({
      train: fc.array(fc.tuple(fc.nat(30), fc.nat(1000)), { maxLength: 5 }),
      test: fc.nat(30),
      negatives: fc.array(fc.nat(30), { minLength: 1, maxLength: 4 }),
    }),
    { minLength: 1, maxLength: 8 },
  )

  it('reads what was written, in any pieces', async () => {
    await fc.assert(
      fc.asyncProperty(users, sizes, async (written, cuts) => {
        fc.pre(written.some(({ train }) => train.length > 0))
        const train = written
          .flatMap(({ train }, user) => train.map(([item, time]) => `${user}\t${item}\t1\t${time}\n`))
          .join('')
        const test = written.map(({ test }, user) => `${user}\t${test}\t1\t0\n`).join('')
        const negative = written
          .map(({ test, negatives }, user) => `(${user},${test})\t${negatives.join('\t')}\n`)
          .join('')
        const { files } = await readNcfFiles(
          file('train', train, cuts),
          file('test', test, cuts),
          file('negative', negative, cuts),
        )
        const rows = written.flatMap(({ train }, user) => train.map(([item, time]) => [user, item, time]))
        expect(
          Array.from(files.trainUsers, (user, i) => [user, files.trainItems[i], files.trainTimestamps![i]]),
        ).toEqual(rows)
        expect(Array.from(files.heldOut)).toEqual(written.map(({ test }) => test))
        expect(
          written.map((_, user) =>
            Array.from(files.candidates.subarray(files.candidateStart[user], files.candidateStart[user + 1])),
          ),
        ).toEqual(written.map(({ negatives }) => negatives))
      }),
      { numRuns: 60 },
    )
  })

  it('refuses random bytes with a DatasetError', async () => {
    const content = fc.oneof(fc.uint8Array({ maxLength: 60 }), fc.stringMatching(/^[0-9(),\t\n-]{0,40}$/))
    await fc.assert(
      fc.asyncProperty(content, content, content, async (a, b, c) => {
        const error = await readNcfFiles(file('train', a), file('test', b), file('negative', c)).catch(
          (caught: unknown) => caught,
        )
        if (error instanceof Error) expect(error).toBeInstanceOf(DatasetError)
      }),
      { numRuns: 100 },
    )
  })
})

describe('the readers of titles', () => {
  const title = fc.stringMatching(/^[\p{L}0-9'"(),. ]{1,15}$/u).map((text) => `T${text}`)
  const genres = fc.array(fc.constantFrom('Drama', 'War', 'Film-Noir'), { maxLength: 3 })
  const entries = fc.uniqueArray(fc.record({ id: integerId, title, genres }), {
    minLength: 1,
    maxLength: 10,
    selector: ({ id }) => id,
  })

  it.each([
    ['movies.csv', ',', 'movieId,title,genres\n', quote],
    ['x.items.tsv', '\t', 'item\ttitle\tgenres\n', (text: string) => text],
    ['movies.dat', '::', '', (text: string) => text],
  ])('%s: titles written are titles read, in any pieces', async (name, separator, header, escape) => {
    await fc.assert(
      fc.asyncProperty(entries, sizes, async (written, cuts) => {
        const lines = written.map(({ id, title, genres }) =>
          [id, escape(title), genres.join('|')].join(separator),
        )
        const whole = name === 'movies.dat' ? [1 << 16] : cuts
        const read = await readItemTitles(
          { path: name, name, pieces: pieces(`${header}${lines.join('\n')}\n`, whole) },
          'ncf',
          [],
        )
        expect([...read]).toEqual(written.map(({ id, title, genres }) => [id, { title, genres }]))
      }),
      { numRuns: 60 },
    )
  })

  it.each(['movies.csv', 'x.items.tsv', 'movies.dat', 'u.item', 'x.item', 'u.genre'])(
    '%s: random bytes are read or refused with a DatasetError',
    async (name) => {
      const content = fc.oneof(
        fc.uint8Array({ maxLength: 80 }),
        fc.stringMatching(/^[a-z0-9",|:\t\n]{0,60}$/).map((text) => `item,title\n${text}`),
      )
      await fc.assert(
        fc.asyncProperty(content, sizes, async (bytes, cuts) => {
          const file = { path: name, name, pieces: pieces(bytes, cuts) }
          const reading = name === 'u.genre' ? readGenreNames(file) : readItemTitles(file, 'generic', [])
          const error = await reading.catch((caught: unknown) => caught)
          if (error instanceof Error) expect(error).toBeInstanceOf(DatasetError)
        }),
        { numRuns: 60 },
      )
    },
  )
})

describe('numbers in fields', () => {
  const read = (text: string) => {
    const bytes = Buffer.from(text)
    return parseNumber(bytes, 0, bytes.length, 'rating')
  }

  it('are read to the bit as JavaScript reads them', () => {
    const decimal = fc
      .tuple(fc.nat(99_999_999), fc.stringMatching(/^\d{0,7}$/))
      .map(([whole, digits]) => `${whole}${digits && '.'}${digits}`)
    const written = fc.oneof(
      decimal,
      fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
      fc.integer().map(String),
    )
    fc.assert(
      fc.property(written, (text) => {
        expect(read(text)).toBe(Number(text))
      }),
    )
  })

  it.each(['', ' ', '-', '.', '1.2.3', '0x10', 'NaN', 'Infinity', '1e', '1 2', '٣'])('%j is none', (text) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'not-a-number' }))
  })
})
