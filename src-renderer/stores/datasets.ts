import { defineStore } from 'pinia'
import { computed, shallowRef, triggerRef } from 'vue'
import type { DatasetDetails, DatasetEntry } from '../../src-main/contract/datasetContract.ts'
import { client } from '../client/client.ts'
import { useNotices } from './notices.ts'

/** When it was imported; what is damaged cannot say and comes last. */
function importedAt({ id, description }: DatasetEntry): string {
  return description ? `${description.importedAt} ${id}` : `~ ${id}`
}

function byImport(a: DatasetEntry, b: DatasetEntry): number {
  return importedAt(a) < importedAt(b) ? -1 : 1
}

/** The datasets of the library. */
export const useDatasets = defineStore('datasets', () => {
  const entries = shallowRef(new Map<string, DatasetEntry>())
  const detailsById = shallowRef(new Map<string, DatasetDetails>())
  const loaded = shallowRef(false)
  /** Why the library could not be read. */
  const problem = shallowRef<string>()
  /** The first import first. */
  const list = computed(() => [...entries.value.values()].sort(byImport))
  const usable = computed(() => list.value.filter(({ description }) => description !== undefined))

  async function load(): Promise<void> {
    problem.value = undefined
    const newEntries = await client.request('dataset:list').catch((error: Error) => {
      problem.value = error.message
      throw error
    })
    entries.value = new Map(newEntries.map((entry) => [entry.id, entry]))
    detailsById.value = new Map()
    loaded.value = true
  }

  function put(entry: DatasetEntry): void {
    entries.value.set(entry.id, entry)
    triggerRef(entries)
  }

  function name(id: string): string {
    return entries.value.get(id)?.description?.name ?? id
  }

  /** Distributions and the popularity baseline of a dataset, computed once. */
  async function details(id: string): Promise<DatasetDetails> {
    const known = detailsById.value.get(id)
    if (known) return known
    const found = await client.request('dataset:show', { id })
    detailsById.value.set(id, found)
    triggerRef(detailsById)
    return found
  }

  async function rename(id: string, newName: string): Promise<void> {
    const entry = await useNotices().attempt(() => client.request('dataset:rename', { id, name: newName }))
    if (entry) put(entry)
  }

  /** Moves a dataset to the trash; can be undone. */
  async function remove(id: string): Promise<void> {
    const { attempt, didUndoable } = useNotices()
    const title = `Moved the dataset ${name(id)} to the trash`
    const removed = await attempt(() => client.request('dataset:remove', { id }))
    if (!removed) return
    forget(id)
    didUndoable(title, async () => put(await client.request('dataset:restore', removed)))
  }

  function forget(id: string): void {
    entries.value.delete(id)
    detailsById.value.delete(id)
    triggerRef(entries)
    triggerRef(detailsById)
  }

  client.on('dataset:changed', (entry) => {
    detailsById.value.delete(entry.id)
    triggerRef(detailsById)
    put(entry)
  })
  client.on('dataset:removed', ({ id }) => forget(id))

  return {
    ...{ entries, detailsById, loaded, problem, list, usable },
    ...{ load, put, name, details, rename, remove },
  }
})
