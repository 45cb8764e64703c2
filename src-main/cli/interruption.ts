import { EXIT } from './exitCodes.ts'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Why an action is to stop: somebody says so, or nobody reads its output any more. */
export type StopReason = 'signal' | 'reader gone'

interface Stopping {
  /** Asks the action to end in order. */
  stop(reason: StopReason): void
  /** Ends it at once. */
  kill(): void
}

/** What a reader that goes away means: the end, unless an action says otherwise. */
let onReaderGone = (): void => process.exit(EXIT.done)

/**
 * A reader that has seen enough (`ncf runs list | head`) is no failure and ends the program. An interruptible action
 * is stopped first, and the exit code is that of its end.
 */
export function endWithReader(): void {
  let isGone = false
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && !isGone) throw error
      isGone = true
      onReaderGone()
    })
  }
}

/**
 * While `action` is under way, the first signal, or a reader that goes away, calls `stop` instead of ending the
 * process; a (second) signal after that calls `kill` and ends it at once.
 */
export async function interruptible<T>(action: () => Promise<T>, { stop, kill }: Stopping): Promise<T> {
  let asked = false
  const onSignal = (signal: NodeJS.Signals) => {
    if (!asked) {
      asked = true
      return stop('signal')
    }
    // A closing terminal may hang up twice, by its shell and by the system: that is one wish, not two.
    if (signal === 'SIGHUP') return
    kill()
    process.exit(EXIT.interrupted)
  }
  const endProgram = onReaderGone
  onReaderGone = () => {
    // What is still to be written is not read either, but must not cut the orderly end short.
    onReaderGone = () => {}
    if (asked) return
    asked = true
    stop('reader gone')
  }
  const whileRunning = onReaderGone
  for (const signal of SIGNALS) process.on(signal, onSignal)
  try {
    return await action()
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal)
    if (onReaderGone === whileRunning) onReaderGone = endProgram
  }
}
