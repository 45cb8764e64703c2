import { describe, expect, it } from 'vitest'
import { startStudio, temporaryLibrary } from './studioFixture.ts'

describe('the first start', () => {
  it('shows the sample and a finished run at once, and the second start nothing twice', async () => {
    const library = await temporaryLibrary()
    const studio = await startStudio({ library, welcome: true })
    const [dataset] = await studio.ask('dataset:list')
    const [run] = await studio.ask('run:list')
    expect(run).toMatchObject({ state: 'finished', tags: ['demo'], data: { datasetId: dataset.id } })
    expect((await studio.ask('run:show', { id: run.id })).row).toEqual(run)
    await studio.ask('run:remove', { ids: [run.id] })
    await studio.studio.close()
    const again = await startStudio({ library, welcome: true })
    expect(await again.ask('run:list')).toEqual([])
    expect(await again.ask('dataset:list')).toHaveLength(1)
  })

  it('that fails is told to the first window, and the studio opens all the same', async () => {
    const welcome = () => Promise.reject(Object.assign(new Error('The disk is full.'), { code: 'disk-full' }))
    const { studio, told } = await startStudio({ ports: { welcome } }).then((tested) => ({
      studio: tested.studio,
      told: tested.told('app:notice'),
    }))
    expect(told).toEqual([{ level: 'warning', message: 'The disk is full.' }])
    expect(await studio.dispatch('run:list', {})).toEqual({ ok: true, value: [] })
  })

  it('says what the program is and can do here', async () => {
    const library = await temporaryLibrary()
    const studio = await startStudio({ library })
    expect(await studio.ask('app:info')).toMatchObject({ library, shell: 'browser', canReveal: false })
    await expect(studio.ask('app:reveal', { what: 'library' })).rejects.toMatchObject({
      code: 'not-available',
    })
    await expect(studio.ask('app:choose-source', { what: 'file' })).rejects.toMatchObject({
      code: 'not-available',
    })
    const shown: string[] = []
    const desktop = await startStudio({ library, ports: { reveal: (path) => void shown.push(path) } })
    await desktop.ask('app:reveal', { what: 'library' })
    await expect(desktop.ask('app:reveal', { what: 'run', id: '../..' })).rejects.toMatchObject({
      code: 'run-not-found',
    })
    await expect(desktop.ask('app:reveal', { what: 'dataset' })).rejects.toMatchObject({
      code: 'invalid-argument',
    })
    expect(shown).toEqual([library])
  })
})

describe('settings', () => {
  it('that are changed are told to every window; the others stay as they are', async () => {
    const studio = await startStudio()
    const first = await studio.ask('settings:change', { theme: 'dark' })
    const changed = await studio.ask('settings:change', { inspectorOpen: false })
    expect(changed).toEqual({ ...first, theme: 'dark', inspectorOpen: false })
    expect(studio.told('settings:changed')).toEqual([first, changed])
    await expect(studio.ask('settings:change', {})).rejects.toMatchObject({ code: 'invalid-argument' })
    await expect(studio.ask('settings:change', { inspectorWidth: 3 })).rejects.toMatchObject({
      code: 'invalid-argument',
    })
    expect(await studio.ask('settings:get')).toEqual(changed)
  })
})
