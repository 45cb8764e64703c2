import { appendFile, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { onTestFinished, describe, expect, it } from 'vitest'
import { watchLibrary } from '../../src-main/node/libraryWatch.ts'
import { openRunStore } from '../../src-main/node/runStore.ts'
import { config, data, epoch, provenance, temporaryFolder } from './runFixture.ts'

/** A watched library with one run, and everything that was reported since. */
async function watched(options: { pollEvery?: number }) {
  const library = await temporaryFolder()
  const store = openRunStore(library)
  const { id } = await store.create(config, data, provenance)
  const seen = { runs: new Set<string>(), epochs: new Set<string>(), datasets: new Set<string>(), reports: 0 }
  const end = await watchLibrary(
    library,
    ({ runs, epochs, datasets }) => {
      seen.reports++
      for (const run of runs) seen.runs.add(run)
      for (const run of epochs) seen.epochs.add(run)
      for (const dataset of datasets) seen.datasets.add(dataset)
    },
    options,
  )
  onTestFinished(end)
  const forget = () => {
    for (const set of [seen.runs, seen.epochs, seen.datasets]) set.clear()
    seen.reports = 0
  }
  return { library, store, id, seen, end, forget }
}

describe.each([
  ['reported by the system', {}],
  ['looked for', { pollEvery: 60 }],
] as const)('changes in a library, %s:', (_, options) => {
  it('labels, record and epochs of a run are told apart; checkpoints and logs are nobody’s business', async () => {
    const { store, id, seen, forget, library } = await watched(options)
    await store.log(id, 'hello')
    await writeFile(join(library, 'runs', id, 'last.safetensors'), 'x')
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(seen).toMatchObject({ reports: 0 })
    await store.appendEpoch(id, epoch(1))
    await expect.poll(() => [...seen.epochs]).toEqual([id])
    expect(seen.runs.size).toBe(0)
    forget()
    await store.updateLabels(id, { name: 'new' })
    await expect.poll(() => [...seen.runs]).toEqual([id])
    expect(seen.epochs.size).toBe(0)
  })

  it('a new run, and later changes of it; one that is removed and restored', async () => {
    const { store, seen, forget } = await watched(options)
    const { id } = await store.create(config, data, provenance)
    await expect.poll(() => [...seen.runs]).toEqual([id])
    forget()
    await store.updateLabels(id, { starred: true })
    await expect.poll(() => [...seen.runs]).toEqual([id])
    forget()
    const { name } = await store.remove(id)
    await expect.poll(() => [...seen.runs]).toEqual([id])
    forget()
    await store.restore(name)
    await expect.poll(() => [...seen.runs]).toEqual([id])
    await new Promise((resolve) => setTimeout(resolve, 200))
    forget()
    await store.updateLabels(id, { starred: false })
    await expect.poll(() => [...seen.runs]).toEqual([id])
  })

  it('a dataset that appears, and one that goes; other folders do not count', async () => {
    const { library, seen, forget } = await watched(options)
    const folder = join(library, 'datasets', '0123456789ab')
    await mkdir(join(library, 'datasets', '.half.1-00000000.tmp'), { recursive: true })
    await mkdir(`${folder}.new`)
    await writeFile(join(`${folder}.new`, 'dataset.json'), '{}')
    await rename(`${folder}.new`, folder)
    await expect.poll(() => [...seen.datasets]).toEqual(['0123456789ab'])
    forget()
    await rm(folder, { recursive: true })
    await expect.poll(() => [...seen.datasets]).toEqual(['0123456789ab'])
  })

  it('many changes at once are one report or few', async () => {
    const { store, id, seen, library } = await watched(options)
    for (let i = 1; i <= 20; i++) await store.appendEpoch(id, epoch(i))
    for (let i = 0; i < 20; i++) await appendFile(join(library, 'runs', id, 'log.txt'), 'x')
    await expect.poll(() => seen.epochs.size).toBe(1)
    expect(seen.reports).toBeLessThan(10)
  })

  it('nothing is reported once it has ended', async () => {
    const { store, id, seen, end } = await watched(options)
    await store.updateLabels(id, { name: 'late' })
    await end()
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(seen.reports).toBe(0)
  })
})
