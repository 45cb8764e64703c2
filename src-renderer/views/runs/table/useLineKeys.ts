import { computed, ref, watch, type Ref } from 'vue'
import { useSelection } from '../../../stores/selection.ts'
import { runsOf, type TableLine } from './seedGroups.ts'
import { useTableState } from './tableState.ts'

/** What the keyboard and the mouse do with the lines of the table. */
export function useLineKeys(
  lines: Ref<readonly TableLine[]>,
  view: { pageSize(): number; reveal(index: number): void; enter(): void },
) {
  const state = useTableState()
  const selection = useSelection()
  /** Where an extended selection begins. */
  const anchor = ref<string>()
  let lastIndex = 0
  const index = computed(() => lines.value.findIndex(({ key }) => key === state.currentKey))
  const current = computed(() => (index.value === -1 ? undefined : lines.value[index.value]))
  const idsOf = (line: TableLine | undefined) => (line ? runsOf(line).map(({ id }) => id) : [])

  function goTo(line: TableLine | undefined): void {
    if (!line) return
    state.currentKey = line.key
    selection.focus(runsOf(line)[0].id)
  }

  function moveTo(target: number): void {
    if (lines.value.length === 0) return
    const inside = Math.min(lines.value.length - 1, Math.max(0, target))
    goTo(lines.value[inside])
    view.reveal(inside)
  }

  /** Chooses every line between the anchor and the current one. */
  function extend(): void {
    const from = lines.value.findIndex(({ key }) => key === anchor.value)
    const [low, high] = [Math.min(from, index.value), Math.max(from, index.value)]
    selection.choose(lines.value.slice(Math.max(0, low), high + 1).flatMap(idsOf))
  }

  function move(target: number, extending: boolean): void {
    if (extending) anchor.value ??= state.currentKey
    else anchor.value = undefined
    moveTo(target)
    if (extending) extend()
  }

  function toggle(line: TableLine | undefined): void {
    const ids = idsOf(line)
    const all = ids.every((id) => selection.ids.includes(id))
    selection.choose(all ? selection.ids.filter((id) => !ids.includes(id)) : [...selection.ids, ...ids])
    anchor.value = line?.key
  }

  function fold(open: boolean): boolean {
    const line = current.value
    if (line?.kind !== 'group' || line.open === open) return false
    state.toggleGroup(line.key)
    return true
  }

  function click(line: TableLine, event: MouseEvent): void {
    const before = state.currentKey
    goTo(line)
    if (event.shiftKey) {
      anchor.value ??= before ?? line.key
      extend()
    } else {
      if (event.ctrlKey || event.metaKey) toggle(line)
      anchor.value = line.key
    }
  }

  const actions: Record<string, (event: KeyboardEvent) => unknown> = {
    ArrowDown: ({ shiftKey }) => move(index.value + 1, shiftKey),
    ArrowUp: ({ shiftKey }) => move(index.value === -1 ? 0 : index.value - 1, shiftKey),
    PageDown: ({ shiftKey }) => move(index.value + view.pageSize(), shiftKey),
    PageUp: ({ shiftKey }) => move(index.value - view.pageSize(), shiftKey),
    Home: ({ shiftKey }) => move(0, shiftKey),
    End: ({ shiftKey }) => move(lines.value.length - 1, shiftKey),
    ArrowRight: () => fold(true),
    ArrowLeft: () => fold(false),
    ' ': () => toggle(current.value),
    Enter: () => current.value && view.enter(),
    Escape: () => selection.choose([]),
  }

  function press(event: KeyboardEvent): void {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'a') {
      event.preventDefault()
      return selection.choose(lines.value.flatMap(idsOf))
    }
    const action = Object.hasOwn(actions, event.key) ? actions[event.key] : undefined
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return
    // Left and right scroll the table where there is nothing to fold.
    if (action(event) !== false) event.preventDefault()
  }

  /** A run that was focused elsewhere (palette, another screen, a new run) becomes the current line. */
  function follow(focused: string): void {
    if (idsOf(current.value)[0] === focused) return
    const at = lines.value.findIndex((line) => line.kind === 'run' && line.key === focused)
    if (at === -1) return
    state.currentKey = focused
    view.reveal(at)
  }

  // After a removal, the line that has moved up is the current one.
  watch(
    [() => selection.focusedRow?.id, lines],
    ([focused]) => {
      if (focused !== undefined) follow(focused)
      else goTo(lines.value[Math.min(Math.max(0, lastIndex), lines.value.length - 1)])
    },
    { immediate: true },
  )
  watch(index, (now) => {
    if (now !== -1) lastIndex = now
  })

  return { index, current, press, click, toggle, moveTo }
}
