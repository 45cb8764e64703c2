import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openDatasetLibrary } from '../../src-main/node/datasetLibrary.ts'
import { openRunStore } from '../../src-main/node/runStore.ts'
import { samplePath, welcomeLibrary } from '../../src-main/node/welcome.ts'
import { temporaryFolder } from './runFixture.ts'

it('a new library begins with the sample and a finished run on it', async () => {
  const library = await temporaryFolder()
  expect(await welcomeLibrary(library)).toBe(true)
  const [dataset] = await (await openDatasetLibrary(library)).list()
  const [run] = await openRunStore(library).list()
  expect(run.labels!.tags).toEqual(['demo'])
  expect(run.record!).toMatchObject({ status: 'finished', data: { datasetId: dataset.id } })
  // The demo was trained on the very bytes that an import of the sample gives.
  if ('problem' in dataset) throw dataset.problem
  expect(run.record!.data.fingerprint).toBe(dataset.description.fingerprint)
  expect((await openRunStore(library).readEpochs(run.id)).epochs).toHaveLength(20)
})

it('whoever removes the demo is not given it again, even from an empty trash', async () => {
  const library = await temporaryFolder()
  await welcomeLibrary(library)
  const store = openRunStore(library)
  await store.remove((await store.list())[0].id)
  await rm(join(library, 'datasets'), { recursive: true })
  await rm(join(library, 'trash'), { recursive: true })
  expect(await welcomeLibrary(library)).toBe(false)
  expect(await store.list()).toEqual([])
})

it('a library with data of its own gets nothing', async () => {
  const library = await temporaryFolder()
  await (await openDatasetLibrary(library)).import(samplePath())
  expect(await welcomeLibrary(library)).toBe(false)
})
