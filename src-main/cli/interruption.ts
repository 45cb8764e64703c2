import { EXIT } from './exitCodes.ts'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * While `action` is under way, the first signal calls `stop` instead of ending the process; a second one calls `kill`
 * and ends it at once.
 */
export async function interruptible<T>(
  action: () => Promise<T>,
  { stop, kill }: { stop(): void; kill(): void },
): Promise<T> {
  let asked = false
  const onSignal = (signal: NodeJS.Signals) => {
    if (!asked) {
      asked = true
      return stop()
    }
    // A closing terminal may hang up twice, by its shell and by the system: that is one wish, not two.
    if (signal === 'SIGHUP') return
    kill()
    process.exit(EXIT.interrupted)
  }
  for (const signal of SIGNALS) process.on(signal, onSignal)
  try {
    return await action()
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal)
  }
}
