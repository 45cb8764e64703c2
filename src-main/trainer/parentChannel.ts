import type { Reply } from './messages.ts'

/** What Electron's utilityProcess gives its child; plain Node's fork gives `process.send` instead. */
interface ParentPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): void
}

const { parentPort } = process as NodeJS.Process & { parentPort?: ParentPort }

/** Resolves when the message is on its way: whoever ends the process waits for that. A parent that is gone gets none. */
export function sendToParent(reply: Reply): Promise<void> {
  if (parentPort) {
    parentPort.postMessage(reply)
    return Promise.resolve()
  }
  if (!process.connected) return Promise.resolve()
  return new Promise((resolve) => process.send!(reply, undefined, undefined, () => resolve()))
}

export function onRequest(listener: (message: unknown) => void): void {
  if (parentPort) parentPort.on('message', ({ data }) => listener(data))
  else process.on('message', listener)
}

/** Electron ends a utility process with its parent; elsewhere the channel closes. */
export function onOrphaned(listener: () => void): void {
  process.on('disconnect', listener)
}
