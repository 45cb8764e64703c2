import { computed } from 'vue'
import { useRuns } from '../../../stores/runs.ts'
import { parseQuery } from '../query/runQuery.ts'
import { groupedLines, plainLines } from './seedGroups.ts'
import { useTableState } from './tableState.ts'
import { useSortedTable } from './useSortedTable.ts'

/** The runs of the library as lines of the table: filtered by the query, sorted, folded by seeds. */
export function useRunLines() {
  const runs = useRuns()
  const state = useTableState()
  const query = computed(() => parseQuery(state.query))
  const eligible = computed(() => {
    const withArchived = state.showArchived || query.value.wantsArchived
    return withArchived ? runs.list : runs.list.filter(({ archived }) => !archived)
  })
  const filtered = computed(() => eligible.value.filter(query.value.matches))
  const { table, sorted, columns } = useSortedTable(filtered)
  const lines = computed(() =>
    state.groupSeeds
      ? groupedLines(sorted.value, (key) => state.openGroups.has(key))
      : plainLines(sorted.value),
  )
  return { table, columns, query, eligible, sorted, lines }
}

export type RunLines = ReturnType<typeof useRunLines>
