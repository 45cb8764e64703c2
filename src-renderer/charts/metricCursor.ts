import { computed, shallowRef, type Ref } from 'vue'
import type { EChartsType } from './echarts.ts'
import type { MetricLine } from './metricSeries.ts'

interface Zoom {
  start?: number
  end?: number
  startValue?: number
  endValue?: number
}

/** How much of the axis + and - leave or add on each side, as a share of what is shown. */
const ZOOM_STEP = 0.2

/**
 * Zoom and crosshair of a metric chart, with the mouse and with the keyboard: arrows, Home and End move the
 * crosshair, + and - zoom, 0 and a double click reset, Escape leaves.
 *
 * @param moved Called with the x under the crosshair, null when it is gone.
 */
export function useMetricCursor(lines: Ref<readonly MetricLine[]>, moved: (x: number | null) => void) {
  const window = shallowRef<readonly [number, number]>()
  const places = computed(() => [...new Set(lines.value.flatMap(({ x }) => x))].sort((a, b) => a - b))
  let chart: EChartsType | undefined
  let position: number | null = null

  function move(x: number | null): void {
    if (x === position) return
    position = x
    moved(x)
  }

  function zoom(): Zoom {
    const { dataZoom } = chart!.getOption() as { dataZoom?: Zoom[] }
    return dataZoom?.[0] ?? {}
  }

  function zoomed(): void {
    const { start = 0, end = 100, startValue, endValue } = zoom()
    const whole = start <= 0 && end >= 100
    window.value =
      whole || startValue === undefined || endValue === undefined ? undefined : [startValue, endValue]
  }

  /** Listens to a chart; the one before it, if any, is gone. */
  function follow(next: EChartsType): void {
    chart = next
    window.value = undefined
    chart.on('datazoom', zoomed)
    chart.on('updateAxisPointer', (event) => {
      const { axesInfo } = event as { axesInfo?: { value?: unknown }[] }
      const value = axesInfo?.[0]?.value
      if (typeof value === 'number') move(value)
    })
    chart.on('globalout', () => move(null))
    chart.getZr().on('dblclick', reset)
  }

  function reset(): void {
    if (chart && !chart.isDisposed()) chart.dispatchAction({ type: 'dataZoom', start: 0, end: 100 })
    window.value = undefined
  }

  function leave(): void {
    chart?.dispatchAction({ type: 'hideTip' })
    move(null)
  }

  function show(x: number): void {
    const [left, top] = chart!.convertToPixel({ xAxisIndex: 0, yAxisIndex: 0 }, [x, 0]) ?? []
    if (!Number.isFinite(left)) return
    chart!.dispatchAction({ type: 'showTip', x: left, y: middle(top) })
    move(x)
  }

  function middle(top: number): number {
    const height = chart!.getHeight()
    return Math.min(Math.max(top, height * 0.3), height * 0.6)
  }

  function step(by: number): void {
    const all = places.value
    const at = position === null ? -1 : all.findIndex((x) => x >= position!)
    const next = position === null ? (by > 0 ? 0 : all.length - 1) : at + by
    if (all.length > 0) show(all[Math.min(all.length - 1, Math.max(0, next))])
  }

  function jump(index: 0 | -1): void {
    const x = places.value.at(index)
    if (x !== undefined) show(x)
  }

  function zoomBy(share: number): void {
    const { start = 0, end = 100 } = zoom()
    const by = (end - start) * share
    chart!.dispatchAction({ type: 'dataZoom', start: Math.max(0, start + by), end: Math.min(100, end - by) })
  }

  const keys: Record<string, () => void> = {
    ArrowRight: () => step(1),
    ArrowLeft: () => step(-1),
    Home: () => jump(0),
    End: () => jump(-1),
    '+': () => zoomBy(ZOOM_STEP),
    '-': () => zoomBy(-ZOOM_STEP),
    '0': reset,
    Escape: leave,
  }

  function press(event: KeyboardEvent): void {
    const { ctrlKey, altKey, metaKey, key } = event
    if (!chart || ctrlKey || altKey || metaKey || !Object.hasOwn(keys, key)) return
    event.preventDefault()
    keys[key]()
  }

  return { window, follow, reset, press }
}
