import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { useRuns } from './runs.ts'

/** The runs that people have chosen: for actions, for comparison, for the inspector. */
export const useSelection = defineStore('selection', () => {
  const runs = useRuns()
  const chosen = shallowRef<readonly string[]>([])
  /** The one the inspector shows. */
  const focused = shallowRef<string>()
  /** Chosen runs that still exist. */
  const ids = computed(() => chosen.value.filter((id) => runs.rows.has(id)))
  const focusedRow = computed(() => (focused.value === undefined ? undefined : runs.rows.get(focused.value)))

  function choose(newIds: readonly string[]): void {
    chosen.value = [...new Set(newIds)]
  }

  function toggle(id: string): void {
    choose(chosen.value.includes(id) ? chosen.value.filter((other) => other !== id) : [...chosen.value, id])
  }

  function focus(id: string | undefined): void {
    focused.value = id
  }

  /** What an action applies to: the chosen runs, or the one in the inspector. */
  const targets = computed(() => {
    if (ids.value.length > 0) return ids.value
    return focusedRow.value ? [focusedRow.value.id] : []
  })

  return { ids, focused, focusedRow, targets, choose, toggle, focus }
})
