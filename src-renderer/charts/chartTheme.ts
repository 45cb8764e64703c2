import { onScopeDispose, shallowRef, type ShallowRef } from 'vue'

/** What a canvas needs of the design tokens, which it cannot read by itself. */
export interface ChartTheme {
  font: string
  /** Pixels. */
  fontSize: number
  text: string
  mutedText: string
  surface: string
  hairline: string
  outline: string
  accent: string
  accentSoft: string
  /** The colour behind the name of a CSS variable. */
  colour(variable: string): string
}

/** The tokens as they stand. Throws Error for a colour that is no token. */
export function readTheme(): ChartTheme {
  const style = getComputedStyle(document.documentElement)
  const token = (name: string) => style.getPropertyValue(name).trim()
  const colour = (variable: string) => {
    const value = token(variable)
    if (value === '') throw new Error(`There is no design token ${variable}; see styles/tokens.css.`)
    return value
  }
  return {
    // ECharts writes it into an attribute of an SVG between double quotes, and does not escape those within.
    font: token('--font').replaceAll('"', "'") || 'sans-serif',
    fontSize: Number.parseFloat(token('--size-s')) || 12,
    text: colour('--text-1'),
    mutedText: colour('--text-2'),
    surface: colour('--surface-1'),
    hairline: colour('--hairline'),
    outline: colour('--outline'),
    accent: colour('--accent'),
    accentSoft: colour('--accent-soft'),
    colour,
  }
}

/** The tokens, read again whenever the theme of the document changes. */
export function useChartTheme(): Readonly<ShallowRef<ChartTheme>> {
  const theme = shallowRef(readTheme())
  const observer = new MutationObserver(() => (theme.value = readTheme()))
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
  onScopeDispose(() => observer.disconnect())
  return theme
}
