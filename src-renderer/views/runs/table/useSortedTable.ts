import {
  columnResizingFeature,
  columnSizingFeature,
  columnVisibilityFeature,
  createSortedRowModel,
  rowSortingFeature,
  tableFeatures,
  useTable,
  type Row,
  type Updater,
} from '@tanstack/vue-table'
import { computed, type Ref } from 'vue'
import type { RunRow } from '../../../../src-main/contract/runContract.ts'
import { useTableLayout } from '../../../stores/tableLayout.ts'
import { orderedColumns } from './columnOrder.ts'
import { FIXED_COLUMNS, RUN_COLUMNS, type RunColumn } from './runColumns.ts'
import { useTableState } from './tableState.ts'

const features = tableFeatures({
  rowSortingFeature,
  columnSizingFeature,
  columnResizingFeature,
  columnVisibilityFeature,
  sortedRowModel: createSortedRowModel(),
})

type TableRow = Row<typeof features, RunRow>

/** Numbers by size, texts as people order them: run 2 before run 10. Values that are missing come last, either way. */
const collator = new Intl.Collator('en', { numeric: true })

function compare(a: TableRow, b: TableRow, column: string): number {
  const [x, y] = [a.getValue<string | number>(column), b.getValue<string | number>(column)]
  return typeof x === 'number' && typeof y === 'number' ? x - y : collator.compare(String(x), String(y))
}

const definitions = RUN_COLUMNS.map((column) => ({
  id: column.id,
  accessorFn: column.value,
  header: column.title,
  size: column.width,
  minSize: column.id === 'starred' ? 32 : 44,
  maxSize: 600,
  sortFn: compare,
  sortUndefined: 'last' as const,
  // The first click on a metric asks for the best runs, on any other column for the order of its values.
  sortDescFirst: /hr10|ndcg10|curve|created/i.test(column.id),
  enableHiding: !FIXED_COLUMNS.includes(column.id),
}))

function resolve<T>(updater: Updater<T>, old: T): T {
  return updater instanceof Function ? updater(old) : updater
}

/** Order, widths and visible columns of the runs table. */
export function useSortedTable(data: Ref<readonly RunRow[]>) {
  const layout = useTableLayout()
  const state = useTableState()
  const columnVisibility = computed(() =>
    Object.fromEntries(layout.hidden.map((id) => [id, FIXED_COLUMNS.includes(id)])),
  )
  const table = useTable({
    features,
    columns: definitions,
    data,
    getRowId: (run: RunRow) => run.id,
    columnResizeMode: 'onChange',
    state: computed(() => ({
      sorting: state.sorting,
      columnSizing: { ...layout.widths },
      columnVisibility: columnVisibility.value,
    })),
    onSortingChange: (updater) => (state.sorting = resolve(updater, state.sorting)),
    onColumnSizingChange: (updater) => layout.setWidths(resolve(updater, { ...layout.widths })),
    onColumnVisibilityChange: (updater) => {
      const visibility = resolve(updater, columnVisibility.value)
      const hidden = Object.keys(visibility).filter((id) => !visibility[id])
      void layout.hide(hidden)
    },
  })
  const sorted = computed(() => table.getRowModel().rows.map((row) => row.original))
  const columns = computed<RunColumn[]>(() => {
    const visible = table.getVisibleLeafColumns().map(({ id }) => id)
    const shown = orderedColumns(layout.order).filter((id) => visible.includes(id))
    return shown.map((id) => RUN_COLUMNS.find((column) => column.id === id)!)
  })
  return { table, sorted, columns }
}

export type SortedTable = ReturnType<typeof useSortedTable>['table']
