import { watchDebounced } from '@vueuse/core'
import { onScopeDispose, shallowRef, watch, type Ref } from 'vue'
import type { RunCurves, RunRow } from '../../../src-main/contract/runContract.ts'
import { client, connectionState } from '../../client/client.ts'
import { emptyCurves, withEpoch } from '../runs/inspector/epochColumns.ts'
import { epochsDone } from '../runs/runFacts.ts'

/** Milliseconds between redraws: four a second, however many runs train. */
const REDRAW = 250
/** Milliseconds for epochs to arrive by event before they are asked for. */
const SETTLE = 80
/** Runs that one request may name. */
const MOST_IDS = 200

/** The curves of runs, kept up to date while they train, here or elsewhere. */
export function useComparedCurves(rows: Ref<readonly RunRow[]>) {
  const latest = new Map<string, RunCurves>()
  const curves = shallowRef<ReadonlyMap<string, RunCurves>>(new Map())
  const failure = shallowRef('')
  let timer: ReturnType<typeof setTimeout> | undefined

  function publish(): void {
    clearTimeout(timer)
    timer = undefined
    curves.value = new Map(latest)
  }

  async function ask(ids: readonly string[]): Promise<void> {
    try {
      const found = await client.request('run:curves', { ids: [...ids] })
      for (const id of ids) latest.set(id, found.find((one) => one.id === id) ?? emptyCurves(id))
      failure.value = ''
    } catch (error) {
      failure.value = error instanceof Error ? error.message : String(error)
    }
    publish()
  }

  /** Runs whose curves are not there, or end before what the run has done. */
  function behind(): string[] {
    const late = rows.value.filter((row) => (latest.get(row.id)?.epoch.at(-1) ?? -1) !== epochsDone(row))
    return late.filter((row) => !latest.has(row.id) || epochsDone(row) > 0).map(({ id }) => id)
  }

  async function update(): Promise<void> {
    const ids = behind()
    for (let i = 0; i < ids.length; i += MOST_IDS) await ask(ids.slice(i, i + MOST_IDS))
  }

  const stop = client.on('run:epoch', ({ runId, record }) => {
    const before = latest.get(runId)
    const selection = rows.value.find(({ id }) => id === runId)?.config?.selection
    if (!before || !selection) return
    const longer = withEpoch(before, record, selection)
    if (longer) latest.set(runId, longer)
    else if (record.epoch !== before.epoch.at(-1)) void ask([runId])
    timer ??= setTimeout(publish, REDRAW)
  })
  onScopeDispose(() => {
    stop()
    clearTimeout(timer)
  })

  const standing = () => rows.value.map((row) => `${row.id} ${epochsDone(row)}`).join()
  watchDebounced(standing, update, { debounce: SETTLE, immediate: true })
  // Epochs may have gone by unheard while the connection was lost.
  watch(connectionState, (state) => {
    if (state === 'open') void update()
  })
  return { curves, failure }
}
