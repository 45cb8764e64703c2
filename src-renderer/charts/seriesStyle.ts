/** How a run is drawn: by colour and, for people who cannot tell colours, by line style and symbol. */
export interface SeriesStyle {
  /** Name of a CSS variable, such as '--run-1'. */
  colour: string
  dash: 'solid' | 'dashed' | 'dotted' | 'dashdot'
}

type Dash = SeriesStyle['dash']

const PIXELS: Record<Dash, readonly number[]> = {
  solid: [],
  dashed: [7, 4],
  dotted: [2, 3],
  dashdot: [8, 3, 2, 3],
}

/** Lengths of dashes and gaps in pixels; none for a solid line. */
export function dashPixels(dash: Dash): readonly number[] {
  return PIXELS[dash]
}

/** The same as ECharts takes it. */
export function lineType(dash: Dash): 'solid' | number[] {
  return dash === 'solid' ? 'solid' : [...PIXELS[dash]]
}

const SYMBOLS = { solid: 'circle', dashed: 'rect', dotted: 'triangle', dashdot: 'diamond' } as const

export function symbolOf(dash: Dash): (typeof SYMBOLS)[Dash] {
  return SYMBOLS[dash]
}
