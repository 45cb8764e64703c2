import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { removeLeftovers, replaceFile } from '../../src-main/node/atomicFile.ts'
import { ownIdentity } from '../../src-main/node/processLife.ts'
import { openRunStore, RunLockedError } from '../../src-main/node/runStore.ts'
import {
  buildStore,
  canMount,
  config,
  data,
  epoch,
  killHard,
  makeReadOnly,
  provenance,
  smallDisk,
  startProcess,
  temporaryFolder,
  tensors,
} from './runFixture.ts'

const mountable = await canMount()

let program: string

beforeAll(async () => {
  // Within the repository, so that a process of plain Node finds the packages.
  const out = fileURLToPath(new URL('../../out/', import.meta.url))
  mkdirSync(out, { recursive: true })
  program = await mkdtemp(join(out, 'run-store-'))
  await buildStore(program)
})

afterAll(() => rm(program, { recursive: true, force: true }))

async function storeWithRun(libraryDir?: string) {
  const store = openRunStore(libraryDir ?? (await temporaryFolder()))
  const { id } = await store.create(config, data, provenance)
  return { store, id, folder: join(store.libraryDir, 'runs', id) }
}

const HOLD = `
await openRunStore(libraryDir).lock(id)
console.log('held')
setInterval(() => {}, 1000)
`

const HOLD_SHORTLY = `
const lock = await openRunStore(libraryDir).lock(id)
console.log('held')
setTimeout(() => lock.release(), 200)
`

describe('a run in use by another process', () => {
  it('is locked for this one, and free at once when that process ends', async () => {
    const { store, id } = await storeWithRun()
    const { child, nextLine } = await startProcess(program, store.libraryDir, id, HOLD)
    expect(await nextLine()).toBe('held')
    expect(await store.isLocked(id)).toBe(true)
    const error: Error = await store.lock(id).catch((reason) => reason)
    expect(error).toBeInstanceOf(RunLockedError)
    expect(error).toMatchObject({ code: 'run-locked', runId: id })
    expect(error.message).toContain(id)
    await expect(store.remove(id)).rejects.toBeInstanceOf(RunLockedError)
    await store.updateLabels(id, { name: 'Renamed while it trains' })
    child.kill('SIGTERM')
    await new Promise((resolve) => child.once('exit', resolve))
    expect(await store.isLocked(id)).toBe(false)
    await (await store.lock(id)).release()
  })

  it('is free at once when that process was killed, and then shown as interrupted', async () => {
    const { store, id, folder } = await storeWithRun()
    const storedStatus = () => JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')).status
    await store.updateRecord(id, { status: 'running' })
    const { child, nextLine } = await startProcess(program, store.libraryDir, id, HOLD)
    expect(await nextLine()).toBe('held')
    expect((await store.read(id)).record.status).toBe('running')
    expect(await store.reconcile()).toEqual([])
    await killHard(child)
    expect((await store.read(id)).record.status).toBe('interrupted')
    const lock = await store.lock(id)
    expect(lock.lost.aborted).toBe(false)
    expect(await store.isLocked(id)).toBe(true)
    await lock.release()
    expect(storedStatus()).toBe('running')
    expect(await store.reconcile()).toEqual([id])
    expect(await store.reconcile()).toEqual([])
    expect(storedStatus()).toBe('interrupted')
  })

  it('is never free while that process lives, however long it has given no sign', async () => {
    const { store, id, folder } = await storeWithRun()
    const { child, nextLine } = await startProcess(program, store.libraryDir, id, HOLD)
    expect(await nextLine()).toBe('held')
    child.kill('SIGSTOP')
    const hourAgo = Date.now() / 1000 - 3600
    for (const note of readdirSync(join(folder, 'lock')))
      utimesSync(join(folder, 'lock', note), hourAgo, hourAgo)
    expect(await store.isLocked(id)).toBe(true)
    await expect(store.lock(id)).rejects.toBeInstanceOf(RunLockedError)
  })

  it('is waited for when that process is about to let go', async () => {
    const { store, id } = await storeWithRun()
    const { nextLine } = await startProcess(program, store.libraryDir, id, HOLD_SHORTLY)
    expect(await nextLine()).toBe('held')
    await (await store.lock(id, { wait: true })).release()
  })
})

describe('a lock whose holder cannot be asked', () => {
  const elsewhere = JSON.stringify({ pid: 1, host: 'another computer', start: '1' })

  it.each([
    ['on another computer', elsewhere],
    ['whose note was cut off', '{"pid":'],
  ])('%s holds for a minute after its last sign', async (_, note) => {
    const { store, id, folder } = await storeWithRun()
    mkdirSync(join(folder, 'lock'))
    const path = join(folder, 'lock', '0123456789abcdef.json')
    writeFileSync(path, note)
    await expect(store.lock(id)).rejects.toBeInstanceOf(RunLockedError)
    const before = (seconds: number) => Date.now() / 1000 - seconds
    utimesSync(path, before(50), before(50))
    expect(await store.isLocked(id)).toBe(true)
    utimesSync(path, before(70), before(70))
    expect(await store.isLocked(id)).toBe(false)
    await (await store.lock(id)).release()
    expect(existsSync(join(folder, 'lock'))).toBe(false)
  })
})

describe('a lock that many want at once', () => {
  it('is given to one of them, also when a dead one left it behind', async () => {
    const { store, id, folder } = await storeWithRun()
    for (let round = 0; round < 20; round++) {
      mkdirSync(join(folder, 'lock'))
      writeFileSync(join(folder, 'lock', 'dead.json'), JSON.stringify({ ...ownIdentity(), pid: 2 ** 30 }))
      const wanted = Array.from({ length: 8 }, () => openRunStore(store.libraryDir).lock(id))
      const outcomes = await Promise.allSettled(wanted)
      const got = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
      expect(got).toHaveLength(1)
      await got[0].release()
    }
  })
})

describe('two stores of one process', () => {
  it('exclude each other as well, until the first lets go', async () => {
    const { store, id } = await storeWithRun()
    const lock = await store.lock(id)
    await expect(openRunStore(store.libraryDir).lock(id)).rejects.toBeInstanceOf(RunLockedError)
    await lock.release()
    await (await openRunStore(store.libraryDir).lock(id)).release()
  })

  it('learn that a lock was lost when it was taken away', async () => {
    const { store, id, folder } = await storeWithRun()
    const lock = await store.lock(id)
    await rm(join(folder, 'lock'), { recursive: true })
    for (let waited = 0; !lock.lost.aborted && waited < 5000; waited += 50) await setTimeout(50)
    expect(lock.lost.aborted).toBe(true)
    await lock.release()
  })
})

const TRAIN = `
const store = openRunStore(libraryDir)
await store.lock(id)
const { epochs } = await store.readEpochs(id)
const template = ${JSON.stringify(epoch(1))}
console.log('from ' + epochs.length)
for (let number = epochs.length + 1; ; number++) {
  await store.appendEpoch(id, { ...template, epoch: number })
  const data = new Float32Array(20_000).fill(number)
  await store.writeCheckpoint(id, 'last', [{ name: 'w', shape: [20_000], data }], { epoch: String(number), step: '0' })
  await store.updateRecord(id, { status: 'running' })
  console.log('done ' + number)
}
`

describe('a training process that is killed', () => {
  it('leaves every finished epoch and a whole checkpoint, and the next one goes on', async () => {
    const { store, id, folder } = await storeWithRun()
    let finished = 0
    // The last one is killed only when an epoch was told of, however slow the machine is.
    for (const [delay, after] of [
      [7, 'from'],
      [31, 'from'],
      [20, 'done'],
    ] as const) {
      const { child, nextLine } = await startProcess(program, store.libraryDir, id, TRAIN)
      expect(await nextLine()).toMatch(/^from \d+$/)
      if (after === 'done') {
        const told = await nextLine()
        expect(told).toMatch(/^done \d+$/)
        finished = Number(told!.split(' ')[1])
      }
      const killed = setTimeout(delay).then(() => killHard(child))
      for (let line = await nextLine(); line !== undefined; line = await nextLine())
        finished = Number(line.split(' ')[1])
      await killed
      const { epochs } = await store.readEpochs(id)
      expect(epochs.map((line) => line.epoch)).toEqual(epochs.map((_, i) => i + 1))
      expect(epochs.length).toBeGreaterThanOrEqual(finished)
      expect((await store.list())[0].record?.id).toBe(id)
      if (finished === 0) continue
      const { tensors, metadata } = await store.readCheckpoint(id, 'last')
      // The line comes first and the checkpoint after it: a kill in between leaves one line more.
      expect([epochs.length - 1, epochs.length]).toContain(Number(metadata.epoch))
      expect(Number(metadata.epoch)).toBeGreaterThanOrEqual(finished)
      expect(new Set(tensors[0].data)).toEqual(new Set([Number(metadata.epoch)]))
    }
    expect(finished).toBeGreaterThan(0)
    await (await store.lock(id)).release()
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })
})

describe('leftovers of atomic writes', () => {
  it('are removed when their process is gone, and kept while it lives', async () => {
    const { store, id, folder } = await storeWithRun()
    const gone = execFileSync(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8' }).trim()
    const dead = `.run.json.${gone}-0123abcd.tmp`
    const alive = `.run.json.${process.ppid}-0123abcd.tmp`
    const earlierLife = `.run.json.${process.pid}-0123abcd.tmp`
    for (const name of [dead, alive, earlierLife, 'mine.tmp']) writeFileSync(join(folder, name), '')
    mkdirSync(join(store.libraryDir, 'runs', `.${id}.${gone}-0123abcd.tmp`))
    await (await store.lock(id)).release()
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([alive, 'mine.tmp'])
    await store.reconcile()
    expect(readdirSync(join(store.libraryDir, 'runs'))).toEqual([id])
  })

  it('do not include a file that is being written at this moment', async () => {
    const folder = await temporaryFolder()
    await replaceFile(join(folder, 'x'), async (handle) => {
      await handle.writeFile('half')
      await removeLeftovers(folder)
      await handle.writeFile(' and half')
    })
    expect(readFileSync(join(folder, 'x'), 'utf8')).toBe('half and half')
  })

  it('do not stay behind when writing fails', async () => {
    const folder = await temporaryFolder()
    writeFileSync(join(folder, 'x'), 'old')
    const broken = replaceFile(join(folder, 'x'), async (handle) => {
      await handle.writeFile('new')
      throw new Error('No more.')
    })
    await expect(broken).rejects.toThrow('No more.')
    expect(readdirSync(folder)).toEqual(['x'])
    expect(readFileSync(join(folder, 'x'), 'utf8')).toBe('old')
  })
})

/** Fills a disk up to `left` bytes. */
function fill(disk: string, left: number): void {
  const free = Number(
    execFileSync('df', ['--output=avail', '-B1', disk], { encoding: 'utf8' }).split('\n')[1],
  )
  writeFileSync(join(disk, 'ballast'), Buffer.alloc(Math.max(0, free - left)))
}

describe.skipIf(!mountable)('a full disk (skipped where this user may not mount a small one)', () => {
  it('fails a checkpoint with a clear error and leaves the one before', async () => {
    const { store, id, folder } = await storeWithRun(await smallDisk('512k'))
    await store.writeCheckpoint(id, 'last', tensors(1), { epoch: '1', step: '10' })
    const large = [{ name: 'w', shape: [200_000], data: new Float32Array(200_000) }]
    const error: Error = await store
      .writeCheckpoint(id, 'last', large, { epoch: '2', step: '20' })
      .catch((e) => e)
    expect(error).toMatchObject({
      name: 'StoreError',
      code: 'disk-full',
      path: join(folder, 'last.safetensors'),
    })
    expect(error.message).toContain('Free some space')
    expect((await store.readCheckpoint(id, 'last')).metadata.epoch).toBe('1')
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  it('fails an epoch, a record and a new run without harm to what is there; all goes on when there is space', async () => {
    const { store, id } = await storeWithRun(await smallDisk('512k'))
    let stored = 0
    const appendUntilFull = async () => {
      for (;;) {
        await store.appendEpoch(id, epoch(stored + 1))
        stored++
      }
    }
    fill(store.libraryDir, 8192)
    await expect(appendUntilFull()).rejects.toMatchObject({ code: 'disk-full' })
    expect(stored).toBeGreaterThan(0)
    await expect(store.updateRecord(id, { status: 'paused' })).rejects.toMatchObject({ code: 'disk-full' })
    await expect(store.updateLabels(id, { name: 'x' })).rejects.toMatchObject({ code: 'disk-full' })
    await expect(store.create(config, data, provenance)).rejects.toMatchObject({ code: 'disk-full' })
    expect(await store.readEpochs(id)).toEqual({
      epochs: Array.from({ length: stored }, (_, i) => epoch(i + 1)),
    })
    expect((await store.list()).map((run) => [run.id, run.record?.status])).toEqual([[id, 'created']])
    await rm(join(store.libraryDir, 'ballast'))
    await store.appendEpoch(id, epoch(stored + 1))
    await store.updateRecord(id, { status: 'paused' })
    expect((await store.readEpochs(id)).epochs).toHaveLength(stored + 1)
  })
})

describe.skipIf(!mountable)('a read-only library (skipped where this user may not mount one)', () => {
  it('can be read in full, shows abandoned runs as interrupted and refuses changes with a clear error', async () => {
    const disk = await smallDisk('512k')
    const { store, id } = await storeWithRun(disk)
    await store.appendEpoch(id, epoch(1))
    await store.updateRecord(id, { status: 'running' })
    makeReadOnly(disk)
    expect((await store.list())[0].record?.status).toBe('interrupted')
    expect((await store.readEpochs(id)).epochs).toHaveLength(1)
    expect(await store.find(id.slice(0, 12))).toBe(id)
    expect(await store.reconcile()).toEqual([])
    const changes = [
      () => store.create(config, data, provenance),
      () => store.appendEpoch(id, epoch(2)),
      () => store.updateLabels(id, { name: 'x' }),
      () => store.updateRecord(id, { status: 'paused' }),
      () => store.writeCheckpoint(id, 'last', tensors(), { epoch: '1', step: '10' }),
      () => store.log(id, 'x'),
      () => store.lock(id),
      () => store.remove(id),
    ]
    for (const change of changes) {
      await expect(change()).rejects.toMatchObject({ name: 'StoreError', code: 'not-writable' })
    }
  })
})
