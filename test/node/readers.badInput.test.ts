import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { strToU8, zipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import type { ImportOptionsInput } from '../../src-main/core/dataset/importOptions.ts'
import { DatasetError, type DatasetErrorCode } from '../../src-main/core/dataset/datasetError.ts'
import { CSV, ncfFiles, readFiles, readPath, sourceFolder, type Files } from './datasetSources.ts'

type Case = [
  title: string,
  files: Files,
  expected: { code: DatasetErrorCode; file?: string; line?: number },
  options?: ImportOptionsInput,
]

const csv = (...rows: string[]): Files => ({
  'a.csv': ['user,item,rating,timestamp', ...rows, ''].join('\n'),
})
const lines = (count: number) => Array.from({ length: count }, (_, i) => `1,${i},3,${i}`)
const LATIN_1 = Buffer.from('user,item\na,x\né,y\n', 'latin1')
const UTF_16 = Buffer.from('\uFEFFuser,item\na,x\n', 'utf16le')

const CASES: Case[] = [
  ['an empty file', { 'a.csv': '' }, { code: 'empty', file: 'a.csv' }],
  ['a header without rows', csv(), { code: 'empty', file: 'a.csv' }],
  [
    'an empty training file',
    ncfFiles({ 'toy.train.rating': '' }),
    { code: 'empty', file: 'toy.train.rating' },
  ],
  [
    'an empty list of negatives',
    ncfFiles({ 'toy.test.negative': '\n' }),
    { code: 'empty', file: 'toy.test.negative' },
  ],
  ['a missing column', { 'a.csv': 'user,rating\n1,2\n' }, { code: 'missing-column', file: 'a.csv', line: 1 }],
  [
    'a chosen column that is not there',
    csv('1,2,3,4'),
    { code: 'missing-column', line: 1 },
    { columns: { user: 'who', item: 'item' } },
  ],
  [
    'a position beyond the row',
    { 'a.csv': '1,2\n' },
    { code: 'missing-column', line: 1 },
    { columns: { user: 1, item: 3 } },
  ],
  [
    'a threshold without ratings',
    { 'a.csv': 'user,item\n1,2\n' },
    { code: 'missing-column', line: 1 },
    { ratingThreshold: 3 },
  ],
  ['letters for a rating', csv(...lines(3), '1,9,good,4'), { code: 'not-a-number', file: 'a.csv', line: 5 }],
  ['letters for a timestamp', csv('1,2,3,now'), { code: 'not-a-number', line: 2 }],
  [
    'letters for a MovieLens id',
    { 'ratings.dat': '1::2::3::4\n1::x::3::4\n' },
    { code: 'not-a-number', file: 'ratings.dat', line: 2 },
  ],
  [
    'letters for an NCF id',
    ncfFiles({ 'toy.test.rating': '0\t2\t5\t12\nx\t0\t4\t13\n' }),
    { code: 'not-a-number', file: 'toy.test.rating', line: 2 },
  ],
  [
    'letters among negatives',
    ncfFiles({ 'toy.test.negative': '(0,2)\t3\t4\n(1,0)\t2\tx\n' }),
    { code: 'not-a-number', file: 'toy.test.negative', line: 2 },
  ],
  ['a negative id', csv('1,2,3,4', '-1,2,3,4'), { code: 'negative-id', line: 3 }],
  [
    'a negative NCF id',
    ncfFiles({ 'toy.train.rating': '0\t0\t5\t10\n0\t-1\t4\t11\n' }),
    { code: 'negative-id', file: 'toy.train.rating', line: 2 },
  ],
  [
    'an id of 2^31',
    ncfFiles({ 'toy.train.rating': '0\t0\t5\t10\n2147483648\t1\t4\t11\n' }),
    { code: 'id-too-large', line: 2 },
  ],
  ['a MovieLens id of 2^31', { 'u.data': '1\t2147483648\t3\t4\n' }, { code: 'id-too-large', line: 1 }],
  [
    'an id that the rows do not justify',
    ncfFiles({ 'toy.train.rating': '0\t0\t5\t10\n0\t2000000000\t4\t11\n' }),
    { code: 'sparse-ids' },
  ],
  ['an empty id', csv('1,2,3,4', ',2,3,4'), { code: 'empty-id', line: 3 }],
  ['NaN', csv('1,2,NaN,4'), { code: 'not-a-number', line: 2 }],
  ['an infinite rating', csv('1,2,1e999,4'), { code: 'not-a-number', line: 2 }],
  ['an infinite timestamp', csv('1,2,3,Infinity'), { code: 'not-a-number', line: 2 }],
  ['an empty timestamp', csv('1,2,3,'), { code: 'not-a-number', line: 2 }],
  ['a truncated last line', { 'a.csv': 'user,item,rating\n1,2,3\n1,3' }, { code: 'truncated', line: 3 }],
  [
    'a truncated last line of a quoted table',
    { 'a.csv': 'user,item,rating\n"1",2,3\n1,3' },
    { code: 'truncated', line: 3 },
  ],
  [
    'a truncated list of negatives',
    ncfFiles({ 'toy.test.negative': '(0,2)\t3\t4\n(1,0)\t2' }),
    { code: 'truncated', file: 'toy.test.negative', line: 2 },
  ],
  ['too few fields', { 'a.csv': 'user,item,rating\n1,2,3\n1,3\n1,2,3\n' }, { code: 'field-count', line: 3 }],
  ['too many fields', csv('1,2,3,4,5'), { code: 'field-count', line: 2 }],
  [
    'spaces for tabs in an NCF file',
    ncfFiles({ 'toy.train.rating': '0 0 5 10\n' }),
    { code: 'field-count', line: 1 },
  ],
  ['latin-1 where UTF-8 belongs', { 'a.csv': LATIN_1 }, { code: 'wrong-encoding', line: 3 }],
  [
    'latin-1 titles in movies.csv',
    { 'ratings.csv': CSV, 'movies.csv': Buffer.from('movieId,title,genres\n10,é,X\n', 'latin1') },
    { code: 'wrong-encoding', file: 'movies.csv', line: 2 },
  ],
  ['UTF-16 with its mark', { 'a.csv': UTF_16 }, { code: 'wrong-encoding', line: 1 }],
  ['UTF-16 without its mark', { 'a.csv': UTF_16.subarray(2) }, { code: 'wrong-encoding', line: 1 }],
  ['a zero byte', csv('1,2,3,4', '1,\0,3,4'), { code: 'wrong-encoding', line: 3 }],
  ['a quote that never closes', csv('1,"2,3,4', '1,3,3,4'), { code: 'quotes', file: 'a.csv' }],
  ['a file without lines', { 'a.csv': 'x'.repeat(3 << 20) }, { code: 'line-too-long', line: 1 }],
  [
    'a list for another item',
    ncfFiles({ 'toy.test.negative': '(0,2)\t3\t4\n(1,3)\t2\t3\n' }),
    { code: 'split-mismatch', file: 'toy.test.negative', line: 2 },
  ],
  [
    'a list for a user without a test row',
    ncfFiles({ 'toy.test.negative': '(0,2)\t3\t4\n(7,0)\t2\t3\n' }),
    { code: 'split-mismatch', line: 2 },
  ],
  [
    'a second list for a user',
    ncfFiles({ 'toy.test.negative': '(0,2)\t3\t4\n(0,2)\t2\t3\n' }),
    { code: 'split-mismatch', line: 2 },
  ],
  [
    'a test user without a list',
    ncfFiles({ 'toy.test.negative': '(0,2)\t3\t4\n' }),
    { code: 'split-mismatch', file: 'toy.test.negative' },
  ],
  [
    'two test rows of a user',
    ncfFiles({ 'toy.test.rating': '0\t2\t5\t12\n0\t1\t4\t13\n' }),
    { code: 'split-mismatch', file: 'toy.test.rating' },
  ],
  [
    'a titles row with too few fields',
    ncfFiles({ 'toy.items.tsv': 'item\ttitle\tgenres\n0\tA\n' }),
    { code: 'field-count', file: 'toy.items.tsv', line: 2 },
  ],
  [
    'titles without an item column',
    ncfFiles({ 'toy.items.tsv': 'title\tgenres\nA\tB\n' }),
    { code: 'missing-column', file: 'toy.items.tsv', line: 1 },
  ],
  ['nobody with enough interactions', csv('1,2,3,4'), { code: 'nothing-left' }],
  ['a damaged .gz', { 'a.csv.gz': 'not gzip' }, { code: 'damaged-archive', file: 'a.csv.gz' }],
  [
    'a truncated .gz',
    { 'a.csv.gz': gzipSync(csv(...lines(99))['a.csv']).subarray(0, 60) },
    { code: 'truncated', file: 'a.csv.gz' },
  ],
]

describe('bad input', () => {
  it.each(CASES)('%s is told with file and line', async (_, files, expected, options) => {
    const error = await readFiles(files, options).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(DatasetError)
    expect(error).toMatchObject(expected)
    if (expected.line !== undefined) expect(String(error)).toContain(`line ${expected.line}: `)
  })

  it('a path that is not there is told', async () => {
    await expect(readPath('/no/such/place')).rejects.toMatchObject({ code: 'not-found' })
  })

  it('a line number counts across blocks of a large file', async () => {
    const error = await readFiles(csv(lines(200_000).join('\n'), '1,2,x,4')).catch(
      (caught: unknown) => caught,
    )
    expect(error).toMatchObject({ code: 'not-a-number', line: 200_002 })
  })
})

describe('odd input that is accepted with a warning', () => {
  it('a test user without a training row', async () => {
    const { report } = await readFiles(ncfFiles({ 'toy.train.rating': '0\t0\t5\t10\n' }))
    expect(report.coldUsers).toBe(1)
    expect(report.warnings.join()).toContain('no training item (cold)')
  })

  it('98 negatives instead of 99', async () => {
    const list = (head: string, count: number) =>
      `${head}${Array.from({ length: count }, (_, i) => `\t${i + 3}`).join('')}\n`
    const { report, dataset } = await readFiles(
      ncfFiles({ 'toy.test.negative': list('(0,2)', 99) + list('(1,0)', 98) }),
    )
    expect(report.usersWithFewerNegatives).toBe(1)
    expect(report.warnings.join()).toContain('1 user(s) have 98 negatives instead of 99')
    expect(Array.from(dataset.candidateStart)).toEqual([0, 99, 197])
  })

  it('a missing final newline and blank lines', async () => {
    const { dataset } = await readFiles({ 'a.csv': 'user,item\n\n1,2\r\n\r\n1,3' })
    expect(dataset.heldOut[0]).toBe(1)
  })
})

describe('archives that are refused', () => {
  const text = strToU8(CSV)
  const LINK = { os: 3, attrs: (0o120777 << 16) | 0 }
  const renamed = (zip: Uint8Array, from: string, to: string) =>
    Buffer.from(Buffer.from(zip).toString('latin1').replaceAll(from, to), 'latin1')
  const flagged = (zip: Uint8Array) => {
    const bytes = Buffer.from(zip)
    bytes[bytes.indexOf('PK\x01\x02', 0, 'latin1') + 8] |= 1
    return bytes
  }
  const bomb = strToU8('user,item\n' + '1,1\n'.repeat(6 << 20))
  const corrupted = (zip: Uint8Array) => renamed(zip, '1,20,3.5,200', '1,20,3.5,201')

  it.each<[string, () => Uint8Array, DatasetErrorCode]>([
    [
      'a path out of the archive',
      () => renamed(zipSync({ 'xx/a.csv': text }), 'xx/a.csv', '../a.csv'),
      'unsafe-archive',
    ],
    ['an absolute path', () => renamed(zipSync({ 'xxa.csv': text }), 'xxa.csv', '/aa.csv'), 'unsafe-archive'],
    ['a symbolic link', () => zipSync({ 'a.csv': [strToU8('/etc/passwd'), LINK] }), 'unsafe-archive'],
    ['an encrypted entry', () => flagged(zipSync({ 'a.csv': text })), 'unsafe-archive'],
    ['a bomb', () => zipSync({ 'a.csv': bomb }, { level: 9 }), 'archive-too-large'],
    ['a changed byte', () => corrupted(zipSync({ 'a.csv': [text, { level: 0 }] })), 'damaged-archive'],
    ['no archive at all', () => text, 'damaged-archive'],
    ['nothing', () => new Uint8Array(0), 'damaged-archive'],
    ['half an archive', () => zipSync({ 'a.csv': text }).subarray(0, 60), 'damaged-archive'],
  ])('%s', async (_, make, code) => {
    const folder = await sourceFolder({ 'x.zip': make() })
    const error = await readPath(join(folder, 'x.zip')).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(DatasetError)
    expect(error).toMatchObject({ code })
  })

  it('a bomb whose header claims a small size', async () => {
    const zip = Buffer.from(zipSync({ 'a.csv': bomb }, { level: 9 }))
    zip.writeUInt32LE(100, zip.indexOf('PK\x01\x02', 0, 'latin1') + 24)
    const folder = await sourceFolder({ 'x.zip': zip })
    await expect(readPath(join(folder, 'x.zip'))).rejects.toMatchObject({
      name: 'DatasetError',
      code: 'damaged-archive',
    })
  })

  it('a .gz bomb', async () => {
    await expect(readFiles({ 'a.csv.gz': gzipSync(bomb, { level: 9 }) })).rejects.toMatchObject({
      code: 'archive-too-large',
    })
  })
})
