import { execFile } from 'node:child_process'
import { appendFile, mkdir, readdir, readFile, stat, truncate, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'vite'
import { describe, expect, it } from 'vitest'
import { openDatasetLibrary } from '../../src-main/node/datasetLibrary.ts'
import type { ImportProgress } from '../../src-main/node/readers/readDataset.ts'
import { CSV, ncfFiles, readPath, sharedData, sourceFolder } from './datasetSources.ts'
import { canMount, makeReadOnly, smallDisk, temporaryFolder } from './runFixture.ts'

const mountable = await canMount()
const NO_MOUNT = mountable ? '' : ' (skipped: this user may not mount a file system)'

async function libraryWith(files = ncfFiles()) {
  const folder = await temporaryFolder()
  const source = await sourceFolder(files)
  return { folder, source, library: await openDatasetLibrary(folder) }
}

async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).sort()
}

/** A table too large for a small disk: about 100 KB of arrays. */
const LARGE = `user,item\n${Array.from({ length: 20_000 }, (_, i) => `${i % 200},${i % 997}\n`).join('')}`

describe('the dataset library', () => {
  it('stores an import and loads it back whole', async () => {
    const { library, source } = await libraryWith()
    const stored = await library.import(source, { name: 'Toy', validation: true })
    const loaded = await library.load(stored.id)
    const read = await readPath(source, { validation: true })
    expect(loaded.dataset).toEqual(read.dataset)
    expect(loaded.items).toEqual(read.items)
    expect(loaded.userIds).toEqual(['0', '1'])
    expect(loaded.description).toEqual(stored.description)
    expect(stored.description).toMatchObject({
      name: 'Toy',
      form: 'ncf',
      split: 'source',
      validationSource: 'latest',
    })
    expect(await namesIn(stored.folder)).toEqual(['arrays.bin', 'dataset.json', 'items.json', 'users.json'])
  })

  it('stores the same data with the same options once, without writing again', async () => {
    const { folder, library, source } = await libraryWith()
    const first = await library.import(source)
    const copy = await sourceFolder(ncfFiles())
    await utimes(join(source, 'toy.train.rating'), 1, 1)
    const written = await stat(join(first.folder, 'dataset.json'))
    expect((await library.import(copy)).id).toBe(first.id)
    expect((await library.import(source)).id).toBe(first.id)
    expect((await stat(join(first.folder, 'dataset.json'))).ino).toBe(written.ino)
    expect(await namesIn(join(folder, 'datasets'))).toEqual([first.id])
  })

  it('reads an unchanged source once, and a changed one again', async () => {
    const { library, source } = await libraryWith()
    const readings = async (options = {}) => {
      let count = 0
      await library.import(source, options, ({ stage }) => (count += stage === 'reading' ? 1 : 0))
      return count
    }
    expect(await readings()).toBeGreaterThan(0)
    expect(await readings()).toBe(0)
    expect(await readings({ validation: true })).toBeGreaterThan(0)
    await appendFile(join(source, 'toy.train.rating'), '1\t3\t3\t10\n')
    expect(await readings()).toBeGreaterThan(0)
    expect(await library.list()).toHaveLength(3)
  })

  it('keeps equal arrays with other titles apart', async () => {
    const { library, source } = await libraryWith()
    const untitled = await library.import(source)
    await writeFile(join(source, 'toy.items.tsv'), 'item\ttitle\n0\tA\n')
    const titled = await library.import(source)
    expect(titled.description.fingerprint).toBe(untitled.description.fingerprint)
    expect(titled.id).not.toBe(untitled.id)
    expect((await library.load(titled.id)).items[0].title).toBe('A')
  })

  it('tells how far it is', async () => {
    const { library, source } = await libraryWith()
    const seen: ImportProgress[] = []
    await library.import(source, {}, (progress) => seen.push(progress))
    expect([...new Set(seen.map(({ stage }) => stage))]).toEqual(['reading', 'splitting', 'storing'])
    expect(seen.at(-1)).toMatchObject({ bytes: seen[0].totalBytes, totalBytes: seen[0].totalBytes })
  })

  it('finds by id, by name and by the beginning of an id', async () => {
    const { library, source } = await libraryWith()
    const { id } = await library.import(source, { name: 'Toy' })
    for (const text of [id, 'Toy', id.slice(0, 5)]) expect((await library.find(text)).id).toBe(id)
    await expect(library.find('other')).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('Toy'),
    })
    await library.import(source, { name: 'Toy', validation: true })
    await expect(library.find('Toy')).rejects.toMatchObject({ code: 'ambiguous' })
  })

  it('moves what is removed to the trash', async () => {
    const { folder, library, source } = await libraryWith()
    const { id } = await library.import(source)
    const place = await library.remove(id)
    expect(place.startsWith(join(folder, 'trash'))).toBe(true)
    expect(await namesIn(place)).toContain('arrays.bin')
    expect(await library.list()).toEqual([])
    await expect(library.load(id)).rejects.toMatchObject({ code: 'not-found' })
    await expect(library.remove('../runs')).rejects.toMatchObject({ code: 'not-found' })
    expect((await library.import(source)).id).toBe(id)
  })

  it('refuses options that make no sense', async () => {
    const { library, source } = await libraryWith()
    await expect(library.import(source, { evaluationSeed: 'x' })).rejects.toMatchObject({
      code: 'bad-options',
    })
    await expect(library.import(source, { negativesPerUser: 0 })).rejects.toMatchObject({
      code: 'bad-options',
    })
  })

  it('leaves nothing of a failed import behind', async () => {
    const { folder, library } = await libraryWith()
    const source = await sourceFolder(ncfFiles({ 'toy.test.negative': '(0,2)\t3\t4\n(1,9)\t2\t3\n' }))
    await expect(library.import(source)).rejects.toMatchObject({ name: 'DatasetError', line: 2 })
    expect(await namesIn(join(folder, 'datasets'))).toEqual([])
  })
})

describe('damage in the library', () => {
  const DAMAGE: [string, (folder: string) => Promise<void>, RegExp][] = [
    [
      'a truncated arrays.bin',
      (folder) => truncate(join(folder, 'arrays.bin'), 50),
      /arrays\.bin.*bytes where/,
    ],
    [
      'an arrays.bin with a changed byte',
      (folder) => flip(join(folder, 'arrays.bin')),
      /arrays\.bin.*(fingerprint|range)/,
    ],
    ['a changed items.json', (folder) => appendFile(join(folder, 'items.json'), ' '), /items\.json/],
    ['a changed users.json', (folder) => appendFile(join(folder, 'users.json'), ' '), /users\.json/],
    [
      'a half dataset.json',
      (folder) => truncate(join(folder, 'dataset.json'), 200),
      /dataset\.json.*not JSON/,
    ],
    [
      'a dataset.json with a wrong field',
      (folder) => writeFile(join(folder, 'dataset.json'), '{"schemaVersion":1}'),
      /dataset\.json/,
    ],
  ]

  async function flip(path: string): Promise<void> {
    const bytes = await readFile(path)
    bytes[bytes.length - 4] ^= 1
    await writeFile(path, bytes)
  }

  it.each(DAMAGE)(
    '%s is told on loading, spares the others, and a new import repairs it',
    async (_, damage, message) => {
      const { library, source } = await libraryWith()
      const { id, folder } = await library.import(source)
      const other = await library.import(await sourceFolder({ 'log.csv': CSV }))
      await damage(folder)
      await expect(library.load(id)).rejects.toMatchObject({
        name: 'DatasetLibraryError',
        code: 'damaged',
        message: expect.stringMatching(message),
      })
      expect(await library.list()).toHaveLength(2)
      expect((await library.load(other.id)).description.name).toBe(other.description.name)
      expect((await library.import(source)).id).toBe(id)
      expect((await library.load(id)).userIds).toEqual(['0', '1'])
    },
  )

  it('a damaged dataset.json is listed with its problem and can be removed', async () => {
    const { library, source } = await libraryWith()
    const { id, folder } = await library.import(source)
    await writeFile(join(folder, 'dataset.json'), 'nonsense')
    expect(await library.list()).toMatchObject([{ id, problem: { code: 'damaged' } }])
    await expect(library.find(id)).rejects.toMatchObject({ code: 'damaged' })
    await library.remove(id)
    expect(await library.list()).toEqual([])
  })

  it('a dataset of a newer version is listed as such', async () => {
    const { library, source } = await libraryWith()
    const { folder } = await library.import(source)
    await writeFile(join(folder, 'dataset.json'), '{"schemaVersion":2,"more":true}')
    expect(await library.list()).toMatchObject([{ problem: { code: 'newer-version' } }])
  })

  it('leftovers of dead processes are cleared, work of living ones is not', async () => {
    const { folder } = await libraryWith()
    const datasets = join(folder, 'datasets')
    const { pid } = await exitedProcess()
    await mkdir(join(datasets, `.0123456789ab.${pid}-00000000.tmp`))
    const living = `.0123456789ab.${process.ppid}-00000000.tmp`
    await mkdir(join(datasets, living))
    await mkdir(join(datasets, 'notes'))
    const library = await openDatasetLibrary(folder)
    expect(await namesIn(datasets)).toEqual([living, 'notes'])
    expect(await library.list()).toEqual([])
  })
})

async function exitedProcess(): Promise<{ pid: number }> {
  const running = promisify(execFile)(process.execPath, ['-e', ''])
  const pid = running.child.pid!
  await running
  return { pid }
}

describe('disks and processes', () => {
  it.skipIf(!mountable)(`a full disk is told and leaves nothing${NO_MOUNT}`, async () => {
    const disk = await smallDisk('64k')
    const source = await sourceFolder({ 'log.csv': LARGE })
    const library = await openDatasetLibrary(disk)
    const error = await library.import(source).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ name: 'DatasetLibraryError', code: 'disk-full' })
    expect(String(error)).toContain(disk)
    expect(await namesIn(join(disk, 'datasets'))).toEqual([])
  })

  it.skipIf(!mountable)(
    `a read-only library can be read, and says why it stores nothing${NO_MOUNT}`,
    async () => {
      const disk = await smallDisk('1m')
      const source = await sourceFolder(ncfFiles())
      const { id } = await (await openDatasetLibrary(disk)).import(source)
      makeReadOnly(disk)
      const library = await openDatasetLibrary(disk)
      expect((await library.load(id)).userIds).toEqual(['0', '1'])
      for (const act of [() => library.import(source, { validation: true }), () => library.remove(id)]) {
        await expect(act()).rejects.toMatchObject({
          code: 'read-only',
          message: expect.stringContaining(disk),
        })
      }
      await expect(openDatasetLibrary(join(disk, 'new'))).rejects.toMatchObject({ code: 'read-only' })
    },
  )

  it('a library path that is a file is told', async () => {
    const folder = await sourceFolder({ file: '' })
    await expect(openDatasetLibrary(join(folder, 'file'))).rejects.toMatchObject({
      name: 'DatasetLibraryError',
      code: 'file-system',
    })
  })

  it('processes that import the same data at once all succeed', async () => {
    const { folder, library, source } = await libraryWith({ 'log.csv': LARGE })
    const program = await builtLibrary()
    const script = `import { openDatasetLibrary } from ${JSON.stringify(program)}
      const library = await openDatasetLibrary(process.argv[1])
      process.stdout.write((await library.import(process.argv[2])).id)`
    const run = () =>
      promisify(execFile)(process.execPath, ['--input-type=module', '-e', script, folder, source])
    const [first, second] = await Promise.all([run(), run()])
    expect(first.stdout).toBe(second.stdout)
    expect(await namesIn(join(folder, 'datasets'))).toEqual([first.stdout])
    expect((await library.load(first.stdout)).description.report.users).toBe(200)
  })

  it('imports at once in one process all succeed', async () => {
    const { folder, library, source } = await libraryWith({ 'log.csv': LARGE })
    const stored = await Promise.all([1, 2, 3].map(() => library.import(source)))
    expect(new Set(stored.map(({ id }) => id)).size).toBe(1)
    expect(await namesIn(join(folder, 'datasets'))).toEqual([stored[0].id])
  })
})

/** The library as one file of JavaScript for processes of its own. */
async function builtLibrary(): Promise<string> {
  const outDir = await temporaryFolder()
  const entry = fileURLToPath(new URL('../../src-main/node/datasetLibrary.ts', import.meta.url))
  await build({
    configFile: false,
    logLevel: 'silent',
    ssr: { noExternal: true },
    build: { ssr: entry, outDir, rolldownOptions: { output: { entryFileNames: 'datasetLibrary.mjs' } } },
  })
  return join(outDir, 'datasetLibrary.mjs')
}

describe('public data in the library', () => {
  const ml1m = sharedData('ml-1m')

  it.skipIf(!ml1m)(
    'ML-1M is imported in under 2 s and loaded in under 100 ms (skipped without ../shared/data/ml-1m)',
    async () => {
      const library = await openDatasetLibrary(await temporaryFolder())
      const start = performance.now()
      const { id } = await library.import(ml1m!)
      const imported = performance.now()
      await library.load(id)
      expect(imported - start).toBeLessThan(2000)
      const again = performance.now()
      await library.load(id)
      expect(performance.now() - again).toBeLessThan(100)
    },
  )
})
