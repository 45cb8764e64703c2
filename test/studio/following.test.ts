import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { libraryWithSample, startStudio } from './studioFixture.ts'

const program = fileURLToPath(new URL('../../out/cli/ncf.js', import.meta.url))
const SETTINGS = ['--data', 'sample', '--model', 'GMF', '--factors', '4', '--threads', '1']

/** A studio on a library, and the terminal program on the same one. */
async function studioAndTerminal() {
  const { library, datasetId } = await libraryWithSample()
  const studio = await startStudio({ library })
  await studio.ask('run:list')
  await studio.ask('dataset:list')
  const ncf = async (...words: string[]) => {
    const args = [program, ...words, '--library', library, '--json']
    const { stdout } = await promisify(execFile)(process.execPath, args)
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
  }
  return { library, datasetId, studio, ncf }
}

describe('what another process does in the library is seen:', () => {
  it('a training in a terminal, epoch by epoch, as one that trains elsewhere, to its end', async () => {
    const { studio, ncf } = await studioAndTerminal()
    const end = ncf('train', ...SETTINGS, '--epochs', '30')
    const running = await studio.until('run:changed', ({ state }) => state === 'running')
    expect(running.elsewhere).toBe(true)
    expect((await studio.ask('run:show', { id: running.id })).notResumable).toMatch(/Another process/)
    await expect(studio.ask('run:stop', { ids: [running.id] })).rejects.toMatchObject({
      code: 'trained-elsewhere',
    })
    await end
    const finished = await studio.until('run:changed', ({ state }) => state === 'finished')
    expect(finished).toMatchObject({ id: running.id, elsewhere: false })
    await expect
      .poll(() => studio.told('run:epoch').map(({ record }) => record.epoch))
      .toEqual(Array.from({ length: 30 }, (_, i) => i + 1))
    expect(await studio.ask('run:list')).toEqual([finished])
  })

  it('names, tags, removal and return of a run, each told once', async () => {
    const { studio, ncf } = await studioAndTerminal()
    const id = String((await ncf('train', ...SETTINGS, '--epochs', '1')).at(-1)!.runId)
    await studio.until('run:changed', ({ state }) => state === 'finished')
    studio.events.length = 0
    await ncf('runs', 'rename', id, 'from afar')
    await studio.until('run:changed', ({ name }) => name === 'from afar')
    await ncf('runs', 'tag', id, 'far')
    await studio.until('run:changed', ({ tags }) => tags.includes('far'))
    const [{ name: trashName }] = await ncf('runs', 'remove', id)
    await studio.until('run:removed')
    expect(await studio.ask('run:list')).toEqual([])
    studio.events.length = 0
    await ncf('trash', 'restore', String(trashName))
    await studio.until('run:changed', (row) => row.id === id)
    expect(studio.events).toHaveLength(1)
  })

  it('an import and a removal of a dataset', async () => {
    const { studio, ncf } = await studioAndTerminal()
    const [{ id }] = await ncf('datasets', 'import', 'sample', '--validation', '--name', 'held out')
    const changed = await studio.until('dataset:changed', (entry) => entry.id === id)
    expect(changed.description!.name).toBe('held out')
    await ncf('datasets', 'remove', String(id))
    await studio.until('dataset:removed', (gone) => gone.id === id)
    expect(await studio.ask('dataset:list')).toHaveLength(1)
  })

  it('and what the studio does itself is told once, not again when it is seen on the disk', async () => {
    const { studio, datasetId } = await studioAndTerminal()
    const configs = [{ model: 'GMF', factors: 4, epochs: 1 } as const]
    const [{ id }] = await studio.ask('run:start', { datasetId, configs })
    await studio.until('run:changed', ({ state }) => state === 'finished')
    await expect.poll(() => studio.ask('queue:list')).toEqual([])
    await new Promise((resolve) => setTimeout(resolve, 400))
    studio.events.length = 0
    await studio.ask('run:label', { ids: [id], change: { name: 'mine', starred: true } })
    await studio.ask('dataset:rename', { id: datasetId, name: 'The club' })
    await new Promise((resolve) => setTimeout(resolve, 400))
    expect(studio.events.map(({ name }) => name)).toEqual(['run:changed', 'dataset:changed'])
    expect(studio.told('run:changed')[0]).toMatchObject({ name: 'mine', starred: true })
  })

  it('two studios on one library see each other', async () => {
    const { library, studio, datasetId } = await studioAndTerminal()
    const other = await startStudio({ library })
    await other.ask('run:list')
    const configs = [{ model: 'GMF', factors: 4, epochs: 1 } as const]
    const [{ id }] = await studio.ask('run:start', { datasetId, configs, name: 'shared' })
    const seen = await other.until('run:changed', (row) => row.id === id && row.state === 'finished')
    expect(seen.name).toBe('shared')
    expect(other.told('queue:changed')).toEqual([])
  })
})
