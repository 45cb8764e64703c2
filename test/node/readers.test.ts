import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { zipSync, strToU8 } from 'fflate'
import { describe, expect, it } from 'vitest'
import { CSV, ncfFiles, readFiles, readPath, sharedData, sourceFolder } from './datasetSources.ts'

const titlesOf = (read: Awaited<ReturnType<typeof readFiles>>) =>
  read.items.map(({ itemId, title }) => [itemId, title])

describe('the forms of a source', () => {
  it('NCF: the split and the candidates are used as they are, titles come from the sidecar', async () => {
    const sidecar = 'item\tmovieId\ttitle\tgenres\n0\t1193\t"Great" Film\tDrama|War\n4\t7\tLöwe\t\n'
    const read = await readFiles(ncfFiles({ 'toy.items.tsv': sidecar }))
    expect(read).toMatchObject({ form: 'ncf', split: 'source', validationSource: null })
    expect(read.dataset).toMatchObject({ userCount: 2, itemCount: 5 })
    expect(Array.from(read.dataset.heldOut)).toEqual([2, 0])
    expect(Array.from(read.dataset.candidates)).toEqual([3, 4, 2, 3])
    expect(read.items[0]).toEqual({ itemId: '1193', title: '"Great" Film', genres: ['Drama', 'War'] })
    expect(read.items[4]).toEqual({ itemId: '7', title: 'Löwe', genres: [] })
    expect(read.items[1]).toEqual({ itemId: '1', title: null, genres: [] })
    expect(read.sources.map(({ path }) => path)).toContain('toy.test.negative')
  })

  it('NCF: files without a timestamp column are read', async () => {
    const read = await readFiles(ncfFiles({ 'toy.train.rating': '0\t0\t1\n0\t1\t1\n1\t1\t1\n' }), {
      validation: true,
    })
    expect(read.validationSource).toBe('random')
    expect(read.report.warnings.join()).toContain('at random')
  })

  it('MovieLens 1M: double colons and latin-1 titles', async () => {
    const movies = Buffer.from('10::Misérables, Les (1995)::Drama|Musical\n20::B::Comedy\n', 'latin1')
    const read = await readFiles({ 'ratings.dat': '1::10::5::100\n1::20::3::90\n', 'movies.dat': movies })
    expect(read.form).toBe('movielens-1m')
    expect(read.items[0]).toEqual({
      itemId: '10',
      title: 'Misérables, Les (1995)',
      genres: ['Drama', 'Musical'],
    })
    expect(read.dataset.heldOut[0]).toBe(0)
  })

  it('MovieLens 1M: a copy of movies.dat that someone made UTF-8 keeps its accents', async () => {
    const read = await readFiles({
      'ratings.dat': '1::10::5::100\n1::20::3::90\n',
      'movies.dat': '10::Café::Drama\n20::B::C\n',
    })
    expect(read.items[0].title).toBe('Café')
  })

  it('MovieLens 100K: tabs, bars and genre flags', async () => {
    const flags = (on: number) => Array.from({ length: 19 }, (_, i) => (i === on ? 1 : 0)).join('|')
    const read = await readFiles({
      'u.data': '7\t10\t5\t100\n7\t20\t3\t90\n',
      'u.item': Buffer.from(`10|Amélie|d||u|${flags(1)}\n20|B|d||u|${flags(0)}\n`, 'latin1'),
      'u.genre': 'unknown|0\nAction|1\n\n',
    })
    expect(read.form).toBe('movielens-100k')
    expect(read.items).toEqual([
      { itemId: '10', title: 'Amélie', genres: ['Action'] },
      { itemId: '20', title: 'B', genres: ['unknown'] },
    ])
  })

  it('MovieLens latest: CRLF, a byte order mark, quoted titles', async () => {
    const read = await readFiles({
      'ratings.csv': `\uFEFF${CSV.replaceAll('\n', '\r\n')}`,
      'movies.csv':
        'movieId,title,genres\r\n10,"American President, The (1995)",Drama|War\r\n20,"A ""B""",(no genres listed)\r\n30,C,X\r\n',
    })
    expect(read.form).toBe('movielens-csv')
    expect(titlesOf(read)).toEqual([
      ['10', 'American President, The (1995)'],
      ['20', 'A "B"'],
      ['30', 'C'],
    ])
    expect(read.items[1].genres).toEqual([])
    expect(read.userIds).toEqual(['1', '2'])
  })

  it('RecBole: typed headers, token ids, sequences of genres', async () => {
    const read = await readFiles({
      'x.inter':
        'user_id:token\titem_id:token\trating:float\ttimestamp:float\nann\ti"1\t4.5\t1.5e3\nann\ti2\t1\t2000.0\n',
      'x.item': 'item_id:token\tmovie_title:token_seq\tclass:token_seq\ni"1\tToy Story\tAnimation Comedy\n',
    })
    expect(read.form).toBe('recbole')
    expect(read.items[0]).toEqual({ itemId: 'i"1', title: 'Toy Story', genres: ['Animation', 'Comedy'] })
    expect(read.dataset.heldOut[0]).toBe(1)
    expect(read.report.warnings).toContain('x.item says nothing of 1 of the 2 items.')
  })

  it.each([
    ['a;semicolon', 'uid;itemId\na;x\na;y\n'],
    ['a,comma and spaces', 'User ID, Product ID\na, x\na, y\n'],
    ['a\ttab', 'user_id\tartistID\ta\nn\tx\t1\nn\ty\t1\n'],
    ['columns in another order', 'date,score,movie,user\n3,1,x,a\n4,1,y,a\n'],
  ])('generic: %s', async (_, text) => {
    const read = await readFiles({ 'log.csv': text })
    expect(read.form).toBe('generic')
    expect(read.items.map(({ itemId }) => itemId)).toEqual(['x', 'y'])
    expect(read.dataset.heldOut[0]).toBe(1)
  })

  it('generic: chosen columns, by name and by position without a header', async () => {
    const named = await readFiles(
      { 'a.csv': 'who,what,when\na,x,2\na,y,1\n' },
      { columns: { user: 'who', item: 'what', timestamp: 'when' } },
    )
    expect(named.dataset.heldOut[0]).toBe(0)
    const placed = await readFiles(
      { 'a.csv': '2,x,a\n1,y,a\n' },
      { columns: { user: 3, item: 2, timestamp: 1 } },
    )
    expect(placed.dataset.heldOut[0]).toBe(0)
    expect(placed.userIds).toEqual(['a'])
  })

  it('generic: a column that is not to be read is not, whatever its name', async () => {
    const text = 'user,item,timestamp\na,x,2\na,y,1\n'
    const found = await readFiles({ 'a.csv': text })
    expect(found.dataset.heldOut[0]).toBe(0)
    const columns = { user: 1, item: 2, timestamp: null, header: true }
    const unread = await readFiles({ 'a.csv': text }, { columns })
    expect(unread.dataset.heldOut[0]).toBe(1)
  })

  it('generic: gzip, and a warning where there are no timestamps', async () => {
    const read = await readFiles({ 'a.csv.gz': gzipSync('user,item\n1,5\n1,6\n') })
    expect(read.dataset.heldOut[0]).toBe(1)
    expect(read.report.warnings[0]).toMatch(/a\.csv\.gz has no timestamps/)
  })

  it('generic: quoted fields may hold separators and newlines, wherever the first quote comes', async () => {
    const rows = Array.from({ length: 5 }, (_, i) => `a,${i}\n`).join('')
    const read = await readFiles({ 'a.csv': `user,item\n${rows}a,"x,\ny ""z"""\r\na,9\n` })
    expect(read.items.map(({ itemId }) => itemId)).toEqual(['0', '1', '2', '3', '4', 'x,\ny "z"', '9'])
  })

  it('ids are their text: 7, 07 and a 64-bit number stay apart', async () => {
    const read = await readFiles({
      'a.csv': 'user,item\n1,7\n1,07\n1,9223372036854775807\n1,9223372036854775806\n1,4294967296\n1,0\n',
    })
    expect(read.items.map(({ itemId }) => itemId)).toEqual([
      '7',
      '07',
      '9223372036854775807',
      '9223372036854775806',
      '4294967296',
      '0',
    ])
  })

  it('a rating threshold makes lower ratings touched, not positive', async () => {
    const read = await readFiles({ 'a.csv': CSV }, { ratingThreshold: 3.5, minimumInteractions: 1 })
    expect(read.report).toMatchObject({ interactions: 3, belowThreshold: 1, items: 2 })
  })
})

describe('recognition', () => {
  const zipOf = (files: Record<string, string>) =>
    zipSync(Object.fromEntries(Object.entries(files).map(([path, text]) => [path, strToU8(text)])))

  it('finds the files in a .zip, nested or not, with the result of the folder', async () => {
    const folder = await sourceFolder({ 'ratings.csv': CSV, 'movies.csv': 'movieId,title,genres\n10,T,X\n' })
    const nested = {
      'ml/ratings.csv': CSV,
      'ml/movies.csv': 'movieId,title,genres\n10,T,X\n',
      'ml/README.txt': 'hello',
      '__MACOSX/ml/._x.csv': 'junk',
    }
    const zips = await sourceFolder({ 'ml.zip': zipOf(nested) })
    const [plain, zipped] = [await readPath(folder), await readPath(join(zips, 'ml.zip'))]
    expect(zipped.dataset).toEqual(plain.dataset)
    expect(zipped.items).toEqual(plain.items)
    expect(zipped.sources.map(({ sha256 }) => sha256)).toEqual(plain.sources.map(({ sha256 }) => sha256))
  })

  it('finds the rest of a dataset beside a chosen file', async () => {
    const folder = await sourceFolder({ ...ncfFiles(), 'other.train.rating': 'x', 'log.csv': CSV })
    expect((await readPath(join(folder, 'toy.train.rating'))).form).toBe('ncf')
    expect((await readPath(join(folder, 'toy.test.negative'))).form).toBe('ncf')
    expect((await readPath(join(folder, 'log.csv'))).form).toBe('generic')
  })

  it('looks one folder deep, and prefers what lies at the top', async () => {
    expect((await readFiles({ 'inner/u.data': '1\t2\t3\t4\n1\t3\t3\t5\n' })).form).toBe('movielens-100k')
    expect((await readFiles({ 'inner/u.data': '', 'log.csv': CSV })).form).toBe('generic')
  })

  it('lists what it looked for when there is nothing', async () => {
    const error = await readFiles({ 'README.txt': 'x', 'a/b/ratings.dat': '1' }).catch(
      (caught: unknown) => caught,
    )
    expect(error).toMatchObject({ name: 'DatasetError', code: 'no-dataset' })
    expect(String(error)).toMatch(/X\.train\.rating.*ratings\.dat.*u\.data.*ratings\.csv.*X\.inter.*\.csv/)
  })

  it.each([
    [
      'two NCF datasets',
      { ...ncfFiles(), 'b.train.rating': '', 'b.test.rating': '', 'b.test.negative': '' },
      /toy\.train\.rating/,
    ],
    ['two tables', { 'a.csv': CSV, 'b.csv': CSV }, /a\.csv, b\.csv/],
    ['two forms', { 'ratings.dat': '', 'u.data': '' }, /ratings\.dat, u\.data/],
  ])('asks which when there are %s', async (_, files, names) => {
    const error = await readFiles(files).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code: 'ambiguous' })
    expect(String(error)).toMatch(names)
  })

  it('names the file that an NCF dataset lacks', async () => {
    const files = ncfFiles()
    delete files['toy.test.negative']
    await expect(readFiles(files)).rejects.toMatchObject({ code: 'incomplete', file: 'toy.test.negative' })
  })
})

describe('public data', () => {
  const ml1m = sharedData('ml-1m')
  const ml100k = sharedData('ml-100k')
  const small = sharedData('ml-latest-small')

  it.skipIf(!ml1m)(
    'ML-1M in NCF form has its known counts (skipped without ../shared/data/ml-1m)',
    async () => {
      const { report, items, dataset } = await readPath(ml1m!)
      expect(report).toMatchObject({
        users: 6040,
        items: 3706,
        interactions: 1_000_209,
        positivesAmongOwnNegatives: 156,
        coldTestItems: 2,
        coldUsers: 0,
        usersWithFewerNegatives: 0,
        heldOutInTrain: 0,
        duplicatesCollapsed: 0,
      })
      expect(dataset.trainItems.length).toBe(994_169)
      expect(dataset.candidates.length).toBe(6040 * 99)
      expect(items[0].title).toBe("One Flew Over the Cuckoo's Nest (1975)")
      expect(items.filter(({ title }) => title === null)).toEqual([])
    },
  )

  it.skipIf(!ml100k)(
    'ML-100K has its known counts and latin-1 titles (skipped without ../shared/data/ml-100k)',
    async () => {
      const { report, items } = await readPath(ml100k!)
      expect(report).toMatchObject({
        users: 943,
        items: 1682,
        interactions: 100_000,
        usersWithFewerNegatives: 0,
      })
      expect(items.some(({ title }) => title === 'Misérables, Les (1995)')).toBe(true)
      expect(items.find(({ itemId }) => itemId === '1')).toMatchObject({
        title: 'Toy Story (1995)',
        genres: ['Animation', "Children's", 'Comedy'],
      })
    },
  )

  it.skipIf(!small)(
    'ML-latest-small has its known counts and quoted titles (skipped without ../shared/data/ml-latest-small)',
    async () => {
      const { report, items } = await readPath(small!)
      expect(report).toMatchObject({ users: 610, items: 9724, interactions: 100_836, duplicatesCollapsed: 0 })
      expect(items.find(({ itemId }) => itemId === '11')?.title).toBe('American President, The (1995)')
    },
  )
})
