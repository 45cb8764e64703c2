import type { ChartTheme } from './chartTheme.ts'
import type { ChartOption } from './echarts.ts'

/** What every plot has in common: no motion, the font of the page. */
export function plotBase(theme: ChartTheme): ChartOption {
  return {
    animation: false,
    textStyle: { fontFamily: theme.font, fontSize: theme.fontSize, color: theme.text },
  }
}

/** How a tooltip looks; `confine` also keeps ECharts from adding an arrow, which it styles by an attribute. */
export function tooltipBase(theme: ChartTheme) {
  return {
    confine: true,
    transitionDuration: 0,
    backgroundColor: theme.surface,
    borderColor: theme.hairline,
    padding: 8,
    textStyle: { color: theme.text, fontFamily: theme.font, fontSize: theme.fontSize },
  }
}

/** Labels, lines and name of an axis. `place` says where its name stands: 'bottom' of an x axis, 'top' of a y axis. */
export function axisBase(theme: ChartTheme, name: string, place: 'bottom' | 'top') {
  const text = { color: theme.mutedText, fontFamily: theme.font, fontSize: theme.fontSize }
  return {
    name,
    nameTextStyle: place === 'top' ? { ...text, align: 'left' as const, padding: [0, 0, 0, -40] } : text,
    nameLocation: place === 'top' ? ('end' as const) : ('middle' as const),
    nameGap: place === 'top' ? 10 : 26,
    axisLabel: { ...text, hideOverlap: true },
    axisLine: { show: place === 'bottom', lineStyle: { color: theme.outline } },
    axisTick: { show: place === 'bottom', lineStyle: { color: theme.outline } },
    splitLine: { show: place === 'top', lineStyle: { color: theme.hairline } },
  }
}

/** Pixels around a plot with axes, labels included. */
export const PLOT_MARGIN = { left: 52, right: 24, top: 30, bottom: 44 }
