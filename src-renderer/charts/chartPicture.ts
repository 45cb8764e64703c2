import type { ChartTheme } from './chartTheme.ts'
import { init, type ChartOption, type PlotSize } from './echarts.ts'

/** A chart as a picture that stands alone: what the page says around the plot is drawn in. */
export interface Picture {
  title: string
  subtitle?: string
  /** Names of the series in the legend. */
  legend: readonly string[]
  /** The option of the plot at a given size. */
  option: (size: PlotSize) => ChartOption
  theme: ChartTheme
}

/** Pixels; the PNG has twice as many, for print. */
const SIZE: PlotSize = { width: 960, height: 540 }
const PIXEL_RATIO = 2
const MARGIN = 16
const LEGEND_LINE = 20

/** Lines that a legend takes, from how wide its names are on average. */
function legendLines(names: readonly string[], { fontSize }: ChartTheme): number {
  const widths = names.map((name) => name.length * fontSize * 0.55 + 50)
  return Math.ceil(widths.reduce((sum, width) => sum + width, 0) / (SIZE.width - 2 * MARGIN))
}

function headerHeight({ subtitle, legend, theme }: Picture): number {
  return MARGIN + 24 + (subtitle ? 18 : 0) + legendLines(legend, theme) * LEGEND_LINE
}

function shifted<Box extends { top?: number | string }>(box: Box, by: number): Box {
  return { ...box, top: Number(box.top ?? 0) + by }
}

/** The option of the whole picture: title, subtitle and legend above the plot, nothing to hover or to zoom. */
export function pictureOption(picture: Picture): ChartOption {
  const { title, subtitle, legend, theme } = picture
  const top = headerHeight(picture)
  const plot = picture.option({ width: SIZE.width, height: SIZE.height - top })
  return {
    ...plot,
    ...(plot.grid && { grid: shifted(plot.grid as { top?: number }, top) }),
    ...(plot.parallel && { parallel: shifted(plot.parallel as { top?: number }, top) }),
    title: {
      text: title,
      subtext: subtitle,
      left: MARGIN,
      top: MARGIN - 4,
      itemGap: 8,
      textStyle: { color: theme.text, fontFamily: theme.font, fontSize: 15, fontWeight: 600 },
      subtextStyle: { color: theme.mutedText, fontFamily: theme.font, fontSize: theme.fontSize },
    },
    legend: {
      data: [...legend],
      left: MARGIN,
      right: MARGIN,
      top: top - legendLines(legend, theme) * LEGEND_LINE,
      itemWidth: 28,
      textStyle: { color: theme.text, fontFamily: theme.font, fontSize: theme.fontSize },
    },
    tooltip: { show: false },
    dataZoom: [],
    backgroundColor: theme.surface,
  }
}

/** The picture as a file of type image/svg+xml. */
export function svgPicture(picture: Picture): Blob {
  const chart = init(null, null, { renderer: 'svg', ssr: true, ...SIZE })
  try {
    chart.setOption(pictureOption(picture))
    return new Blob([chart.renderToSVGString()], { type: 'image/svg+xml' })
  } finally {
    chart.dispose()
  }
}

/** The picture as a file of type image/png. Rejects where the window gives no canvas. */
export async function pngPicture(picture: Picture): Promise<Blob> {
  const chart = init(document.createElement('div'), null, { renderer: 'canvas', ...SIZE })
  try {
    chart.setOption(pictureOption(picture))
    const canvas = chart.renderToCanvas({ pixelRatio: PIXEL_RATIO, backgroundColor: picture.theme.surface })
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'))
    if (!blob) throw new Error('The chart could not be drawn as PNG; export it as SVG instead.')
    return blob
  } finally {
    chart.dispose()
  }
}
