import { powerSaveBlocker, type BrowserWindow } from 'electron'
import type { Studio } from '../studio/studio.ts'

/** Milliseconds between two looks at the work under way. */
const PERIOD = 1000
/** Takes the bar off the taskbar. */
const NO_BAR = -1
/** A bar that says "busy" while nothing can be said of how far. */
const UNKNOWN = 2

/** A line for tooltips: "2 runs train, 3 wait". */
export function workText({ running, waiting }: ReturnType<Studio['activity']>): string {
  if (running + waiting === 0) return 'Nothing trains'
  const training = running === 1 ? '1 run trains' : `${running} runs train`
  return waiting === 0 ? training : `${training}, ${waiting} ${waiting === 1 ? 'waits' : 'wait'}`
}

/**
 * Shows on the taskbar how far the training is, and keeps the computer from going to sleep over it. The screen may go
 * dark.
 *
 * @returns Ends it.
 */
export function showWork(
  studio: Pick<Studio, 'activity'>,
  window: BrowserWindow,
  onWork: () => void,
): () => void {
  let blocker: number | undefined
  let shown = NO_BAR
  const look = () => {
    const { running, fraction } = studio.activity()
    const bar = running === 0 ? NO_BAR : (fraction ?? UNKNOWN)
    if (bar !== shown && !window.isDestroyed()) window.setProgressBar((shown = bar))
    if (running > 0) blocker ??= powerSaveBlocker.start('prevent-app-suspension')
    else if (blocker !== undefined) {
      powerSaveBlocker.stop(blocker)
      blocker = undefined
    }
    onWork()
  }
  const timer = setInterval(look, PERIOD)
  return () => {
    clearInterval(timer)
    if (blocker !== undefined) powerSaveBlocker.stop(blocker)
  }
}
