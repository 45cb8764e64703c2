import { useDebounceFn } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { useApp } from './app.ts'

/** Milliseconds without another change before a width is stored: a drag changes it with every pixel. */
const SETTLE = 300

/** Which columns of the runs table are shown, in which order and how wide: preferences, so that they outlive a start. */
export const useTableLayout = defineStore('tableLayout', () => {
  const app = useApp()
  /** Widths that are not stored yet. */
  const draft = shallowRef<Readonly<Record<string, number>>>()
  const hidden = computed(() => app.settings.hiddenColumns)
  const order = computed(() => app.settings.columnOrder)
  const widths = computed(() => draft.value ?? app.settings.columnWidths)

  const store = useDebounceFn(async () => {
    const stored = draft.value
    if (!stored) return
    await app.change({ columnWidths: { ...stored } })
    // Unless somebody has gone on dragging meanwhile.
    if (draft.value === stored) draft.value = undefined
  }, SETTLE)

  /** Pixels, rounded to whole ones. */
  function setWidths(next: Readonly<Record<string, number>>): void {
    draft.value = Object.fromEntries(
      Object.entries(next).map(([id, width]) => [id, Math.max(1, Math.round(width))]),
    )
    void store()
  }

  const hide = (ids: readonly string[]) => app.change({ hiddenColumns: [...ids] })
  const arrange = (ids: readonly string[]) => app.change({ columnOrder: [...ids] })

  /** Every column, in the first order and with its first width. */
  function reset(): Promise<void> {
    draft.value = undefined
    return app.change({ hiddenColumns: [], columnOrder: [], columnWidths: {} })
  }

  return { hidden, order, widths, setWidths, hide, arrange, reset }
})
