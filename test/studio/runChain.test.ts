import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { RequestInput } from '../../src-main/contract/contract.ts'
import type { RunRow } from '../../src-main/contract/runContract.ts'
import { modelSpec } from '../../src-main/core/models/modelSpec.ts'
import { elementCount, parameterLayout } from '../../src-main/core/models/parameterLayout.ts'
import { isPretrained } from '../../src-main/core/run/partRuns.ts'
import { openRunStore } from '../../src-main/node/runStore.ts'
import { writeSafetensors } from '../../src-main/node/safetensors.ts'
import { FakeEngines } from './fakeEngine.ts'
import { libraryWithSample, startStudio } from './studioFixture.ts'

const sizes = { factors: 4, layers: 2, epochs: 2 } as const
const gmf = { ...sizes, model: 'GMF' } as const
const mlp = { ...sizes, model: 'MLP' } as const
const neumf = { ...sizes, model: 'NeuMF', optimizer: 'sgd' } as const

/** A studio on the sample whose engines the test drives. */
async function open(given?: { library: string; datasetId: string }) {
  const { library, datasetId } = given ?? (await libraryWithSample())
  const engines = new FakeEngines()
  const studio = await startStudio({
    library,
    settings: { concurrentRuns: 1 },
    ports: { engines: engines.start },
  })
  const store = openRunStore(library)
  /** The training ends well, as far as anybody can see. */
  const finish = async (id: string) => {
    await store.updateRecord(id, { status: 'finished' })
    engines.of(id).end('finished')
  }
  const startChain = (chain: Partial<RequestInput<'run:start-chain'>> = {}) =>
    studio.ask('run:start-chain', { datasetId, gmf, mlp, neumf, seeds: ['1'], ...chain })
  const queue = async () =>
    (await studio.ask('queue:list')).map(({ runId, state, waitsFor }) => ({
      model: /-(\w+)-\w+$/.exec(runId)![1],
      state,
      ...(waitsFor && { waitsFor: waitsFor.length }),
    }))
  const settled = (...expected: object[]) => expect.poll(queue).toMatchObject(expected)
  const notices = () => studio.told('app:notice').map(({ message }) => message)
  return { library, datasetId, engines, studio, store, finish, startChain, queue, settled, notices }
}

const modelsOf = (rows: readonly RunRow[]) => rows.map(({ config }) => config!.model)
const seedsOf = (rows: readonly RunRow[]) => rows.map(({ config }) => config!.seed)

function partsOf({ config }: RunRow) {
  if (!config || !isPretrained(config)) throw new Error('not a pre-trained NeuMF')
  return config.pretraining
}

describe('a chain', () => {
  it('is stored and queued in its order, linked, tagged and named', async () => {
    const { startChain, queue } = await open()
    const rows = await startChain({ name: 'first', tags: ['try'], alpha: 0.3 })
    expect(modelsOf(rows)).toEqual(['GMF', 'MLP', 'NeuMF'])
    expect(rows.map(({ name }) => name)).toEqual(['first (GMF)', 'first (MLP)', 'first'])
    expect(rows.map(({ tags }) => tags)).toEqual([['try', 'pre-training'], ['try', 'pre-training'], ['try']])
    expect(partsOf(rows[2])).toEqual({
      alpha: 0.3,
      gmf: { runId: rows[0].id, groupKey: rows[0].groupKey },
      mlp: { runId: rows[1].id, groupKey: rows[1].groupKey },
    })
    expect(rows[2].config).toMatchObject({ optimizer: 'sgd', epochs: 2 })
    expect(await queue()).toEqual([
      { model: 'gmf', state: 'starting' },
      { model: 'mlp', state: 'waiting' },
      { model: 'neumf', state: 'waiting', waitsFor: 2 },
    ])
  })

  it('trains each part from the seed of its NeuMF; NeuMFs of several seeds are of one group', async () => {
    const { startChain } = await open()
    const rows = await startChain({ seeds: ['7', '8', '7'] })
    expect(seedsOf(rows)).toEqual(['7', '7', '7', '8', '8', '8'])
    expect(rows[5].groupKey).toBe(rows[2].groupKey)
    expect(partsOf(rows[5]).gmf).toMatchObject({ runId: rows[3].id })
  })

  it('lets others go ahead of a NeuMF whose parts are not finished', async () => {
    const { startChain, studio, datasetId, engines, finish, settled } = await open()
    const [g, m, n] = await startChain()
    await studio.ask('queue:move', { id: n.id, position: 0 })
    const [other] = await studio.ask('run:start', { datasetId, configs: [{ ...gmf, seed: '9' }] })
    await finish(g.id)
    await settled({ model: 'neumf', waitsFor: 1 }, { model: 'mlp', state: 'starting' }, { model: 'gmf' })
    await studio.ask('run:pause', { id: m.id })
    await settled(
      { model: 'neumf', state: 'waiting' },
      { model: 'mlp', state: 'paused' },
      { model: 'gmf', state: 'starting' },
    )
    await finish(other.id)
    await studio.ask('run:resume', { ids: [m.id] })
    await finish(m.id)
    await settled({ model: 'neumf', state: 'starting' })
    expect(engines.trainings.at(-1)!.runId).toBe(n.id)
  })

  it.each(['fails', 'is stopped'] as const)(
    'whose part %s waits, says once what to do, and goes on when the part does',
    async (how) => {
      const { startChain, studio, store, engines, finish, settled, notices } = await open()
      const [g, m, n] = await startChain()
      if (how === 'fails') {
        await store.updateRecord(g.id, { status: 'failed', error: { code: 'disk-full', message: 'Full.' } })
        engines.of(g.id).fail('disk-full', 'Full.')
      } else await studio.ask('run:stop', { ids: [g.id] })
      await settled({ model: 'mlp', state: 'starting' }, { model: 'neumf', state: 'waiting', waitsFor: 2 })
      await finish(m.id)
      await settled({ model: 'neumf', state: 'waiting', waitsFor: 1 })
      const what = how === 'fails' ? 'ended with an error' : 'was stopped'
      const told = notices().filter((message) => message.startsWith(`Run ${n.id} waits for run ${g.id}`))
      expect(told).toEqual([
        expect.stringMatching(`That one ${what}: resume it, and ${n.id} trains after it`),
      ])
      await studio.ask('run:resume', { ids: [g.id] })
      await settled({ model: 'neumf', state: 'waiting' }, { model: 'gmf', state: 'starting' })
      await finish(g.id)
      await settled({ model: 'neumf', state: 'starting' })
    },
  )

  it('says so when a part is removed, and goes on when it is back', async () => {
    const { startChain, studio, finish, settled, notices } = await open()
    const [g, m, n] = await startChain()
    await finish(g.id)
    await settled({ model: 'mlp', state: 'starting' }, { model: 'neumf', waitsFor: 1 })
    const [{ trashName }] = await studio.ask('run:remove', { ids: [g.id] })
    await finish(m.id)
    await expect.poll(notices).toContainEqual(expect.stringMatching(`${n.id} waits for run ${g.id}.*trash`))
    await studio.ask('run:restore', { trashNames: [trashName] })
    await settled({ model: 'neumf', state: 'starting' })
  })

  it('that is stopped or removed as a whole says nothing of parts', async () => {
    const { startChain, studio, settled, notices } = await open()
    const stopped = await startChain()
    await studio.ask('run:stop', { ids: stopped.map(({ id }) => id) })
    await settled()
    const removed = await startChain()
    await studio.ask('run:pause', { id: removed[0].id })
    await studio.ask('run:pause', { id: removed[1].id })
    await studio.ask('run:remove', { ids: removed.map(({ id }) => id) })
    await settled()
    expect(notices()).toEqual([])
  })

  it('is resumed from its NeuMF with the parts that are left, in their order, by the next program', async () => {
    const { library, datasetId, startChain, studio, finish, settled } = await open()
    const [g, , n] = await startChain()
    await finish(g.id)
    await settled({ model: 'mlp', state: 'starting' }, { model: 'neumf', waitsFor: 1 })
    await studio.studio.close()
    const next = await open({ library, datasetId })
    await next.studio.ask('run:resume', { ids: [n.id] })
    await next.settled({ model: 'mlp', state: 'starting' }, { model: 'neumf', state: 'waiting', waitsFor: 1 })
  })

  it('cannot be resumed while a part is in the trash, and says which', async () => {
    const { startChain, studio, settled } = await open()
    const [g, , n] = await startChain()
    await studio.ask('run:stop', { ids: [g.id, n.id] })
    await settled({ model: 'mlp', state: 'starting' })
    await studio.ask('run:remove', { ids: [g.id] })
    await expect(studio.ask('run:resume', { ids: [n.id] })).rejects.toMatchObject({
      code: 'not-resumable',
      message: expect.stringContaining(`starts from run ${g.id}, which is not in the library`),
    })
    expect((await studio.ask('run:show', { id: n.id })).notResumable).toContain(g.id)
    await settled({ model: 'mlp', state: 'starting' })
  })

  it('does not wait for the parts of a NeuMF that has begun', async () => {
    const { startChain, studio, store, finish, settled } = await open()
    const [g, m, n] = await startChain()
    await finish(g.id)
    await settled({ model: 'mlp' }, { model: 'neumf' })
    await finish(m.id)
    await settled({ model: 'neumf', state: 'starting' })
    await store.updateRecord(n.id, { initialWeightsHash: 'a'.repeat(64), status: 'interrupted' })
    await studio.ask('run:stop', { ids: [n.id] })
    await settled()
    await studio.ask('run:remove', { ids: [g.id, m.id] })
    await studio.ask('run:resume', { ids: [n.id] })
    await settled({ model: 'neumf', state: 'starting' })
  })
})

it('trains a chain in engine processes, both parts at once and the NeuMF after them; repeats it without its parts', async () => {
  const { library, datasetId } = await libraryWithSample()
  const { ask, until, told } = await startStudio({
    library,
    settings: { concurrentRuns: 2, threads: 1 },
  }).then((studio) => ({
    ask: studio.ask.bind(studio),
    until: studio.until.bind(studio),
    told: studio.told.bind(studio),
  }))
  const [g, m, n] = await ask('run:start-chain', { datasetId, gmf, mlp, neumf, seeds: ['1'] })
  const { config, summary } = await until(
    'run:changed',
    ({ id, state }) => id === n.id && state === 'finished',
  )
  expect(summary!.epochsCompleted).toBe(2)
  expect(partsOf({ ...n, config }).mlp).toMatchObject({ runId: m.id })
  const order = told('run:epoch').map(({ runId }) => runId)
  expect(order.slice(-2)).toEqual([n.id, n.id])
  expect(new Set(order.slice(0, 4))).toEqual(new Set([g.id, m.id]))
  const { record } = await openRunStore(library).read(n.id)
  expect(record.initialWeightsHash).toMatch(/^[0-9a-f]{64}$/)
  await ask('run:remove', { ids: [g.id, m.id] })
  const again = await ask('run:repeat', { id: n.id })
  const repeated = await until('run:changed', ({ id, state }) => id === again.id && state === 'finished')
  expect(repeated.summary!.weightsHash).toBe(summary!.weightsHash)
})

describe('a chain from what is there already', () => {
  /** A finished GMF and a finished MLP. */
  async function withParts() {
    const opened = await open()
    const { studio, datasetId, finish, settled } = opened
    const [g, m] = await studio.ask('run:start', { datasetId, configs: [gmf, mlp] })
    await settled({ model: 'gmf', state: 'starting' }, { model: 'mlp' })
    await finish(g.id)
    await settled({ model: 'mlp', state: 'starting' })
    await finish(m.id)
    await settled()
    return { ...opened, g, m }
  }

  it('trains the NeuMF alone from finished runs, or one part beside a finished one', async () => {
    const { startChain, g, m } = await withParts()
    const alone = await startChain({ gmf: { runId: g.id }, mlp: { runId: m.id }, seeds: ['1', '2'] })
    expect(modelsOf(alone)).toEqual(['NeuMF', 'NeuMF'])
    expect(partsOf(alone[1])).toMatchObject({ gmf: { runId: g.id }, mlp: { runId: m.id } })
    const half = await startChain({ gmf: { runId: g.id } })
    expect(modelsOf(half)).toEqual(['MLP', 'NeuMF'])
    expect(half[1].groupKey).toBe(alone[0].groupKey)
  })

  it('takes weights from files, by their hash', async () => {
    const { startChain, studio, datasetId, library, m } = await withParts()
    const { userCount, itemCount } = m.data!
    const file = join(library, 'g.safetensors')
    const write = (value: number) =>
      writeSafetensors(
        file,
        parameterLayout(modelSpec(gmf), userCount, itemCount).map((parameter) => ({
          name: parameter.name,
          shape: [...parameter.shape],
          data: new Float32Array(elementCount(parameter)).fill(value),
        })),
      )
    await write(1)
    const [row] = await startChain({ gmf: { file }, mlp: { runId: m.id } })
    expect(partsOf(row).gmf).toEqual({ file, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) })
    await studio.ask('run:start', { datasetId, configs: [row.config!] })
    await write(2)
    await expect(studio.ask('run:start', { datasetId, configs: [row.config!] })).rejects.toMatchObject({
      code: 'part-changed',
    })
  })

  it('refuses parts that are gone, not finished, or do not fit, and stores nothing', async () => {
    const { startChain, studio, datasetId, library, g, m } = await withParts()
    const [unfinished] = await studio.ask('run:start', { datasetId, configs: [{ ...gmf, seed: '5' }] })
    await studio.ask('run:stop', { ids: [unfinished.id] })
    const before = (await studio.ask('run:list')).length
    const refusals: [Partial<RequestInput<'run:start-chain'>>, string][] = [
      [{ gmf: { runId: '20260101-000000-gmf-aaaa' } }, 'part-missing'],
      [{ gmf: { file: join(library, 'none.safetensors') } }, 'part-missing'],
      [{ gmf: { file: 'none.safetensors' } }, 'not-absolute'],
      [{ gmf: { file: join(library, 'runs', g.id, 'run.json') } }, 'truncated'],
      [{ gmf: { runId: unfinished.id } }, 'part-unfinished'],
      [{ gmf: { runId: m.id } }, 'part-of-other-model'],
      [{ gmf: { ...gmf, factors: 8 } }, 'part-of-other-size'],
      [{ mlp: { ...mlp, tower: [16, 4] } }, 'part-of-other-size'],
      [{ mlp: gmf }, 'part-of-other-model'],
      [{ neumf: { ...neumf, selection: 'validation' } }, 'no-validation'],
      [{ mlp: { ...mlp, selection: 'validation' } }, 'no-validation'],
      [{ neumf: { ...neumf, model: 'GMF' } }, 'invalid-argument'],
      [{ alpha: 1.5 }, 'invalid-argument'],
      [{ seeds: [] }, 'invalid-argument'],
    ]
    for (const [chain, code] of refusals)
      await expect(startChain(chain), JSON.stringify(chain)).rejects.toMatchObject({ code })
    const pretraining = { gmf: { runId: unfinished.id, groupKey: 'x' }, mlp: { runId: m.id, groupKey: 'x' } }
    const started = studio.ask('run:start', { datasetId, configs: [{ ...neumf, pretraining }] })
    await expect(started).rejects.toMatchObject({ code: 'part-unfinished' })
    expect(await studio.ask('run:list')).toHaveLength(before)
  })
})

describe('more seeds of a run', () => {
  it('are those that its group does not have yet', async () => {
    const { studio, datasetId } = await open()
    const configs = [
      { ...gmf, seed: '5' },
      { ...gmf, seed: '7' },
      { ...mlp, seed: '6' },
    ]
    const [run] = await studio.ask('run:start', { datasetId, configs, name: 'seeds', tags: ['a'] })
    const more = await studio.ask('run:repeat-seeds', { id: run.id, count: 3 })
    expect(seedsOf(more)).toEqual(['6', '8', '9'])
    expect(more.every(({ groupKey, name }) => groupKey === run.groupKey && name === 'seeds')).toBe(true)
  })

  it('train the whole chain of a pre-trained NeuMF each time', async () => {
    const { studio, startChain } = await open()
    const chain = await startChain({ alpha: 0.4, name: 'pre' })
    const more = await studio.ask('run:repeat-seeds', { id: chain[2].id, count: 2 })
    expect(modelsOf(more)).toEqual(['GMF', 'MLP', 'NeuMF', 'GMF', 'MLP', 'NeuMF'])
    expect(seedsOf(more)).toEqual(['2', '2', '2', '3', '3', '3'])
    expect(more[5].groupKey).toBe(chain[2].groupKey)
    expect(more[3].groupKey).toBe(chain[0].groupKey)
    expect(partsOf(more[5])).toMatchObject({ alpha: 0.4, gmf: { runId: more[3].id } })
    expect(more[5].tags).toEqual([])
  })

  it('make no difference to a model in closed form', async () => {
    const { studio, store, datasetId } = await open()
    const [run] = await studio.ask('run:start', { datasetId, configs: [gmf] })
    await studio.ask('run:stop', { ids: [run.id] })
    const { seed, selection, fullRanking } = (await store.read(run.id)).record.config
    await store.updateRecord(run.id, { config: { model: 'ItemPop', seed, selection, fullRanking } })
    await expect(studio.ask('run:repeat-seeds', { id: run.id, count: 1 })).rejects.toMatchObject({
      code: 'seedless',
    })
  })
})
