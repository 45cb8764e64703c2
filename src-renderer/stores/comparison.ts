import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { RunRow } from '../../src-main/contract/runContract.ts'
import { useRuns } from './runs.ts'
import { useSelection } from './selection.ts'

/** How the chosen runs are compared; kept while people look at other screens. */
export const useComparison = defineStore('comparison', () => {
  const runs = useRuns()
  const selection = useSelection()
  const hidden = shallowRef<ReadonlySet<string>>(new Set())
  /** Key of what differences are counted from; '' for none. */
  const baselineKey = ref('')
  const allSettings = ref(false)
  const axis = ref<'epoch' | 'seconds'>('epoch')
  /** Weight of the past in the moving average of the curves. */
  const smoothing = ref(0)

  const rows = computed(() =>
    selection.ids.map((id) => runs.rows.get(id)).filter((row): row is RunRow => row !== undefined),
  )
  const visibleRows = computed(() => rows.value.filter(({ id }) => !hidden.value.has(id)))

  function toggle(id: string): void {
    const next = new Set(hidden.value)
    if (!next.delete(id)) next.add(id)
    hidden.value = next
  }

  function add(id: string): void {
    selection.choose([...selection.ids, id])
  }

  function remove(id: string): void {
    selection.choose(selection.ids.filter((other) => other !== id))
    if (hidden.value.has(id)) toggle(id)
  }

  return {
    ...{ hidden, baselineKey, allSettings, axis, smoothing, rows, visibleRows },
    ...{ toggle, add, remove },
  }
})
