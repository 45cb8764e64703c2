import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { RunRanks } from '../../src-main/core/run/runRanks.ts'
import { exportRun, importRun } from '../../src-main/node/runArchive.ts'
import { runPorts } from '../../src-main/node/runPorts.ts'
import { readRanksFile, writeRanksFile } from '../../src-main/node/runRanks.ts'
import { openRunStore } from '../../src-main/node/runStore.ts'
import { writeSafetensors } from '../../src-main/node/safetensors.ts'
import { config, data, provenance, temporaryFolder } from './runFixture.ts'

const sampledOnly: RunRanks = {
  users: Int32Array.of(0, 2, 5),
  sampled: {
    rank: Int32Array.of(0, -1, 98),
    ties: Int32Array.of(0, 0, 3),
    negatives: Int32Array.of(99, 99, 98),
  },
}
const ranks: RunRanks = {
  ...sampledOnly,
  full: {
    rank: Int32Array.of(4, -1, 900),
    ties: Int32Array.of(4, 0, 1),
    negatives: Int32Array.of(999, 998, 997),
  },
}
const report = {
  schemaVersion: 1,
  groups: [{ from: 1, to: 4, users: 3, sampled: { hr10: 1 / 3, ndcg10: 1 / 3 } }],
} as const
const metadata = { kind: 'ncf-studio-ranks', schemaVersion: '1' }

async function libraryWithRun() {
  const library = await temporaryFolder()
  const store = openRunStore(library)
  const { id } = await store.create(config, data, provenance)
  return { library, store, id, file: join(library, 'runs', id, 'ranks.safetensors') }
}

describe('ranks of a run', () => {
  it.each([
    ['with full ranking', ranks],
    ['sampled only', sampledOnly],
  ])('come back as they were stored, %s', async (_name, stored) => {
    const { store, id } = await libraryWithRun()
    expect(await store.readRanks(id)).toBeUndefined()
    expect(await store.readEvaluation(id)).toBeUndefined()
    await store.writeEvaluation(id, stored, { ...report, groups: [...report.groups] })
    expect(await store.readRanks(id)).toEqual(stored)
    expect(await store.readEvaluation(id)).toEqual(report)
    expect(await runPorts(store).readRanks(id)).toEqual(stored)
    await store.removeEvaluation(id)
    expect(await store.readRanks(id)).toBeUndefined()
    expect(await store.readEvaluation(id)).toBeUndefined()
  })

  it('take 16 bytes a user, 28 with full ranking, beside a header', async () => {
    const folder = await temporaryFolder()
    const column = () => new Int32Array(10_000)
    const many = { rank: column(), ties: column(), negatives: column() }
    const users = Int32Array.from({ length: 10_000 }, (_, user) => user)
    await writeRanksFile(join(folder, 'a'), { users, sampled: many, full: many })
    await writeRanksFile(join(folder, 'b'), { users, sampled: many })
    const sizes = await Promise.all(
      ['a', 'b'].map(async (name) => (await readFile(join(folder, name))).length),
    )
    expect(sizes[0] - 280_000).toBeLessThan(1000)
    expect(sizes[1] - 160_000).toBeLessThan(1000)
  })

  const tensor = (name: string, values: number[]) => ({
    name,
    shape: [values.length],
    data: Int32Array.from(values),
  })
  const whole = [
    tensor('users', [0, 1]),
    tensor('sampled.rank', [0, 1]),
    tensor('sampled.ties', [0, 1]),
    tensor('sampled.negatives', [5, 5]),
  ]
  const replaced = (name: string, values: number[]) =>
    whole.map((each) => (each.name === name ? tensor(name, values) : each))

  it.each([
    ['users out of order', replaced('users', [1, 0]), metadata, /users are not in order/],
    ['a user twice', replaced('users', [1, 1]), metadata, /users are not in order/],
    ['a rank beyond the negatives', replaced('sampled.rank', [6, 1]), metadata, /no evaluation can give/],
    ['a rank below a miss', replaced('sampled.rank', [-2, 1]), metadata, /no evaluation can give/],
    ['more ties than items above', replaced('sampled.ties', [1, 1]), metadata, /no evaluation can give/],
    ['a short column', replaced('sampled.ties', [0]), metadata, /"sampled\.ties" should have one/],
    ['a column missing', whole.slice(0, 3), metadata, /"sampled\.negatives" should have one/],
    ['half of full ranking', [...whole, tensor('full.rank', [0, 0])], metadata, /"full\.ties" should have/],
    ['no word on what it is', whole, {}, /does not say that it holds the ranks/],
  ])('are refused as damaged with %s', async (_name, tensors, words, message) => {
    const { store, id, file } = await libraryWithRun()
    await writeSafetensors(file, tensors, words as Record<string, string>)
    await expect(store.readRanks(id)).rejects.toMatchObject({
      code: 'ranks-damaged',
      message: expect.stringMatching(message),
    })
  })

  it('are refused as damaged when cut off anywhere, and as newer when they are', async () => {
    const { store, id, file } = await libraryWithRun()
    await writeRanksFile(file, ranks)
    const bytes = await readFile(file)
    for (let length = 0; length < bytes.length; length += 7) {
      await writeFile(file, bytes.subarray(0, length))
      await expect(store.readRanks(id)).rejects.toMatchObject({ name: 'StoreError', code: 'ranks-damaged' })
    }
    await writeSafetensors(file, whole, { ...metadata, schemaVersion: '2' })
    await expect(readRanksFile(file)).rejects.toMatchObject({ code: 'newer-version' })
  })

  it('block nothing of the run when they are damaged: it is listed, shown and exported', async () => {
    const { library, store, id, file } = await libraryWithRun()
    await writeFile(file, 'nothing')
    await writeFile(join(library, 'runs', id, 'evaluation.json'), '{"schemaVersion":1,"groups":[]}')
    expect((await store.list()).map((run) => [run.id, run.problem])).toEqual([[id, undefined]])
    await expect(store.readEvaluation(id)).rejects.toMatchObject({ code: 'invalid-record' })
    const archive = join(library, 'run.zip')
    await exportRun(library, id, archive)
    const other = await temporaryFolder()
    expect(await importRun(other, archive)).toEqual({ id, outcome: 'imported' })
    expect(await openRunStore(other).readRanks(id)).toBeUndefined()
  })

  it('go along with an exported run, and do not make it another run', async () => {
    const { library, store, id } = await libraryWithRun()
    const [before, after] = [join(library, 'before.zip'), join(library, 'after.zip')]
    await exportRun(library, id, before)
    await store.writeEvaluation(id, ranks, { ...report, groups: [...report.groups] })
    await exportRun(library, id, after)
    const other = await temporaryFolder()
    await importRun(other, after)
    expect(await openRunStore(other).readRanks(id)).toEqual(ranks)
    expect(await openRunStore(other).readEvaluation(id)).toEqual(report)
    expect(await importRun(other, before)).toMatchObject({ outcome: 'present' })
    expect(await importRun(library, after)).toMatchObject({ outcome: 'present' })
  })
})
