import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { RunRow } from '../../src-main/contract/runContract.ts'
import { useRuns } from './runs.ts'
import { useSelection } from './selection.ts'

/** Which number of a run an axis of the scatter plot shows; see RUN_NUMBERS of the Compare screen. */
export interface ScatterAxis {
  id: string
  log: boolean
}

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
  /** Whether curves of runs that differ in their seed alone are drawn as their mean with a band. */
  const groupSeeds = ref(false)

  const scatterX = shallowRef<ScatterAxis>({ id: 'trainSeconds', log: true })
  const scatterY = shallowRef<ScatterAxis>({ id: 'hr10', log: false })
  const pickedIds = shallowRef<readonly string[]>([])

  const rows = computed(() =>
    selection.ids.map((id) => runs.rows.get(id)).filter((row): row is RunRow => row !== undefined),
  )
  const visibleRows = computed(() => rows.value.filter(({ id }) => !hidden.value.has(id)))

  /** Runs inside a brush of a chart; none while nothing is brushed. */
  const picked = computed(() => {
    const visible = new Set(visibleRows.value.map(({ id }) => id))
    return pickedIds.value.filter((id) => visible.has(id))
  })

  function pick(ids: readonly string[]): void {
    pickedIds.value = ids
  }

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
    ...{ hidden, baselineKey, allSettings, axis, smoothing, groupSeeds, scatterX, scatterY },
    ...{ rows, visibleRows, picked, pick, toggle, add, remove },
  }
})
