import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runPorts } from '../../src-main/node/runPorts.ts'
import { openRunStore } from '../../src-main/node/runStore.ts'
import { config, data, provenance, temporaryFolder } from './runFixture.ts'

async function storeWithRun() {
  const store = openRunStore(join(await temporaryFolder(), 'library'))
  const { id } = await store.create(config, data, provenance)
  return { store, id, runs: runPorts(store) }
}

describe('the status that is written for a run that nobody trains', () => {
  it.each(['finished', 'failed'] as const)(
    'is not put over "%s", which another process came to meanwhile',
    async (end) => {
      const { store, id, runs } = await storeWithRun()
      const lock = await store.lock(id)
      const marked = runs.setStatus(id, 'paused')
      await store.updateRecord(id, { status: end })
      await lock.release()
      await marked
      expect((await store.read(id)).record.status).toBe(end)
    },
  )
})

describe('a run that is removed while its labels are changed', () => {
  it('has the change or refuses it, and can be labelled again when it is back', async () => {
    const { store, runs } = await storeWithRun()
    for (let i = 0; i < 40; i++) {
      const { id } = await store.create(config, data, provenance)
      const noted = runs.updateLabels(id, { notes: 'seen' }).then(
        () => 'seen',
        () => '',
      )
      await new Promise((resolve) => setTimeout(resolve, i / 10))
      const { trashName } = await runs.remove(id)
      const notes = await noted
      await runs.restore(trashName)
      expect(existsSync(join(store.libraryDir, 'runs', id, 'labels.lock'))).toBe(false)
      expect((await store.read(id)).labels.notes).toBe(notes)
    }
  })
})
