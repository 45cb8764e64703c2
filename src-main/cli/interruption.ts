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
  const onSignal = () => {
    if (asked) {
      kill()
      process.exit(EXIT.interrupted)
    }
    asked = true
    stop()
  }
  for (const signal of SIGNALS) process.on(signal, onSignal)
  try {
    return await action()
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal)
  }
}
