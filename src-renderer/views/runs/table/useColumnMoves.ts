import { ref, type Ref } from 'vue'
import { useTableLayout } from '../../../stores/tableLayout.ts'
import { isMovable, movedBefore, movedBy, orderedColumns } from './columnOrder.ts'
import type { RunColumn } from './runColumns.ts'

/** Moves columns of the runs table, with the mouse by dragging a heading, with keys step by step. */
export function useColumnMoves(columns: Ref<readonly RunColumn[]>) {
  const layout = useTableLayout()
  /** Id of the column that is dragged. */
  const dragged = ref<string>()
  /** Place among the columns that it would come to stand at; their number stands for the end. */
  const target = ref<number>()

  function arrange(order: readonly string[]): void {
    if (order.join() !== orderedColumns(layout.order).join()) void layout.arrange(order)
  }

  function step(id: string, by: -1 | 1): void {
    const shown = columns.value.map((column) => column.id)
    arrange(movedBy(orderedColumns(layout.order), shown, id, by))
  }

  function begin(event: DragEvent, id: string): void {
    dragged.value = id
    event.dataTransfer!.effectAllowed = 'move'
    event.dataTransfer!.setData('text/plain', id)
  }

  /** The left half of a heading means before it, the right half behind it. */
  function over(event: DragEvent, at: number): void {
    // A file that is dragged over the heading is the window's.
    if (dragged.value === undefined) return
    const { left, width } = (event.currentTarget as HTMLElement).getBoundingClientRect()
    const place = event.clientX > left + width / 2 ? at + 1 : at
    const next = columns.value[place]
    if (next && !isMovable(next.id)) return
    event.preventDefault()
    target.value = place
  }

  function drop(event: DragEvent): void {
    if (dragged.value === undefined || target.value === undefined) return
    event.preventDefault()
    const next = columns.value[target.value]?.id
    arrange(movedBefore(orderedColumns(layout.order), dragged.value, next))
    end()
  }

  function end(): void {
    dragged.value = undefined
    target.value = undefined
  }

  return { dragged, target, step, begin, over, drop, end }
}
