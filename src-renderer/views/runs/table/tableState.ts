import type { SortingState } from '@tanstack/vue-table'
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'

/** How the runs table is looked at: outlives the screen, so that coming back finds it as it was left. */
export const useTableState = defineStore('runsTable', () => {
  const query = ref('')
  const showArchived = ref(false)
  const groupSeeds = ref(false)
  const openGroups = shallowRef<ReadonlySet<string>>(new Set())
  const sorting = shallowRef<SortingState>([])
  /** Key of the line that the keyboard is at. */
  const currentKey = ref<string>()
  /** Pixels scrolled from the top. */
  const scrollTop = ref(0)

  function toggleGroup(key: string): void {
    const next = new Set(openGroups.value)
    if (!next.delete(key)) next.add(key)
    openGroups.value = next
  }

  return {
    ...{ query, showArchived, groupSeeds, openGroups, sorting, currentKey, scrollTop },
    toggleGroup,
  }
})
