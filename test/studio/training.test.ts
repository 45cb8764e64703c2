import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startStudio, temporaryLibrary } from './studioFixture.ts'

const quick = { model: 'NeuMF', factors: 4, layers: 2, epochs: 2 } as const

async function studioWithSample(options: Parameters<typeof startStudio>[0] = {}) {
  const library = await temporaryLibrary()
  const studio = await startStudio({ library, ...options })
  const importId = crypto.randomUUID()
  const { id } = await studio.ask('dataset:import', { importId, source: { kind: 'sample' }, options: {} })
  return { studio, library, datasetId: id, importId }
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

  it('a run with full ranking, shows what is known of it, and measures it anew on request', async () => {
    const { studio, datasetId } = await studioWithSample()
    const [{ id }] = await studio.ask('run:start', { datasetId, configs: [quick] })
    await studio.until('run:changed', (row) => row.id === id && row.state === 'finished')
    await studio.until('queue:changed', (entries) => entries.length === 0)
    const before = await studio.ask('run:show', { id })
    expect(before.evaluation!.groups).toHaveLength(4)
    expect(before.evaluation!.recommendations).toBeUndefined()
    expect(studio.told('run:ranking')).toEqual([])
    const after = await studio.ask('run:rank', { id, full: true })
    expect(after.row.summary).toMatchObject(before.row.summary!)
    expect(after.row.summary!.recommendations).toEqual(after.evaluation!.recommendations)
    expect(studio.told('run:ranking').at(-1)).toEqual({ runId: id, users: 1000, of: 1000 })
    expect(studio.told('run:changed').at(-1)).toEqual(after.row)
    expect((await studio.ask('run:list')).map(({ summary }) => summary)).toEqual([after.row.summary])
  })

  it('a run whose evaluation is damaged later: it is shown with the reason, until it is measured anew', async () => {
    const { studio, library, datasetId } = await studioWithSample()
    const [{ id }] = await studio.ask('run:start', { datasetId, configs: [{ ...quick, epochs: 1 }] })
    const busy = studio.ask('run:rank', { id })
    await expect(busy).rejects.toMatchObject({ code: 'run-busy' })
    await studio.until('run:changed', (row) => row.id === id && row.state === 'finished')
    await studio.until('queue:changed', (entries) => entries.length === 0)
    await writeFile(join(library, 'runs', id, 'evaluation.json'), '{')
    const damaged = await studio.ask('run:show', { id })
    expect(damaged.evaluation).toBeUndefined()
    expect(damaged.evaluationProblem).toMatchObject({ message: expect.stringContaining('evaluation.json') })
    expect(damaged.row.problem).toBeUndefined()
    const { evaluation, evaluationProblem } = await studio.ask('run:rank', { id })
    expect(evaluation!.groups).toHaveLength(4)
    expect(evaluationProblem).toBeUndefined()
  })
})
