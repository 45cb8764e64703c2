/** Loaded into a process before its own script: gives it what Electron's utility process has instead of process.send. */
import { isMainThread } from 'node:worker_threads'

function becomeUtility() {
  const send = process.send.bind(process)
  const parentPort = {
    postMessage: (message) => void send(message),
    // Node keeps what comes before the first listener, as Electron does.
    on: (event, listener) => void process.on(event, (data) => listener({ data, ports: [] })),
  }
  // Electron ends a utility process with its main process.
  process.on('disconnect', () => process.exit(1))
  Object.defineProperty(process, 'parentPort', { value: parentPort })
  Object.defineProperty(process, 'send', { value: undefined })
}

// The threads of the process load this too, and are none themselves.
if (isMainThread) becomeUtility()
