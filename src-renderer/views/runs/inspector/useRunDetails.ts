import { onScopeDispose, shallowRef, watch, type Ref } from 'vue'
import { useIntervalFn, watchDebounced } from '@vueuse/core'
import type { RunDetails } from '../../../../src-main/contract/runContract.ts'
import { useRuns } from '../../../stores/runs.ts'

/** Milliseconds that the focus must rest on a run before its details are asked for. */
const SETTLE = 120
/** Milliseconds between readings of a log that grows. */
const LOG_INTERVAL = 2000

/** Provenance, published rows and log of a run, refreshed when the run changes and, while it trains, now and then. */
export function useRunDetails(runId: Ref<string>) {
  const runs = useRuns()
  const details = shallowRef<RunDetails>()
  const failure = shallowRef('')
  let ended = false
  onScopeDispose(() => (ended = true))

  async function load(): Promise<void> {
    const id = runId.value
    try {
      const found = await runs.details(id)
      if (ended || id !== runId.value) return
      details.value = found
      failure.value = ''
    } catch (error) {
      if (ended || id !== runId.value) return
      failure.value = error instanceof Error ? error.message : String(error)
    }
  }

  watch(runId, () => {
    details.value = undefined
    failure.value = ''
  })
  watchDebounced([runId, () => runs.row(runId.value)], load, {
    debounce: SETTLE,
    maxWait: 1000,
    immediate: true,
  })
  useIntervalFn(() => {
    if (runs.row(runId.value)?.state === 'running') void load()
  }, LOG_INTERVAL)

  return { details, failure, load }
}
