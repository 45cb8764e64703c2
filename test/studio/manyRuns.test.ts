import { expect, it } from 'vitest'
import { writeManyRuns } from '../bench/manyRuns.ts'
import { data } from '../node/runFixture.ts'
import { startStudio, temporaryLibrary } from './studioFixture.ts'

it('lists 2,000 runs, groups their seeds, and answers again without reading', async () => {
  const library = await temporaryLibrary()
  const ids = await writeManyRuns(library, 2000, data)
  const opening = performance.now()
  const { studio } = await startStudio({ library })
  const opened = performance.now()
  const first = await studio.dispatch('run:list', {})
  const read = performance.now()
  const second = await studio.dispatch('run:list', {})
  const again = performance.now()
  const rows = (first as { value: { id: string; groupKey: string }[] }).value
  expect(rows.map(({ id }) => id)).toEqual([...ids].sort().reverse())
  expect(new Set(rows.map(({ groupKey }) => groupKey)).size).toBe(400)
  expect(second).toEqual(first)
  const [open, cold, warm] = [opened - opening, read - opened, again - read].map(Math.round)
  console.warn(`2,000 runs: opened in ${open} ms, listed in ${cold} ms, again in ${warm} ms`)
})
