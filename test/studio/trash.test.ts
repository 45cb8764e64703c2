import { expect, it } from 'vitest'
import { FakeEngines } from './fakeEngine.ts'
import { libraryWithSample, startStudio } from './studioFixture.ts'

it('lists removed runs and datasets together, the latest first, and empties both', async () => {
  const { library, datasetId } = await libraryWithSample()
  const studio = await startStudio({ library, ports: { engines: new FakeEngines().start } })
  const configs = [{ model: 'GMF', factors: 4, epochs: 1 } as const]
  const [, { id }] = await studio.ask('run:start', {
    datasetId,
    configs: [...configs, ...configs],
    name: 'mine',
  })
  const [run] = await studio.ask('run:remove', { ids: [id] })
  await new Promise((resolve) => setTimeout(resolve, 5))
  const { trashName } = await studio.ask('dataset:remove', { id: datasetId })
  expect(await studio.ask('trash:list')).toMatchObject([
    { kind: 'dataset', trashName, id: datasetId, name: 'sample' },
    { kind: 'run', trashName: run.trashName, id, name: 'mine' },
  ])
  await studio.ask('dataset:restore', { trashName })
  expect((await studio.ask('trash:list')).map(({ kind }) => kind)).toEqual(['run'])
  await studio.ask('dataset:remove', { id: datasetId })
  expect(await studio.ask('trash:empty')).toEqual({ removed: 2 })
  expect(await studio.ask('trash:list')).toEqual([])
})
