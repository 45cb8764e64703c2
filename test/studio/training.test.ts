import { describe, expect, it } from 'vitest'
import { startStudio } from './studioFixture.ts'

const quick = { model: 'NeuMF', factors: 4, layers: 2, epochs: 2 } as const

async function studioWithSample(options: Parameters<typeof startStudio>[0] = {}) {
  const studio = await startStudio(options)
  const importId = crypto.randomUUID()
  const { id } = await studio.ask('dataset:import', { importId, source: { kind: 'sample' }, options: {} })
  return { studio, datasetId: id, importId }
}

describe('the studio trains', () => {
  it('a run from the sample to its end, telling of import, queue, epochs and result', async () => {
    const { studio, datasetId, importId } = await studioWithSample()
    expect(studio.told('import:progress').every((progress) => progress.importId === importId)).toBe(true)
    const [row] = await studio.ask('run:start', { datasetId, configs: [quick], name: 'first', tags: ['a'] })
    expect(row).toMatchObject({ state: 'running', name: 'first', tags: ['a'], elsewhere: false })
    const finished = await studio.until(
      'run:changed',
      ({ id, state }) => id === row.id && state === 'finished',
    )
    expect(finished.summary!.test!.hr[9]).toBeGreaterThan(0.3)
    expect(finished.summary!.last).toMatchObject({ epoch: 2 })
    expect(studio.told('run:epoch').map(({ record }) => record.epoch)).toEqual([1, 2])
    // What this program trains is at no moment taken for another's.
    expect(studio.told('run:changed').filter(({ elsewhere }) => elsewhere)).toEqual([])
    expect(studio.told('run:progress').length).toBeGreaterThan(0)
    expect(studio.told('queue:changed').at(-1)).toEqual([])
    const details = await studio.ask('run:show', { id: row.id })
    expect(details.row).toEqual(finished)
    expect(details.notResumable).toMatch(/finished/)
    expect(details.log).toMatch(/Finished/)
    const [curves] = await studio.ask('run:curves', { ids: [row.id] })
    expect([...curves.epoch]).toEqual([1, 2])
    expect(curves.hr10[finished.summary!.bestEpoch - 1]).toBe(finished.summary!.selected.hr[9])
  })
})
