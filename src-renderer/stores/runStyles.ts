import { defineStore } from 'pinia'

export type Dash = 'solid' | 'dashed' | 'dotted' | 'dashdot'

/** How a run is drawn: a colour of the tokens and, as a second code for people who cannot tell colours, a line style. */
export interface RunStyle {
  /** Name of a CSS variable. */
  colour: string
  dash: Dash
}

const COLOUR_COUNT = 8
const DASHES: readonly Dash[] = ['solid', 'dashed', 'dotted', 'dashdot']

/** One style for each run, the same on every screen: given when it is first drawn and kept while the window lives. */
export const useRunStyles = defineStore('runStyles', () => {
  const given = new Map<string, RunStyle>()

  function styleOf(id: string): RunStyle {
    const known = given.get(id)
    if (known) return known
    const place = given.size
    const style: RunStyle = {
      colour: `--run-${(place % COLOUR_COUNT) + 1}`,
      dash: DASHES[Math.floor(place / COLOUR_COUNT + (place % COLOUR_COUNT)) % DASHES.length],
    }
    given.set(id, style)
    return style
  }

  return { styleOf }
})
