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
