import { onScopeDispose, shallowRef, watch, type Ref } from 'vue'
import { watchDebounced } from '@vueuse/core'
import type { RunCurves } from '../../../../src-main/contract/runContract.ts'
import { client, connectionState } from '../../../client/client.ts'
import { useRuns } from '../../../stores/runs.ts'
import { epochsDone } from '../runFacts.ts'
import { emptyCurves, withEpoch } from './epochColumns.ts'

const SETTLE = 120
/** Milliseconds between redraws while epochs arrive: four a second. */
const REDRAW = 250

/** The epochs of a run as columns, live: epochs that arrive are appended, what was missed is asked for. */
export function useRunCurves(runId: Ref<string>) {
  const runs = useRuns()
  const curves = shallowRef<RunCurves>()
  const failure = shallowRef('')
  /** As new as what has arrived; shown at most every REDRAW milliseconds. */
  let latest: RunCurves | undefined
  let timer: ReturnType<typeof setTimeout> | undefined

  function show(): void {
    timer ??= setTimeout(() => {
      timer = undefined
      if (latest?.id === runId.value) curves.value = latest
    }, REDRAW)
  }

  async function load(): Promise<void> {
    const id = runId.value
    try {
      const [found] = await client.request('run:curves', { ids: [id] })
      if (id !== runId.value) return
      latest = found ?? emptyCurves(id)
      curves.value = latest
      failure.value = ''
    } catch (error) {
      if (id === runId.value) failure.value = error instanceof Error ? error.message : String(error)
    }
  }

  const stop = client.on('run:epoch', ({ runId: id, record }) => {
    if (id !== runId.value || !latest) return
    const longer = withEpoch(latest, record, runs.row(id)?.config?.selection ?? 'paper')
    if (longer) latest = longer
    else if (record.epoch !== latest.epoch.at(-1)) void load()
    show()
  })
  onScopeDispose(() => {
    stop()
    clearTimeout(timer)
  })

  watch(runId, () => {
    // What is shown stays until the new curves are there: a run passed over with the arrow keys costs no drawing.
    latest = undefined
    failure.value = ''
  })
  const done = () => {
    const row = runs.row(runId.value)
    return row ? epochsDone(row) : 0
  }
  // Also epochs that come without an event, such as those of a training in a terminal.
  watchDebounced(
    [runId, done, connectionState],
    () => {
      if (latest?.epoch.at(-1) !== done()) void load()
    },
    { debounce: SETTLE, immediate: true },
  )

  return { curves, failure }
}
