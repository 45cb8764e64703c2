import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { queuePort } from '../../src-main/node/queueFile.ts'
import { FakeEngines } from './fakeEngine.ts'
import { libraryWithSample, startStudio, temporaryLibrary } from './studioFixture.ts'

const config = { model: 'GMF', factors: 4, epochs: 2 } as const

/** A studio on a library, and what it is asked in this file. */
async function open(library: string) {
  const engines = new FakeEngines()
  const { studio, ask } = await startStudio({ library, ports: { engines: engines.start } }).then((one) => ({
    studio: one.studio,
    ask: one.ask.bind(one),
  }))
  const left = () => ask('queue:left')
  const queued = async () => (await ask('queue:list')).map(({ runId }) => runId)
  return { studio, engines, ask, left, queued }
}

/** A program that ends, in order, with one run that trains and two that wait, the later one first. */
async function endedProgram() {
  const { library, datasetId } = await libraryWithSample()
  const { studio, ask } = await open(library)
  const configs = ['1', '2', '3'].map((seed) => ({ ...config, seed }))
  const [a, b, c] = (await ask('run:start', { datasetId, configs })).map(({ id }) => id)
  await ask('queue:move', { id: c, position: 0 })
  await studio.close()
  return { library, datasetId, a, b, c }
}

const stored = (library: string) => readdir(join(library, 'queues')).catch(() => [])

describe('what the queue held when a program ended', () => {
  it('is offered by the next one, in its order, until it is brought back', async () => {
    const { library, a, b, c } = await endedProgram()
    const { ask, left, queued } = await open(library)
    expect(await left()).toEqual([a, c, b])
    expect(await queued()).toEqual([])
    await ask('run:resume', { ids: [a] })
    expect(await left()).toEqual([c, b])
    await ask('run:resume', { ids: [c, b] })
    expect(await queued()).toEqual([a, c, b])
    expect(await left()).toEqual([])
  })

  it('is offered again by the one after that, behind what was queued meanwhile', async () => {
    const { library, datasetId, a, b, c } = await endedProgram()
    const second = await open(library)
    const [d] = (await second.ask('run:start', { datasetId, configs: [config] })).map(({ id }) => id)
    await second.studio.close()
    expect(await (await open(library)).left()).toEqual([d, a, c, b])
    await expect.poll(() => stored(library)).toHaveLength(1)
  })

  it('leaves out what was removed, paused or stopped', async () => {
    const { library, datasetId, a, b, c } = await endedProgram()
    const second = await open(library)
    await second.ask('run:remove', { ids: [a] })
    await second.ask('run:resume', { ids: [c, b] })
    await second.ask('run:stop', { ids: [b] })
    const [d] = (await second.ask('run:start', { datasetId, configs: [config] })).map(({ id }) => id)
    await second.ask('run:pause', { id: d })
    await second.studio.close()
    expect(await (await open(library)).left()).toEqual([c])
  })

  it('is no file where nothing waits', async () => {
    const { library, datasetId } = await libraryWithSample()
    const { ask, engines, queued } = await open(library)
    const [{ id }] = await ask('run:start', { datasetId, configs: [config] })
    await expect.poll(() => stored(library)).toHaveLength(1)
    engines.of(id).end('finished')
    await expect.poll(queued).toEqual([])
    await expect.poll(() => stored(library)).toEqual([])
  })
})

describe('the files of queues', () => {
  const holder = { pid: 2 ** 22 + 1, host: 'elsewhere' }
  const write = async (library: string, name: string, text: string) => {
    await mkdir(join(library, 'queues'), { recursive: true })
    await writeFile(join(library, 'queues', name), text)
  }

  it('of a program that lives are its own', async () => {
    const library = await temporaryLibrary()
    await queuePort(library).store(['a', 'b'])
    expect(await queuePort(library).left()).toEqual([])
    expect(await stored(library)).toHaveLength(1)
  })

  it('of killed programs, and of a computer that was started again, are taken over', async () => {
    const library = await temporaryLibrary()
    await queuePort(library).store(['own'])
    const own = join(library, 'queues', (await stored(library))[0])
    const killed = JSON.parse(await readFile(own, 'utf8')) as { holder: { pid: number } }
    await write(
      library,
      'x.json',
      JSON.stringify({ ...killed, holder: { ...killed.holder, pid: 2 ** 22 + 1 } }),
    )
    await write(library, 'y.json', JSON.stringify({ schemaVersion: 1, holder, runs: ['c', 'own'] }))
    const port = queuePort(library)
    expect(await port.left()).toEqual(['own', 'c'])
    await port.store(['own', 'c'])
    expect(await stored(library)).toHaveLength(2)
  })

  it('that are damaged, or of a later version, name no runs and harm nothing', async () => {
    const library = await temporaryLibrary()
    await write(library, 'x.json', '{"schemaVersion": 1, "ru')
    await write(library, 'y.json', JSON.stringify({ schemaVersion: 2, queue: [] }))
    const port = queuePort(library)
    expect(await port.left()).toEqual([])
    await port.store([])
    expect(await stored(library)).toEqual([])
  })
})
