import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cp, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runConfigSchema } from '../../src-main/core/run/runConfig.ts'
import { openRunStore, type RunStore, type StoreErrorCode } from '../../src-main/node/runStore.ts'
import { config, data, epoch, provenance, temporaryFolder, tensors } from './runFixture.ts'

async function newStore(): Promise<RunStore> {
  return openRunStore(join(await temporaryFolder(), 'library'))
}

async function storeWithRun(): Promise<{ store: RunStore; id: string; path: (name: string) => string }> {
  const store = await newStore()
  const { id } = await store.create(config, data, provenance, { name: 'First' })
  return { store, id, path: (name) => join(store.libraryDir, 'runs', id, name) }
}

const withCode = (code: StoreErrorCode) => expect.objectContaining({ name: 'StoreError', code })

describe('a run', () => {
  it('is created with an id that sorts by time and reads back as it was given', async () => {
    const { store, id, path } = await storeWithRun()
    expect(id).toMatch(/^\d{8}-\d{6}-neumf-[a-z0-9]{4}$/)
    const run = await store.read(id)
    expect(run).toMatchObject({
      id,
      record: { id, schemaVersion: 1, status: 'created', config, data, provenance },
    })
    expect(run.labels.name).toBe('First')
    expect(run).not.toHaveProperty('problem')
    expect(id.slice(0, 8)).toBe(run.record.createdAt.slice(0, 10).replaceAll('-', ''))
    expect(readdirSync(path('')).sort()).toEqual(['epochs.jsonl', 'labels.json', 'run.json'])
  })

  it('changes in the named fields, and loses those set to undefined', async () => {
    const { store, id } = await storeWithRun()
    await store.updateRecord(id, {
      status: 'failed',
      error: { code: 'nan', message: 'The loss is not a number.' },
    })
    expect((await store.read(id)).record.error?.code).toBe('nan')
    await store.updateRecord(id, { status: 'paused', error: undefined })
    const { record } = await store.read(id)
    expect(record).toMatchObject({ status: 'paused', config })
    expect(record).not.toHaveProperty('error')
  })

  it('keeps its record when a change is not valid', async () => {
    const { store, id, path } = await storeWithRun()
    const before = readFileSync(path('run.json'), 'utf8')
    const wrong = { status: 'resting' } as unknown as { status: 'paused' }
    await expect(store.updateRecord(id, wrong)).rejects.toEqual(withCode('invalid-record'))
    expect(readFileSync(path('run.json'), 'utf8')).toBe(before)
  })

  it('takes label changes from two stores at once without losing one', async () => {
    const { store, id } = await storeWithRun()
    const other = openRunStore(store.libraryDir)
    await Promise.all([
      store.updateLabels(id, { name: 'Renamed' }),
      other.updateLabels(id, { tags: ['baseline'] }),
      store.updateLabels(id, { notes: 'A note.' }),
      other.updateLabels(id, { starred: true }),
    ])
    const labels = { name: 'Renamed', tags: ['baseline'], notes: 'A note.', starred: true, archived: false }
    expect((await store.read(id)).labels).toEqual({ schemaVersion: 1, ...labels })
  })

  it('has a log with the time of each message', async () => {
    const { store, id, path } = await storeWithRun()
    await Promise.all([store.log(id, 'Started.'), store.log(id, 'Failed:\nout of memory')])
    const lines = readFileSync(path('log.txt'), 'utf8').split('\n')
    expect(lines[0]).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z Started\.$/)
    expect(lines.slice(1)).toEqual([expect.stringMatching(/Z Failed:$/), '  out of memory', ''])
  })

  it.each(['../outside', 'a/b', '', '.', 'C:', 'x'.repeat(81)])('cannot be called "%s"', async (id) => {
    const store = await newStore()
    await expect(store.read(id)).rejects.toEqual(withCode('run-not-found'))
    await expect(store.isLocked(id)).rejects.toEqual(withCode('run-not-found'))
    await expect(store.readCheckpoint(id, 'last')).rejects.toEqual(withCode('run-not-found'))
    await expect(store.updateLabels(id, { name: 'x' })).rejects.toEqual(withCode('run-not-found'))
  })

  it('that does not exist is said not to, by every method', async () => {
    const { store } = await storeWithRun()
    const missing = '20200101-000000-gmf-aaaa'
    const calls = [
      () => store.read(missing),
      () => store.readEpochs(missing),
      () => store.appendEpoch(missing, epoch(1)),
      () => store.truncateEpochs(missing, 0),
      () => store.writeCheckpoint(missing, 'last', tensors(), { epoch: '1', step: '1' }),
      () => store.updateRecord(missing, { status: 'paused' }),
      () => store.updateLabels(missing, { name: 'x' }),
      () => store.log(missing, 'x'),
      () => store.lock(missing),
      () => store.remove(missing),
    ]
    for (const call of calls) await expect(call()).rejects.toEqual(withCode('run-not-found'))
    expect(existsSync(join(store.libraryDir, 'runs', missing))).toBe(false)
  })
})

describe('finding a run', () => {
  it('works by id, by the unique beginning of one and by name', async () => {
    const { store, id } = await storeWithRun()
    const second = await store.create(runConfigSchema.parse({ model: 'GMF' }), data, provenance, {
      name: 'Second',
    })
    expect(await store.find(id)).toBe(id)
    expect(await store.find(second.id.slice(0, -1))).toBe(second.id)
    expect(await store.find('second')).toBe(second.id)
  })

  it('says which runs are meant when they are several, and when it is none', async () => {
    const { store, id } = await storeWithRun()
    const twin = await store.create(config, data, provenance, { name: 'First' })
    for (const query of ['First', '20']) {
      const error: Error = await store.find(query).catch((reason) => reason)
      expect(error).toEqual(withCode('run-ambiguous'))
      expect(error.message).toContain(id)
      expect(error.message).toContain(twin.id)
    }
    for (const query of ['Third', ''])
      await expect(store.find(query)).rejects.toEqual(withCode('run-not-found'))
  })

  it('finds damaged ones by id, so that they can be removed', async () => {
    const { store, id, path } = await storeWithRun()
    writeFileSync(path('run.json'), '{')
    expect(await store.find(id.slice(0, 20))).toBe(id)
    await store.remove(id)
    expect(await store.list()).toEqual([])
  })
})

describe('a damaged run', () => {
  const newer = (text: string) => text.replace('"schemaVersion": 1', '"schemaVersion": 2')
  const cases: [string, StoreErrorCode, (text: string) => string][] = [
    ['an empty run.json', 'run-damaged', () => ''],
    ['a run.json that was cut off', 'run-damaged', (text) => text.slice(0, text.length / 2)],
    ['a run.json of zeros', 'run-damaged', (text) => '\0'.repeat(text.length)],
    [
      'a run.json with wrong types',
      'invalid-record',
      (text) => text.replace('"batchSize": 256', '"batchSize": "256"'),
    ],
    ['a run.json of another run', 'run-damaged', (text) => text.replace(/"id": "[^"]*"/, '"id": "other"')],
    ['a run.json of a newer version', 'newer-version', newer],
  ]

  it.each(cases)('with %s is listed as %s and blocks no other', async (_, code, damage) => {
    const { store, id, path } = await storeWithRun()
    const other = await store.create(config, data, provenance)
    const damaged = damage(readFileSync(path('run.json'), 'utf8'))
    writeFileSync(path('run.json'), damaged)
    const list = await store.list()
    expect(list.find((run) => run.id === other.id)?.record).toBeDefined()
    const entry = list.find((run) => run.id === id)!
    expect(entry.record).toBeUndefined()
    expect(entry.problem?.code).toBe(code)
    expect(entry.problem?.message).toContain(path('run.json'))
    await expect(store.updateRecord(id, { status: 'paused' })).rejects.toEqual(withCode(code))
    await store.reconcile()
    expect(readFileSync(path('run.json'), 'utf8')).toBe(damaged)
  })

  it('without run.json is listed with that problem; stray files are not listed', async () => {
    const { store, id, path } = await storeWithRun()
    rmSync(path('run.json'))
    writeFileSync(join(store.libraryDir, 'runs', '.DS_Store'), '')
    writeFileSync(join(store.libraryDir, 'runs', 'notes.txt'), '')
    expect(await store.list()).toEqual([
      { id, problem: { code: 'run-damaged', message: `Run ${id} has no run.json.` } },
    ])
  })

  it('in its labels alone is shown with default ones, which are not written over the damage', async () => {
    const { store, id, path } = await storeWithRun()
    for (const [text, code] of [
      ['{', 'run-damaged'],
      ['{"schemaVersion": 7, "colour": "red"}', 'newer-version'],
    ] as const) {
      writeFileSync(path('labels.json'), text)
      const [run] = await store.list()
      expect(run.record?.id).toBe(id)
      expect(run.labels?.name).toBe('')
      expect(run.problem?.code).toBe(code)
      await expect(store.updateLabels(id, { name: 'New' })).rejects.toEqual(withCode(code))
      expect(readFileSync(path('labels.json'), 'utf8')).toBe(text)
    }
  })
})

describe('the epochs of a run', () => {
  it('come back in order, across stores', async () => {
    const { store, id } = await storeWithRun()
    expect(await store.readEpochs(id)).toEqual({ epochs: [] })
    await store.appendEpoch(id, epoch(1))
    await store.appendEpoch(id, epoch(2))
    await openRunStore(store.libraryDir).appendEpoch(id, epoch(3))
    await store.appendEpoch(id, epoch(4))
    expect(await store.readEpochs(id)).toEqual({ epochs: [1, 2, 3, 4].map(epoch) })
  })

  it('are refused out of order or with numbers that JSON cannot hold', async () => {
    const { store, id } = await storeWithRun()
    await store.appendEpoch(id, epoch(1))
    await expect(store.appendEpoch(id, epoch(1))).rejects.toEqual(withCode('epoch-order'))
    await expect(store.appendEpoch(id, epoch(3))).rejects.toEqual(withCode('epoch-order'))
    await expect(store.appendEpoch(id, { ...epoch(2), loss: NaN })).rejects.toEqual(
      withCode('invalid-record'),
    )
    await store.appendEpoch(id, epoch(2))
    expect((await store.readEpochs(id)).epochs).toHaveLength(2)
  })

  it('survive a cut at every byte: all whole lines are read, and the next epoch can be appended', async () => {
    const { store, id, path } = await storeWithRun()
    for (const number of [1, 2, 3]) await store.appendEpoch(id, epoch(number))
    const bytes = readFileSync(path('epochs.jsonl'))
    for (let length = 0; length <= bytes.length; length++) {
      writeFileSync(path('epochs.jsonl'), bytes.subarray(0, length))
      const whole = bytes.subarray(0, length).filter((byte) => byte === 0x0a).length
      const { epochs, problem } = await store.readEpochs(id)
      expect(epochs).toEqual([1, 2, 3].slice(0, whole).map(epoch))
      const clean = length === 0 || bytes[length - 1] === 0x0a
      expect(problem?.code).toBe(clean ? undefined : 'half-line')
      // Syncing to the disk is what takes time, so not at every byte.
      if (length % 40 !== 0) continue
      await openRunStore(store.libraryDir).appendEpoch(id, epoch(whole + 1))
      expect(await store.readEpochs(id)).toEqual({ epochs: [1, 2, 3, 4].slice(0, whole + 1).map(epoch) })
    }
  })

  it.each([
    ['garbage', 'garbage\n'],
    ['an epoch out of order', `${JSON.stringify(epoch(7))}\n`],
    ['an epoch without its metrics', '{"epoch":2,"loss":1}\n'],
    ['an empty line', '\n'],
    ['a line that is not UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x0a])],
  ])(
    'before %s are read, the problem is reported with its line, and nothing is appended after it',
    async (_, line) => {
      const { store, id, path } = await storeWithRun()
      await store.appendEpoch(id, epoch(1))
      appendFileSync(path('epochs.jsonl'), line)
      appendFileSync(path('epochs.jsonl'), `${JSON.stringify(epoch(2))}\n`)
      const damaged = readFileSync(path('epochs.jsonl'))
      const { epochs, problem } = await store.readEpochs(id)
      expect(epochs).toEqual([epoch(1)])
      expect(problem).toMatchObject({ code: 'bad-line', line: 2 })
      await expect(store.appendEpoch(id, epoch(2))).rejects.toEqual(withCode('epochs-damaged'))
      expect(readFileSync(path('epochs.jsonl')).equals(damaged)).toBe(true)
      await store.truncateEpochs(id, 1)
      await store.appendEpoch(id, epoch(2))
      expect(await store.readEpochs(id)).toEqual({ epochs: [epoch(1), epoch(2)] })
    },
  )

  it('are cut back to those of a checkpoint, never to more than there are', async () => {
    const { store, id } = await storeWithRun()
    for (const number of [1, 2, 3]) await store.appendEpoch(id, epoch(number))
    await store.truncateEpochs(id, 1)
    await store.appendEpoch(id, { ...epoch(2), loss: 0.125 })
    expect((await store.readEpochs(id)).epochs.map(({ loss }) => loss)).toEqual([epoch(1).loss, 0.125])
    await expect(store.truncateEpochs(id, 3)).rejects.toEqual(withCode('epochs-damaged'))
    expect((await store.readEpochs(id)).epochs).toHaveLength(2)
  })
})

describe('a checkpoint', () => {
  it('is replaced as a whole and read with its epoch and step', async () => {
    const { store, id, path } = await storeWithRun()
    await expect(store.readCheckpoint(id, 'last')).rejects.toEqual(withCode('checkpoint-missing'))
    await store.writeCheckpoint(id, 'last', tensors(1), { epoch: '1', step: '10', note: 'kept' })
    await store.writeCheckpoint(id, 'last', tensors(2), { epoch: '2', step: '20' })
    expect(await store.readCheckpoint(id, 'last')).toEqual({
      tensors: tensors(2),
      metadata: { epoch: '2', step: '20' },
    })
    await expect(store.readCheckpoint(id, 'best')).rejects.toEqual(withCode('checkpoint-missing'))
    expect(readdirSync(path('')).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  it('without epoch or with a step that is no number is not written', async () => {
    const { store, id } = await storeWithRun()
    const wrong = { epoch: '1', step: '1.5' }
    await expect(store.writeCheckpoint(id, 'best', tensors(), wrong)).rejects.toEqual(
      withCode('checkpoint-damaged'),
    )
    await expect(store.readCheckpoint(id, 'best')).rejects.toEqual(withCode('checkpoint-missing'))
  })

  it('that is damaged is refused by name', async () => {
    const { store, id, path } = await storeWithRun()
    await store.writeCheckpoint(id, 'best', tensors(), { epoch: '1', step: '10' })
    writeFileSync(path('best.safetensors'), readFileSync(path('best.safetensors')).subarray(0, -1))
    const error: Error = await store.readCheckpoint(id, 'best').catch((reason) => reason)
    expect(error).toEqual(withCode('checkpoint-damaged'))
    expect(error.message).toContain(path('best.safetensors'))
  })
})

describe('the trash', () => {
  it('takes a run and gives it back unchanged', async () => {
    const { store, id } = await storeWithRun()
    await store.appendEpoch(id, epoch(1))
    const before = await store.read(id)
    const trashed = await store.remove(id)
    expect(await store.list()).toEqual([])
    expect(await store.listTrash()).toEqual([trashed])
    expect(trashed.id).toBe(id)
    expect(Math.abs(Date.parse(trashed.removedAt) - Date.now())).toBeLessThan(60_000)
    expect(await store.restore(trashed.name)).toBe(id)
    expect(await store.read(id)).toEqual(before)
    expect((await store.readEpochs(id)).epochs).toEqual([epoch(1)])
    expect(await store.listTrash()).toEqual([])
  })

  it('keeps several removals of one id apart and does not restore over an existing run', async () => {
    const { store, id, path } = await storeWithRun()
    const copy = join(store.libraryDir, 'copy')
    await cp(path(''), copy, { recursive: true })
    await store.remove(id)
    await rename(copy, path(''))
    const second = await store.remove(id)
    expect(await store.listTrash()).toHaveLength(2)
    await store.restore(second.name)
    const [rest] = await store.listTrash()
    await expect(store.restore(rest.name)).rejects.toEqual(withCode('run-exists'))
    expect(await store.listTrash()).toEqual([rest])
  })

  it('is emptied of runs alone', async () => {
    const { store, id } = await storeWithRun()
    await store.remove(id)
    const foreign = join(store.libraryDir, 'trash', 'dataset-abc')
    await mkdir(foreign)
    expect(await store.emptyTrash()).toBe(1)
    expect(readdirSync(join(store.libraryDir, 'trash'))).toEqual(['dataset-abc'])
    await expect(store.restore('dataset-abc')).rejects.toEqual(withCode('trash-not-found'))
    await expect(store.restore('../runs')).rejects.toEqual(withCode('trash-not-found'))
  })
})

describe('a library', () => {
  it('that does not exist yet has no runs and is not created by looking', async () => {
    const store = await newStore()
    expect(await store.list()).toEqual([])
    expect(await store.listTrash()).toEqual([])
    expect(await store.reconcile()).toEqual([])
    expect(existsSync(store.libraryDir)).toBe(false)
  })

  it('with 2,000 runs lists them all, the latest first', async () => {
    const { store, id, path } = await storeWithRun()
    const template = await readFile(path('run.json'), 'utf8')
    const labels = await readFile(path('labels.json'), 'utf8')
    const ids = Array.from({ length: 2000 }, (_, i) => `20250101-00${String(i).padStart(4, '0')}-neumf-aaaa`)
    for (const copy of ids) {
      const folder = join(store.libraryDir, 'runs', copy)
      await mkdir(folder)
      await writeFile(join(folder, 'run.json'), template.replace(`"id": "${id}"`, `"id": "${copy}"`))
      await writeFile(join(folder, 'labels.json'), labels)
    }
    const start = performance.now()
    const list = await store.list()
    process.stdout.write(`Listing 2,001 runs took ${Math.round(performance.now() - start)} ms.\n`)
    expect(list.map((run) => run.id)).toEqual([...ids, id].sort().reverse())
    expect(list.every((run) => run.record !== undefined && run.problem === undefined)).toBe(true)
  })
})
