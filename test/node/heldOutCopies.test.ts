import { expect, it } from 'vitest'
import { openDatasetLibrary } from '../../src-main/node/datasetLibrary.ts'
import { datasetPorts } from '../../src-main/node/datasetPorts.ts'
import { ncfFiles, sourceFolder } from './datasetSources.ts'
import { temporaryFolder } from './runFixture.ts'

it('copies of held-out items are counted in a stored dataset, for each user', async () => {
  const library = await temporaryFolder()
  const source = await sourceFolder(ncfFiles({ 'toy.test.negative': '(0,2)\t3\t1\n(1,0)\t0\t2\n' }))
  const { id, description } = await (await openDatasetLibrary(library)).import(source)
  expect(description.report.positivesAmongOwnNegatives).toBe(1)
  expect([...(await datasetPorts(library).heldOutCopies(id))]).toEqual([0, 1])
  await expect(datasetPorts(library).heldOutCopies('0123456789ab')).rejects.toMatchObject({
    code: 'not-found',
  })
})
