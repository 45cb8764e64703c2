import { describe, expect, it } from 'vitest'
import type { Settings } from '../../src-main/contract/appContract.ts'
import { libraryPorts } from '../../src-main/node/libraryPorts.ts'
import { openRunStore } from '../../src-main/node/runStore.ts'
import { FakeEngines } from './fakeEngine.ts'
import { libraryWithSample, startStudio } from './studioFixture.ts'

const config = { model: 'GMF', factors: 4, epochs: 2 } as const

/** Runs started on the sample, 3 unless told otherwise, and engines that the test drives. */
async function queueOf(options: { settings?: Partial<Settings>; cores?: number; count?: number } = {}) {
  const { library, datasetId } = await libraryWithSample()
  const engines = new FakeEngines()
  const { machine, runs: onDisk } = await libraryPorts(library)
  let reading = Promise.resolve()
  /** Nothing is read of the disk until the function that it returns is called. */
  const holdReads = () => {
    let letGo: () => void = () => undefined
    reading = new Promise((resolve) => (letGo = resolve))
    return letGo
  }
  const facts = { ...machine.facts, cores: options.cores ?? 2 }
  const read = (id: string) => reading.then(() => onDisk.read(id))
  const ports = { engines: engines.start, machine: { ...machine, facts }, runs: { ...onDisk, read } }
  const studio = await startStudio({ library, settings: options.settings, ports })
  const configs = Array.from({ length: options.count ?? 3 }, (_, i) => ({ ...config, seed: String(i) }))
  const runs = (await studio.ask('run:start', { datasetId, configs })).map(({ id }) => id)
  const states = async () =>
    (await studio.ask('queue:list')).map(({ runId, state }) => `${runs.indexOf(runId)} ${state}`)
  const settled = async (expected: string[]) => {
    await expect.poll(states).toEqual(expected)
  }
  const store = openRunStore(library)
  return { library, datasetId, engines, studio, runs, states, settled, store, holdReads }
}

describe('the queue', () => {
  it('trains one after the other, first come first served, in one process that is kept', async () => {
    const { engines, runs, settled, studio } = await queueOf()
    await settled(['0 starting', '1 waiting', '2 waiting'])
    expect(studio.studio.activity()).toEqual({ running: 1, waiting: 2, fraction: undefined })
    engines.of(runs[0]).end('finished')
    await settled(['1 starting', '2 waiting'])
    engines.of(runs[1]).end('finished')
    await settled(['2 starting'])
    engines.of(runs[2]).end('finished')
    await settled([])
    expect(engines.started).toBe(1)
    expect(engines.trainings.map(({ runId }) => runId)).toEqual(runs)
  })

  it.each([
    { cores: 2, settings: {}, slots: 1, threads: 'auto' },
    { cores: 1, settings: {}, slots: 1, threads: 'auto' },
    { cores: 8, settings: {}, slots: 3, threads: 2 },
    { cores: 8, settings: { concurrentRuns: 2 as const }, slots: 2, threads: 4 },
    { cores: 2, settings: { concurrentRuns: 3 as const }, slots: 3, threads: 1 },
    { cores: 2, settings: { threads: 2 }, slots: 1, threads: 2 },
  ])('trains $slots at once with $threads threads each for $settings on $cores cores', async (given) => {
    const { engines } = await queueOf({ settings: given.settings, cores: given.cores })
    await expect.poll(() => engines.trainings.map(({ threads }) => threads)).toHaveLength(given.slots)
    expect(new Set(engines.trainings.map(({ threads }) => threads))).toEqual(new Set([given.threads]))
    expect(engines.started).toBe(given.slots)
  })

  it('starts more as soon as the settings allow more', async () => {
    const { studio, settled } = await queueOf()
    await studio.ask('settings:change', { concurrentRuns: 2 })
    await settled(['0 starting', '1 starting', '2 waiting'])
    expect(studio.told('settings:changed')[0].concurrentRuns).toBe(2)
  })

  it('moves a waiting run to another place among those that wait, and no other', async () => {
    const { studio, runs, states } = await queueOf({ count: 4 })
    await studio.ask('queue:move', { id: runs[3], position: 0 })
    expect(await states()).toEqual(['0 starting', '3 waiting', '1 waiting', '2 waiting'])
    await studio.ask('queue:move', { id: runs[1], position: 99 })
    expect(await states()).toEqual(['0 starting', '3 waiting', '2 waiting', '1 waiting'])
    await expect(studio.ask('queue:move', { id: runs[0], position: 1 })).rejects.toMatchObject({
      code: 'not-waiting',
    })
  })

  it('keeps the place of a paused run, lets the next one train, and goes on when it is resumed', async () => {
    const { studio, runs, engines, settled } = await queueOf()
    await studio.ask('run:pause', { id: runs[0] })
    await settled(['0 paused', '1 starting', '2 waiting'])
    await studio.ask('run:pause', { id: runs[2] })
    await settled(['0 paused', '1 starting', '2 paused'])
    expect((await studio.ask('run:show', { id: runs[2] })).row.state).toBe('paused')
    await studio.ask('run:resume', { ids: [runs[0]] })
    await settled(['0 waiting', '1 starting', '2 paused'])
    engines.of(runs[1]).end('finished')
    await settled(['0 starting', '2 paused'])
  })

  it('writes on disk that a waiting run is paused, and interrupted when it is stopped after that', async () => {
    const { studio, runs, store, settled } = await queueOf()
    await studio.ask('run:pause', { id: runs[1] })
    expect((await store.read(runs[1])).record.status).toBe('paused')
    await studio.ask('run:stop', { ids: [runs[1], runs[2]] })
    await settled(['0 starting'])
    expect((await store.read(runs[1])).record.status).toBe('interrupted')
    expect((await store.read(runs[2])).record.status).toBe('created')
  })

  it.each(['pause', 'stop'] as const)(
    'trains a run again that is resumed before its %s is done',
    async (how) => {
      const { studio, runs, engines, settled } = await queueOf()
      engines.isDeaf = true
      if (how === 'pause') await studio.ask('run:pause', { id: runs[0] })
      else await studio.ask('run:stop', { ids: [runs[0]] })
      await settled([how === 'pause' ? '0 pausing' : '0 stopping', '1 waiting', '2 waiting'])
      await studio.ask('run:resume', { ids: [runs[0]] })
      engines.of(runs[0]).end(how === 'pause' ? 'paused' : 'interrupted')
      await settled(['0 starting', '1 waiting', '2 waiting'])
      expect(engines.trainings.map(({ runId }) => runId)).toEqual([runs[0], runs[0]])
      engines.isDeaf = false
    },
  )

  it('tells of progress at most four times a second, and sums it up', async () => {
    const { studio, runs, engines } = await queueOf({ count: 1 })
    const place = { epochs: 2, step: 5, stepsPerEpoch: 10, loss: 0.5, samplesPerSecond: 1, secondsLeft: 1 }
    for (let i = 0; i < 50; i++) engines.of(runs[0]).emit({ kind: 'progress', epoch: 2, ...place })
    expect(studio.told('run:progress')).toHaveLength(1)
    expect(studio.studio.activity().fraction).toBe(0.75)
    expect((await studio.ask('queue:list'))[0].state).toBe('running')
  })

  it('lends an engine to the next run only when the last one has let go of it', async () => {
    const { studio, runs, engines, settled, holdReads } = await queueOf({ settings: { concurrentRuns: 2 } })
    await settled(['0 starting', '1 starting', '2 waiting'])
    const letRead = holdReads()
    engines.of(runs[0]).end('finished')
    await new Promise((resolve) => setTimeout(resolve, 20))
    await studio.ask('settings:change', { concurrentRuns: 3 })
    await settled(['0 starting', '1 starting', '2 starting'])
    await studio.ask('run:stop', { ids: [runs[0]] })
    letRead()
    await settled(['1 starting', '2 starting'])
  })

  it('says what happened to a run that fails, and goes on with the next', async () => {
    const { studio, runs, engines, settled } = await queueOf()
    engines.of(runs[0]).fail('disk-full', 'The disk is full.')
    await settled(['1 starting', '2 waiting'])
    expect(studio.told('app:notice')).toEqual([
      { level: 'error', runId: runs[0], message: expect.stringMatching(/The disk is full/) },
    ])
  })

  it('checkpoints what trains when it is closed, and starts nothing more', async () => {
    const { studio, runs, engines } = await queueOf()
    await studio.studio.close()
    expect(engines.trainings.map(({ runId }) => runId)).toEqual([runs[0]])
  })

  it('does not remove a run that trains; a waiting one leaves the queue with its removal', async () => {
    const { studio, runs, settled } = await queueOf()
    await expect(studio.ask('run:remove', { ids: [runs[0]] })).rejects.toMatchObject({ code: 'run-busy' })
    const [{ trashName }] = await studio.ask('run:remove', { ids: [runs[1]] })
    await settled(['0 starting', '2 waiting'])
    expect((await studio.ask('run:list')).map(({ id }) => id)).not.toContain(runs[1])
    expect(await studio.ask('trash:list')).toMatchObject([{ trashName, id: runs[1] }])
    expect(await studio.ask('run:restore', { trashNames: [trashName] })).toMatchObject([{ id: runs[1] }])
  })

  it('stores no run that this machine cannot hold', async () => {
    const { studio, datasetId } = await queueOf({ count: 1 })
    const configs = [{ model: 'MLP' as const, tower: [65536, 65536, 65536] }]
    await expect(studio.ask('run:start', { datasetId, configs })).rejects.toMatchObject({ code: 'too-large' })
    const estimate = await studio.ask('run:estimate', { datasetId, config: configs[0] })
    expect(estimate).toMatchObject({ fits: false, basis: 'guess' })
    expect(await studio.ask('run:list')).toHaveLength(1)
  })

  it('stores none of several runs when one of them cannot be trained', async () => {
    const { studio, datasetId } = await queueOf({ count: 1 })
    const configs = [config, { ...config, selection: 'validation' as const }]
    await expect(studio.ask('run:start', { datasetId, configs })).rejects.toMatchObject({
      code: 'no-validation',
    })
    expect(await studio.ask('run:list')).toHaveLength(1)
  })

  it('stores no run that selects by validation items which its dataset lacks', async () => {
    const { studio, datasetId } = await queueOf({ count: 1 })
    const configs = [{ ...config, selection: 'validation' } as const]
    await expect(studio.ask('run:start', { datasetId, configs })).rejects.toMatchObject({
      code: 'no-validation',
    })
    expect(await studio.ask('run:list')).toHaveLength(1)
  })
})
