import { defineStore } from 'pinia'
import { computed, shallowRef, triggerRef } from 'vue'
import type { QueueEntry, RunDetails, RunProgress, RunRow } from '../../src-main/contract/runContract.ts'
import { client } from '../client/client.ts'
import { useNotices } from './notices.ts'

/** Milliseconds between redraws for what runs report: four a second. */
const REDRAW = 250

/** Calls at most once every REDRAW milliseconds, the last time included. */
function paced(action: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  return () => {
    timer ??= setTimeout(() => {
      timer = undefined
      action()
    }, REDRAW)
  }
}

/** The runs of the library, their progress and the queue, live. */
export const useRuns = defineStore('runs', () => {
  const rows = shallowRef(new Map<string, RunRow>())
  const progress = shallowRef(new Map<string, RunProgress>())
  /** How far the ranking of all items of a run has come, while it lasts. */
  const ranking = shallowRef(new Map<string, { users: number; of: number }>())
  /** Finished runs that are being measured again because somebody asked for it. */
  const measuring = shallowRef(new Set<string>())
  const queue = shallowRef<QueueEntry[]>([])
  const loaded = shallowRef(false)
  /** Runs that were under way when a program ended before this window was opened, in the order of its queue. */
  const leftAtStart = shallowRef<readonly string[]>([])
  const list = computed(() => [...rows.value.values()].sort((a, b) => (a.id < b.id ? 1 : -1)))
  const active = computed(() =>
    queue.value.filter(({ state }) => state !== 'waiting' && state !== 'paused').map(({ runId }) => runId),
  )
  const redrawRows = paced(() => triggerRef(rows))
  const redrawProgress = paced(() => {
    triggerRef(progress)
    triggerRef(ranking)
  })

  async function load(): Promise<void> {
    const [newRows, newQueue, left] = await Promise.all([
      client.request('run:list'),
      client.request('queue:list'),
      client.request('queue:left'),
    ])
    rows.value = new Map(newRows.map((row) => [row.id, row]))
    queue.value = newQueue
    if (!loaded.value) {
      // A terminal keeps no queue: what it has left interrupted follows, the oldest first.
      const interrupted = newRows.filter(({ state }) => state === 'interrupted').map(({ id }) => id)
      leftAtStart.value = [...new Set([...left, ...interrupted.sort()])]
    }
    loaded.value = true
  }

  /** Shows rows that an answer brought, without waiting for their events. */
  function put(changed: readonly RunRow[]): void {
    for (const row of changed) rows.value.set(row.id, row)
    triggerRef(rows)
  }

  function row(id: string): RunRow | undefined {
    return rows.value.get(id)
  }

  function details(id: string): Promise<RunDetails> {
    return client.request('run:show', { id })
  }

  /** Moves runs to the trash; can be undone. */
  async function remove(ids: readonly string[]): Promise<void> {
    const { attempt, didUndoable } = useNotices()
    const removed = await attempt(() => client.request('run:remove', { ids: [...ids] }))
    if (!removed) return
    for (const { id } of removed) rows.value.delete(id)
    triggerRef(rows)
    const what = removed.length === 1 ? '1 run' : `${removed.length} runs`
    didUndoable(`Moved ${what} to the trash`, async () => {
      put(await client.request('run:restore', { trashNames: removed.map(({ trashName }) => trashName) }))
    })
  }

  async function label(
    ids: readonly string[],
    change: Partial<Pick<RunRow, 'name' | 'notes' | 'starred' | 'archived' | 'tags'>>,
  ): Promise<void> {
    const changed = await useNotices().attempt(() => client.request('run:label', { ids: [...ids], change }))
    if (changed) put(changed)
  }

  async function tag(ids: readonly string[], change: { add?: string[]; remove?: string[] }): Promise<void> {
    const changed = await useNotices().attempt(() => client.request('run:tag', { ids: [...ids], ...change }))
    if (changed) put(changed)
  }

  const stop = (ids: readonly string[]) =>
    useNotices().attempt(() => client.request('run:stop', { ids: [...ids] }))
  const pause = (id: string) => useNotices().attempt(() => client.request('run:pause', { id }))
  const resume = (ids: readonly string[]) =>
    useNotices().attempt(() => client.request('run:resume', { ids: [...ids] }))

  /** Brings runs back in their order; one that cannot go on is told of and keeps none of the others from it. */
  async function resumeEach(ids: readonly string[]): Promise<void> {
    for (const id of ids) await resume([id])
  }

  async function repeat(id: string): Promise<RunRow | undefined> {
    const created = await useNotices().attempt(() => client.request('run:repeat', { id }))
    if (created) put([created])
    return created
  }

  /** Trains a run's configuration from seeds that it was not trained from yet. */
  async function repeatSeeds(id: string, count: number): Promise<void> {
    const created = await useNotices().attempt(() => client.request('run:repeat-seeds', { id, count }))
    if (!created) return
    put(created)
    useNotices().tell('info', created.length === 1 ? 'Queued 1 run.' : `Queued ${created.length} runs.`)
  }

  /** Ranks all items for every user by a run's best weights, without training. */
  async function rank(id: string): Promise<RunDetails | undefined> {
    measuring.value.add(id)
    triggerRef(measuring)
    const found = await useNotices().attempt(() => client.request('run:rank', { id, full: true }))
    measuring.value.delete(id)
    ranking.value.delete(id)
    triggerRef(measuring)
    if (found) put([found.row])
    return found
  }

  async function moveInQueue(id: string, position: number): Promise<void> {
    const entries = await useNotices().attempt(() => client.request('queue:move', { id, position }))
    if (entries) queue.value = entries
  }

  client.on('run:changed', (changed) => {
    rows.value.set(changed.id, changed)
    if (changed.state !== 'running') progress.value.delete(changed.id)
    if (changed.state !== 'running' && !measuring.value.has(changed.id)) ranking.value.delete(changed.id)
    redrawRows()
  })
  client.on('run:removed', ({ id }) => {
    rows.value.delete(id)
    redrawRows()
  })
  client.on('run:progress', (report) => {
    progress.value.set(report.runId, report)
    ranking.value.delete(report.runId)
    redrawProgress()
  })
  client.on('run:ranking', ({ runId, users, of }) => {
    ranking.value.set(runId, { users, of })
    redrawProgress()
  })
  client.on('queue:changed', (entries) => {
    queue.value = entries
    const back = new Set(entries.map(({ runId }) => runId))
    if (leftAtStart.value.some((id) => back.has(id)))
      leftAtStart.value = leftAtStart.value.filter((id) => !back.has(id))
  })

  return {
    ...{ rows, progress, ranking, measuring, queue, loaded, leftAtStart, list, active },
    ...{
      load,
      put,
      row,
      details,
      remove,
      label,
      tag,
      stop,
      pause,
      resume,
      resumeEach,
      repeat,
      repeatSeeds,
      rank,
      moveInQueue,
    },
  }
})
