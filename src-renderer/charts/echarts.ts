import type { EChartsOption } from 'echarts'
import { BarChart, CustomChart, LineChart, ParallelChart, ScatterChart } from 'echarts/charts'
import type { CustomSeriesOption, LineSeriesOption, ScatterSeriesOption } from 'echarts/charts'
import {
  BrushComponent,
  DataZoomInsideComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  MarkPointComponent,
  ParallelComponent,
  TitleComponent,
  ToolboxComponent,
  TooltipComponent,
} from 'echarts/components'
import { connect, init, use, type EChartsType } from 'echarts/core'
import { LabelLayout } from 'echarts/features'
import { CanvasRenderer, SVGRenderer } from 'echarts/renderers'

use([BarChart, CustomChart, LineChart, ParallelChart, ScatterChart])
use([DataZoomInsideComponent, GridComponent, LegendComponent, MarkLineComponent, MarkPointComponent])
use([ParallelComponent, TitleComponent, TooltipComponent, LabelLayout, CanvasRenderer, SVGRenderer])
// Brushing insists on a toolbox, which stays hidden.
use([BrushComponent, ToolboxComponent])

/** What a chart is drawn from; of the whole of ECharts only its types. */
export type ChartOption = EChartsOption

export { connect, init, type EChartsType }
export type { CustomSeriesOption, LineSeriesOption, ScatterSeriesOption }

/** Pixels. */
export interface PlotSize {
  width: number
  height: number
}
