import { truncateSync, rmSync, readdirSync, writeFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { EpochRecord } from '../../src-main/core/run/epochRecord.ts'
import { openRunStore } from '../../src-main/node/runStore.ts'
import { libraryWithSample, startStudio } from './studioFixture.ts'

const config = { model: 'GMF', factors: 4, epochs: 3 } as const
const endless = { ...config, epochs: 5000 }

async function studioWithSample() {
  const { library, datasetId } = await libraryWithSample()
  const studio = await startStudio({ library })
  const start = async (...configs: (typeof endless)[]) =>
    (await studio.ask('run:start', { datasetId, configs })).map(({ id }) => id)
  const ended = (runId: string, state: string, milliseconds?: number) =>
    studio.until('run:changed', (row) => row.id === runId && row.state === state, milliseconds)
  return { library, datasetId, studio, start, ended, store: openRunStore(library) }
}

describe('an engine process that is killed', () => {
  it('takes its own run with it, which is interrupted and can be resumed; the next one trains', async () => {
    const { studio, start, ended, store } = await studioWithSample()
    const [victim, next] = await start(endless, config)
    await studio.until('run:epoch', ({ runId }) => runId === victim)
    process.kill(studio.engines[0].pid!, 'SIGKILL')
    await ended(victim, 'interrupted')
    const notice = await studio.until('app:notice', ({ runId }) => runId === victim)
    expect(notice).toMatchObject({ level: 'error' })
    expect(notice.message).toMatch(/SIGKILL.*resume/)
    await ended(next, 'finished')
    expect((await store.read(victim)).record.status).toBe('interrupted')
    const { row, notResumable } = await studio.ask('run:show', { id: victim })
    expect(notResumable).toBeUndefined()
    const before = row.summary!.epochsCompleted
    await studio.ask('run:resume', { ids: [victim] })
    await studio.until('run:epoch', ({ runId, record }) => runId === victim && record.epoch > before)
    await studio.ask('run:stop', { ids: [victim] })
    await expect.poll(() => studio.ask('queue:list')).toEqual([])
    const { epochs, problem } = await store.readEpochs(victim)
    expect(problem).toBeUndefined()
    expect(epochs.map(({ epoch }) => epoch)).toEqual(epochs.map((_, i) => i + 1))
  })
})

/** More on demand: NCF_KILLS=50. */
const KILLS = Number(process.env.NCF_KILLS ?? 4)

it(
  `killed ${KILLS} times at random moments, a run loses no epoch that was told and ends in the bits of one that was not`,
  async () => {
    const { library, studio, start, ended, store } = await studioWithSample()
    const long = { ...config, epochs: 3 * KILLS }
    const [id] = await start(long)
    let told: EpochRecord | undefined
    // What is told between a kill and the resume may be a line whose checkpoint was never written: it is trained again.
    let seen = 0
    for (let kill = 0; kill < KILLS; kill++) {
      await new Promise((resolve) => setTimeout(resolve, 150 + 600 * Math.random()))
      if ((await studio.ask('queue:list')).length === 0) break
      told = studio.told('run:epoch').slice(seen).at(-1)?.record ?? told
      process.kill(studio.engines.findLast(({ isAlive }) => isAlive)!.pid!, 'SIGKILL')
      await expect.poll(() => studio.ask('queue:list')).toEqual([])
      const { epochs, problem } = await store.readEpochs(id)
      expect(problem?.code ?? 'half-line').toBe('half-line')
      if (told) expect(epochs[told.epoch - 1]).toEqual(told)
      expect((await studio.ask('run:show', { id })).row.state).toBe('interrupted')
      seen = studio.told('run:epoch').length
      await studio.ask('run:resume', { ids: [id] })
    }
    const finished = await ended(id, 'finished', 10_000 * KILLS)
    expect(studio.told('app:notice').every(({ message }) => message.includes('SIGKILL'))).toBe(true)
    const [whole] = await start(long)
    const { summary } = await ended(whole, 'finished', 10_000 * KILLS)
    expect(finished.summary!.weightsHash).toBe(summary!.weightsHash)
    expect(readdirSync(join(library, 'runs', id)).filter((name) => name.endsWith('.tmp'))).toEqual([])
  },
  20_000 * KILLS,
)

describe('a run that is left', () => {
  it('is paused on disk, goes on to the same weights as one that was not, and can be repeated', async () => {
    const { studio, start, ended, store } = await studioWithSample()
    const longer = { ...config, epochs: 12 }
    const [paused, whole] = await start(longer, longer)
    await studio.until('run:epoch', ({ runId }) => runId === paused)
    await studio.ask('run:pause', { id: paused })
    await ended(paused, 'paused')
    expect((await store.read(paused)).record.status).toBe('paused')
    await ended(whole, 'finished')
    await studio.ask('run:resume', { ids: [paused] })
    const resumed = await ended(paused, 'finished')
    const { weightsHash } = (await store.read(whole)).record.summary!
    expect(resumed.summary!.weightsHash).toBe(weightsHash)
    const repeated = await studio.ask('run:repeat', { id: whole })
    expect(repeated.id).not.toBe(whole)
    expect((await ended(repeated.id, 'finished')).summary!.weightsHash).toBe(weightsHash)
  })

  it('is checkpointed when the program closes, and the next studio offers to resume it', async () => {
    const { library, studio, start } = await studioWithSample()
    const [id] = await start(endless)
    await studio.until('run:epoch', ({ runId }) => runId === id)
    await studio.studio.close()
    const next = await startStudio({ library })
    const { row, notResumable } = await next.ask('run:show', { id })
    expect(row).toMatchObject({ state: 'interrupted', elsewhere: false })
    expect(notResumable).toBeUndefined()
  })
})

describe('an import', () => {
  it('that is called off leaves nothing behind', async () => {
    const { library, studio } = await studioWithSample()
    const rows = Array.from({ length: 1_000_000 }, (_, i) => `${i % 5000},${i % 7919},4,${i}`)
    const path = join(library, 'ratings.csv')
    writeFileSync(path, ['user,item,rating,timestamp', ...rows].join('\n'))
    const importId = crypto.randomUUID()
    const source = { kind: 'path', path } as const
    const importing = studio.ask('dataset:import', { importId, source, options: {} })
    await studio.until('import:progress', (progress) => progress.importId === importId)
    await studio.ask('dataset:cancel-import', { importId })
    await expect(importing).rejects.toMatchObject({ code: 'cancelled' })
    expect(readdirSync(join(library, 'datasets'))).toHaveLength(1)
    expect(await studio.ask('dataset:list')).toHaveLength(1)
  })

  it('says what is wrong with a source and goes on with the next', async () => {
    const { studio, library } = await studioWithSample()
    const source = { kind: 'path', path: join(library, 'nowhere') } as const
    const ask = () => studio.ask('dataset:import', { importId: crypto.randomUUID(), source, options: {} })
    await expect(ask()).rejects.toMatchObject({ code: 'not-found' })
    await expect(ask()).rejects.toMatchObject({ code: 'not-found' })
    const relative = { kind: 'path', path: 'ratings.csv' } as const
    await expect(studio.ask('source:inspect', { source: relative })).rejects.toMatchObject({
      code: 'not-absolute',
    })
  })
})

describe('damaged files', () => {
  it('are shown as the problem of their run; everything else works', async () => {
    const { library, studio, start, ended, datasetId } = await studioWithSample()
    const short = { ...config, epochs: 1 }
    const ids = await start(short, short, short, short, short)
    for (const id of ids) await ended(id, 'finished')
    const [truncated, garbage, missing, newer, good] = ids
    const file = (id: string, name: string) => join(library, 'runs', id, name)
    await studio.studio.close()
    truncateSync(file(truncated, 'run.json'), 100)
    writeFileSync(file(garbage, 'epochs.jsonl'), Buffer.from([0, 255, 10, 1, 2, 3]))
    rmSync(file(missing, 'last.safetensors'))
    rmSync(file(missing, 'best.safetensors'))
    const record = JSON.parse(readFileSync(file(newer, 'run.json'), 'utf8'))
    writeFileSync(file(newer, 'run.json'), JSON.stringify({ ...record, schemaVersion: 99 }))
    const next = await startStudio({ library })
    const rows = new Map((await next.ask('run:list')).map((row) => [row.id, row]))
    expect(rows.get(truncated)).toMatchObject({ state: 'unreadable', problem: { code: 'run-damaged' } })
    expect(rows.get(newer)).toMatchObject({ state: 'unreadable', problem: { code: 'newer-version' } })
    expect([garbage, missing, good].map((id) => rows.get(id)!.state)).toEqual(Array(3).fill('finished'))
    expect((await next.ask('run:show', { id: truncated })).notResumable).toMatch(/run\.json/)
    const [curves] = await next.ask('run:curves', { ids: [garbage] })
    expect(curves).toMatchObject({ problem: { code: 'bad-line' } })
    expect(curves.epoch).toHaveLength(0)
    for (const id of [truncated, newer])
      await expect(next.ask('run:resume', { ids: [id] })).rejects.toMatchObject({ code: expect.any(String) })
    await next.ask('run:remove', { ids: [truncated] })
    const [again] = await next.ask('run:start', { datasetId, configs: [config] })
    await next.until('run:changed', ({ id, state }) => id === again.id && state === 'finished')
  })
})
