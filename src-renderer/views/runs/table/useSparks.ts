import { shallowRef, triggerRef, watch, type Ref } from 'vue'
import { watchDebounced } from '@vueuse/core'
import type { RunCurves, RunRow } from '../../../../src-main/contract/runContract.ts'
import { client, connectionState } from '../../../client/client.ts'
import { epochsDone } from '../runFacts.ts'
import { thinned } from './sparkValues.ts'

/** Milliseconds that the visible rows must stay the same before their curves are asked for. */
const SETTLE = 120
/** Runs in one request. */
const BATCH = 40

interface Spark {
  epochs: number
  values: readonly number[]
}

/** HR@10 over epochs for the rows in view, asked for once and again when epochs were added. */
export function useSparks(visible: Ref<readonly RunRow[]>) {
  const sparks = shallowRef(new Map<string, Spark>())
  const asked = new Map<string, number>()

  function store({ id, hr10 }: RunCurves): void {
    sparks.value.set(id, { epochs: asked.get(id) ?? 0, values: thinned(hr10) })
  }

  async function ask(rows: readonly RunRow[]): Promise<void> {
    for (const row of rows) asked.set(row.id, epochsDone(row))
    try {
      const curves = await client.request('run:curves', { ids: rows.map(({ id }) => id) })
      curves.forEach(store)
      triggerRef(sparks)
    } catch {
      // A row without its small picture is no reason for a message; the next change of the row asks again.
      for (const { id } of rows) asked.delete(id)
    }
  }

  async function refresh(): Promise<void> {
    const stale = visible.value.filter((row) => epochsDone(row) > 0 && asked.get(row.id) !== epochsDone(row))
    for (let i = 0; i < stale.length; i += BATCH) await ask(stale.slice(i, i + BATCH))
  }

  watchDebounced(visible, refresh, { debounce: SETTLE, maxWait: 4 * SETTLE, immediate: true })
  watch(connectionState, (state) => {
    if (state === 'open') void refresh()
  })
  return sparks
}
