import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { strToU8, unzipSync, zipSync, type Zippable } from 'fflate'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ArchiveError, exportRun, importRun, type ArchiveErrorCode } from '../../src-main/node/runArchive.ts'
import { openRunStore, RunLockedError, StoreError } from '../../src-main/node/runStore.ts'
import {
  canMount,
  config,
  data,
  epoch,
  makeReadOnly,
  provenance,
  smallDisk,
  temporaryFolder,
  tensors,
} from './runFixture.ts'

const mountable = await canMount()

/** A run with every kind of file, exported. */
async function exported() {
  const folder = await temporaryFolder()
  const store = openRunStore(join(folder, 'from'))
  const { id } = await store.create(config, data, provenance, { name: 'Mine', tags: ['a'] })
  const run = join(store.libraryDir, 'runs', id)
  await store.appendEpoch(id, epoch(1))
  await store.appendEpoch(id, epoch(2))
  await store.writeCheckpoint(id, 'last', tensors(1), { epoch: '2', step: '20' })
  await store.writeCheckpoint(id, 'best', tensors(2), { epoch: '1', step: '10' })
  await store.log(id, 'Started.')
  mkdirSync(join(run, 'snapshots'))
  writeFileSync(join(run, 'snapshots', 'epoch-001.f32'), new Uint8Array(8))
  writeFileSync(join(run, '.run.json.1-0123abcd.tmp'), 'left over')
  writeFileSync(join(run, 'thoughts.docx'), 'not ours')
  const file = join(folder, 'run.zip')
  const result = await exportRun(store.libraryDir, id, file)
  return { folder, store, id, run, file, result, other: join(folder, 'to') }
}

const RUN_FILES = [
  'best.safetensors',
  'epochs.jsonl',
  'labels.json',
  'last.safetensors',
  'log.txt',
  'run.json',
  'snapshots/epoch-001.f32',
]

type Files = Record<string, Uint8Array>

/** A .zip of these files with a manifest that fits them. */
function archiveOf(id: string, files: Files, extra: Zippable = {}): Uint8Array {
  const listed = Object.entries(files).map(([path, bytes]) => ({
    path,
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  }))
  const manifest = {
    schemaVersion: 1,
    kind: 'ncf-studio-run',
    id,
    exportedAt: new Date().toISOString(),
    files: listed,
  }
  return zipSync({ ...files, 'manifest.json': strToU8(JSON.stringify(manifest)), ...extra })
}

function without(path: string, files: Files): Files {
  return Object.fromEntries(Object.entries(files).filter(([name]) => name !== path))
}

function filesOf(zip: Uint8Array): Files {
  return without('manifest.json', unzipSync(zip))
}

async function refusal(library: string, file: string): Promise<ArchiveError> {
  const error = await importRun(library, file).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(ArchiveError)
  if (existsSync(join(library, 'runs'))) expect(readdirSync(join(library, 'runs'))).toEqual([])
  return error as ArchiveError
}

describe('an exported run', () => {
  it('holds all of its files and nothing else, and is the same run after import', async () => {
    const { store, id, file, result, other } = await exported()
    expect(Object.keys(filesOf(readFileSync(file))).sort()).toEqual(RUN_FILES)
    expect(result).toMatchObject({ id, file, files: RUN_FILES.length })
    expect(await importRun(other, file)).toEqual({ id, outcome: 'imported' })
    const copy = openRunStore(other)
    expect(await copy.read(id)).toEqual(await store.read(id))
    expect(await copy.readEpochs(id)).toEqual(await store.readEpochs(id))
    for (const which of ['last', 'best'] as const) {
      expect(await copy.readCheckpoint(id, which)).toEqual(await store.readCheckpoint(id, which))
    }
    expect(readdirSync(join(other, 'runs'))).toEqual([id])
    await copy.appendEpoch(id, epoch(3))
  })

  it('that is in the library already is said to be, also after it was renamed there', async () => {
    const { store, id, file } = await exported()
    await store.updateLabels(id, { name: 'Renamed' })
    expect(await importRun(store.libraryDir, file)).toMatchObject({ id, outcome: 'present' })
    expect((await store.list()).map((run) => [run.id, run.labels?.name])).toEqual([[id, 'Renamed']])
  })

  it('is imported under a new id, with a note, when its own belongs to another run', async () => {
    const { store, id, file } = await exported()
    await store.appendEpoch(id, epoch(3))
    const imported = await importRun(store.libraryDir, file)
    expect(imported.outcome).toBe('renamed')
    expect(imported.note).toContain(id)
    expect(imported.id).not.toBe(id)
    const run = await store.read(imported.id)
    expect(run.record.id).toBe(imported.id)
    expect(run.labels).toMatchObject({ name: 'Mine', tags: ['a'], notes: expect.stringContaining(id) })
    expect((await store.readEpochs(imported.id)).epochs).toHaveLength(2)
    expect((await store.readEpochs(id)).epochs).toHaveLength(3)
  })

  it('lacks a last line that was not written to its end', async () => {
    const { store, id, run, file, other } = await exported()
    writeFileSync(join(run, 'epochs.jsonl'), readFileSync(join(run, 'epochs.jsonl')).subarray(0, -1))
    await exportRun(store.libraryDir, id, file)
    await importRun(other, file)
    expect(await openRunStore(other).readEpochs(id)).toEqual({ epochs: [epoch(1)] })
  })
})

describe('export', () => {
  it('is refused for a damaged, unknown or busy run and leaves the file of before', async () => {
    const { store, id, run, file } = await exported()
    const before = readFileSync(file)
    const attempt = (name = id) => exportRun(store.libraryDir, name, file)
    await expect(attempt('20200101-000000-gmf-aaaa')).rejects.toMatchObject({ code: 'run-not-found' })
    const lock = await store.lock(id)
    await expect(attempt()).rejects.toBeInstanceOf(RunLockedError)
    await lock.release()
    writeFileSync(join(run, 'epochs.jsonl'), 'garbage\n')
    await expect(attempt()).rejects.toMatchObject({ code: 'invalid-content' })
    writeFileSync(join(run, 'run.json'), '{')
    await expect(attempt()).rejects.toMatchObject({ code: 'run-damaged' })
    expect(readFileSync(file).equals(before)).toBe(true)
  })

  it('holds the run while it is read, so that nobody changes it meanwhile', async () => {
    const { store, id, file } = await exported()
    const data = new Float32Array(8 << 20)
    await store.writeCheckpoint(id, 'last', [{ name: 'w', shape: [data.length], data }], {
      epoch: '2',
      step: '20',
    })
    const exporting = exportRun(store.libraryDir, id, file)
    await expect.poll(() => store.isLocked(id), { interval: 1 }).toBe(true)
    await expect(store.lock(id)).rejects.toBeInstanceOf(RunLockedError)
    await exporting
    await (await store.lock(id)).release()
  })

  it('counts the headers of the .zip before it writes 4 GiB in vain', async () => {
    const { store, id, run, file } = await exported()
    const others = readdirSync(run).filter((name) => RUN_FILES.includes(name))
    const bytes = others.reduce((sum, name) => sum + statSync(join(run, name)).size, 8)
    const sparse = join(run, 'snapshots', 'epoch-002.f32')
    writeFileSync(sparse, '')
    truncateSync(sparse, 0xffff_ffff - bytes)
    await expect(exportRun(store.libraryDir, id, file)).rejects.toMatchObject({
      name: 'ArchiveError',
      code: 'too-large',
    })
  })

  it.skipIf(!mountable)('from a read-only library needs no lock (skipped without mount)', async () => {
    const disk = await smallDisk('512k')
    const store = openRunStore(disk)
    const { id } = await store.create(config, data, provenance)
    makeReadOnly(disk)
    const file = join(await temporaryFolder(), 'run.zip')
    expect((await exportRun(disk, id, file)).files).toBe(3)
  })

  it.skipIf(!mountable)(
    'to a full disk fails with a clear error and leaves nothing (skipped without mount)',
    async () => {
      const { store, id } = await exported()
      const disk = await smallDisk('8k')
      const target = join(disk, 'run.zip')
      await store.writeCheckpoint(
        id,
        'last',
        [{ name: 'w', shape: [50_000], data: new Float32Array(50_000) }],
        {
          epoch: '2',
          step: '20',
        },
      )
      const error: Error = await exportRun(store.libraryDir, id, target).catch((reason) => reason)
      expect(error).toMatchObject({ name: 'StoreError', code: 'disk-full', path: target })
      expect(readdirSync(disk)).toEqual([])
    },
  )
})

describe('a bad archive', () => {
  type Change = (files: Files, id: string) => Uint8Array
  const replaced =
    (path: string, text: string): Change =>
    (files, id) =>
      archiveOf(id, { ...files, [path]: strToU8(text) })
  const added =
    (path: string): Change =>
    (files, id) =>
      archiveOf(id, files, { [path]: strToU8('x') })
  const listed =
    (path: string): Change =>
    (files, id) =>
      archiveOf(id, { ...files, [path]: strToU8('x') })
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

  const cases: [string, ArchiveErrorCode, Change][] = [
    ['that is no .zip', 'not-an-archive', () => strToU8('PK, but not really: '.repeat(10))],
    ['that is empty', 'not-an-archive', () => new Uint8Array(0)],
    ['that was cut off', 'not-an-archive', (files, id) => archiveOf(id, files).subarray(0, -30)],
    ['with a path that leaves its folder', 'not-an-archive', listed('../evil.json')],
    ['with such a path in the middle', 'not-an-archive', listed('snapshots/../../evil.json')],
    ['with an absolute path', 'not-an-archive', listed('/etc/evil')],
    ['with a backslash in a path', 'not-an-archive', listed('snapshots\\..\\evil')],
    ['with a drive in a path', 'not-an-archive', listed('C:/evil')],
    ['with a file that no run has', 'unexpected-file', listed('evil.js')],
    ['with a lock', 'unexpected-file', added('lock')],
    ['with a snapshot that the manifest does not name', 'unexpected-file', added('snapshots/epoch-009.f32')],
    ['without a manifest', 'missing-file', (files) => zipSync(files)],
    ['with a manifest that is not JSON', 'invalid-content', added('manifest.json')],
    ['of an id that leaves the library', 'invalid-content', (files) => archiveOf('../../evil', files)],
    [
      'of another id than its run',
      'invalid-content',
      (files) => archiveOf('20200101-000000-gmf-aaaa', files),
    ],
    ['without run.json', 'missing-file', (files, id) => archiveOf(id, without('run.json', files))],
    [
      'with a file that lacks its end',
      'wrong-size',
      (files, id) => archiveOf(id, files, { 'log.txt': strToU8('2') }),
    ],
    [
      'with a changed byte',
      'wrong-hash',
      (files, id) =>
        archiveOf(id, files, { 'log.txt': files['log.txt'].map((byte, i) => (i ? byte : byte ^ 1)) }),
    ],
    ['with a run.json of wrong types', 'invalid-content', replaced('run.json', '{"schemaVersion":1}')],
    [
      'of a newer version',
      'invalid-content',
      (files, id) =>
        replaced('run.json', text(files['run.json']).replace('"schemaVersion": 1', '"schemaVersion": 2'))(
          files,
          id,
        ),
    ],
    ['with labels that are not JSON', 'invalid-content', replaced('labels.json', '{')],
    ['with damaged epochs', 'invalid-content', replaced('epochs.jsonl', 'garbage\n')],
    ['with damaged weights', 'invalid-content', replaced('best.safetensors', 'x')],
    [
      'that is a zip bomb',
      'too-large',
      (files, id) => archiveOf(id, { ...files, 'log.txt': new Uint8Array(32 << 20) }),
    ],
  ]

  it.each(cases)('%s is refused as %s and leaves nothing', async (_, code, change) => {
    const { folder, id, file, other } = await exported()
    writeFileSync(file, change(filesOf(readFileSync(file)), id))
    const error = await refusal(other, file)
    expect(error.code).toBe(code)
    expect(error.message).toContain(file)
    expect(readdirSync(folder).filter((name) => name.includes('evil'))).toEqual([])
  })

  it('whose directory claims less than an entry unpacks to is refused while it unpacks', async () => {
    const { id, file, other } = await exported()
    const files = filesOf(readFileSync(file))
    const large = new Uint8Array(4 << 20)
    const zip = Buffer.from(archiveOf(id, { ...files, 'log.txt': new Uint8Array(100) }, { 'log.txt': large }))
    // A central directory entry is 46 bytes and then the name; the uncompressed size is at byte 24 of it.
    const name = zip.lastIndexOf('log.txt')
    expect(zip.readUInt32LE(name - 46)).toBe(0x02014b50)
    expect(zip.readUInt32LE(name - 46 + 24)).toBe(large.length)
    zip.writeUInt32LE(100, name - 46 + 24)
    writeFileSync(file, zip)
    expect((await refusal(other, file)).code).toBe('not-an-archive')
  })

  it('with flipped bits is refused, or gives the very same run', async () => {
    const { store, id, file, other } = await exported()
    const good = readFileSync(file)
    const original = await store.read(id)
    const bits = fc.array(fc.nat(good.length * 8 - 1), { minLength: 1, maxLength: 3 })
    await fc.assert(
      fc.asyncProperty(bits, async (flipped) => {
        const bytes = flipped.reduce(
          (all, bit) => ((all[bit >> 3] ^= 1 << (bit & 7)), all),
          Buffer.from(good),
        )
        writeFileSync(file, bytes)
        await rm(other, { recursive: true, force: true })
        const result = await importRun(other, file).catch((error: unknown) => error)
        if (result instanceof Error) expect(result).toBeInstanceOf(ArchiveError)
        else expect(await openRunStore(other).read(id)).toEqual(original)
      }),
      { numRuns: 60 },
    )
  })

  it('that does not exist is named as such', async () => {
    const folder = await temporaryFolder()
    const file = join(folder, 'none.zip')
    await expect(importRun(join(folder, 'to'), file)).rejects.toMatchObject({
      code: 'file-system',
      path: file,
    })
    expect(readdirSync(folder)).toEqual([])
  })
})

describe.skipIf(!mountable)('import (skipped where this user may not mount)', () => {
  it('into a full library fails with a clear error and leaves nothing', async () => {
    const { store, id, file } = await exported()
    const many = { name: 'w', shape: [50_000], data: new Float32Array(50_000) }
    await store.writeCheckpoint(id, 'last', [many], { epoch: '2', step: '20' })
    await exportRun(store.libraryDir, id, file)
    const disk = await smallDisk('64k')
    const error = await importRun(disk, file).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(StoreError)
    expect(error).toMatchObject({ code: 'disk-full' })
    expect(readdirSync(join(disk, 'runs'))).toEqual([])
  })

  it('into a read-only library fails with a clear error', async () => {
    const { file } = await exported()
    const disk = await smallDisk('64k')
    makeReadOnly(disk)
    await expect(importRun(disk, file)).rejects.toMatchObject({ name: 'StoreError', code: 'not-writable' })
  })
})
