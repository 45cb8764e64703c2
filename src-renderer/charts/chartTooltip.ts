import { dashPixels, type SeriesStyle } from './seriesStyle.ts'

export interface TooltipRow {
  name: string
  value: string
  /** Without one, no line stands before the name. */
  style?: SeriesStyle
}

const SVG = 'http://www.w3.org/2000/svg'
const MOST_ROWS = 12

function element(tag: string, className: string, text = ''): HTMLElement {
  const created = document.createElement(tag)
  created.className = className
  created.textContent = text
  return created
}

function swatch({ colour, dash }: SeriesStyle): SVGElement {
  const svg = document.createElementNS(SVG, 'svg')
  svg.setAttribute('width', '22')
  svg.setAttribute('height', '8')
  const line = document.createElementNS(SVG, 'line')
  const attributes = { x1: 0, x2: 22, y1: 4, y2: 4, 'stroke-width': 2, stroke: 'currentcolor' }
  for (const [name, value] of Object.entries(attributes)) line.setAttribute(name, String(value))
  line.setAttribute('stroke-dasharray', dashPixels(dash).join(' '))
  svg.style.color = `var(${colour})`
  svg.append(line)
  return svg
}

/**
 * The content of a tooltip as elements, not as HTML: names come from people, and a strict content security policy
 * forbids the style attributes that ECharts writes into its own.
 */
export function tooltipElement(title: string, rows: readonly TooltipRow[]): HTMLElement {
  const root = element('div', 'chart-tooltip')
  root.append(element('div', 'chart-tooltip-title', title))
  for (const { name, value, style } of rows.slice(0, MOST_ROWS)) {
    const row = element('div', 'chart-tooltip-row')
    if (style) row.append(swatch(style))
    row.append(element('span', 'chart-tooltip-name', name), element('span', 'chart-tooltip-value', value))
    root.append(row)
  }
  const hidden = rows.length - MOST_ROWS
  if (hidden > 0) root.append(element('div', 'chart-tooltip-title', `and ${hidden} more`))
  return root
}
