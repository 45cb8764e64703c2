import { open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { parseRunLabels } from '../core/run/runLabels.ts'
import type { RunStatus } from '../core/run/runRecord.ts'
import type { ListedRun, RunsPort } from '../studio/ports.ts'
import { exportRun, importRun } from './runArchive.ts'
import { explained, isMissing } from './runErrors.ts'
import { readJson, RUN_FILES, runFolder } from './runFolder.ts'
import { RunLockedError, StoreError, type RunStore, type TrashedRun } from './runStore.ts'

/** More than any 200 lines of a log that a person can read. */
const LOG_BYTES = 128 << 10

/** What a run that nobody trains is left as. */
const ENDS: readonly RunStatus[] = ['finished', 'failed']

/** The run store as the studio sees it. */
export function runPorts(store: RunStore): RunsPort {
  const { libraryDir } = store
  return {
    list: () => store.list(),
    read: (id) => readShown(store, id),
    readEpochs: (id) => store.readEpochs(id),
    readRanks: (id) => store.readRanks(id),
    readEvaluation: (id) => store.readEvaluation(id),
    readLog: (id, lines) => readLogEnd(join(runFolder(libraryDir, id), RUN_FILES.log), lines),
    create: (config, data, provenance, labels, startOf) =>
      store.create(config, data, provenance, labels, startOf),
    updateLabels: (id, change) => store.updateLabels(id, change),
    updateTags: (id, add, remove) =>
      store.updateLabels(id, ({ tags }) => ({
        tags: [...tags.filter((tag) => !remove.includes(tag)), ...add],
      })),
    setStatus: async (id, status) => {
      const lock = await store.lock(id, { wait: true })
      try {
        // Another process may have brought it to its end meanwhile.
        if (!ENDS.includes((await store.read(id)).record.status)) await store.updateRecord(id, { status })
      } finally {
        await lock.release()
      }
    },
    reconcile: async (ids) => void (await store.reconcile(ids)),
    remove: async (id) => ({ trashName: (await store.remove(id)).name }),
    restore: async (trashName) => ({ id: await store.restore(trashName) }),
    listTrash: async () =>
      Promise.all((await store.listTrash()).map((run) => describeTrashed(libraryDir, run))),
    emptyTrash: () => store.emptyTrash(),
    exportTo: async (id, outFile) => void (await exportRun(libraryDir, id, outFile)),
    importFrom: (file) => importRun(libraryDir, file),
  }
}

async function readShown(store: RunStore, id: string): Promise<ListedRun> {
  try {
    return await store.read(id)
  } catch (error) {
    const isDamaged =
      error instanceof StoreError && error.code !== 'run-not-found' && !(error instanceof RunLockedError)
    if (!isDamaged) throw error
    return { id, problem: { code: error.code, message: error.message } }
  }
}

async function readLogEnd(path: string, lines: number): Promise<string> {
  return explained(path, async () => {
    const size = await stat(path).then(
      (entry) => entry.size,
      (error: unknown) => (isMissing(error) ? 0 : Promise.reject(error)),
    )
    if (size === 0) return ''
    const handle = await open(path, 'r')
    try {
      const length = Math.min(size, LOG_BYTES)
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - length)
      const text = buffer.toString('utf8', 0, bytesRead)
      const all = text.trimEnd().split('\n')
      // The first line of a part of the file is cut.
      return (length < size ? all.slice(1) : all).slice(-lines).join('\n')
    } finally {
      await handle.close()
    }
  })
}

async function describeTrashed(libraryDir: string, { name: trashName, id, removedAt }: TrashedRun) {
  const name = await readJson(join(libraryDir, 'trash', trashName, RUN_FILES.labels)).then(
    (json) => (json === undefined ? '' : parseRunLabels(json).name),
    // A run whose labels are damaged can still be restored.
    () => '',
  )
  return { trashName, id, removedAt, name }
}
