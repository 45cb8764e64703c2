import type { InjectionKey } from 'vue'

/** How plots are drawn: on a canvas, unless the application provides 'svg', which needs none. */
export const CHART_RENDERER: InjectionKey<'canvas' | 'svg'> = Symbol('chart renderer')
