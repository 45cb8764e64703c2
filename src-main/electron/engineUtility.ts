import { utilityProcess } from 'electron'
import type { ForkEngine } from '../trainer/trainerClient.ts'

/** Starts the engine process as a utility process: it ends with this one, and needs no second Node. */
export const forkUtility: ForkEngine = (script, args) => {
  const child = utilityProcess.fork(script, [...args], {
    serviceName: 'NCF Studio engine',
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  return {
    get pid() {
      return child.pid
    },
    // To a process that is gone this says nothing; its exit does.
    send: (message) => child.postMessage(message),
    onMessage: (listener) => void child.on('message', listener),
    onStderr: (listener) => void child.stderr?.on('data', (text: Buffer) => listener(text.toString())),
    onError: (listener) =>
      void child.on('error', (kind, location) => listener(new Error(`${kind} at ${location}`))),
    onExit: (listener) => void child.on('exit', (code) => listener(code, null)),
    // kill() of a utility process asks; this must not be refused.
    kill: () => void (child.pid === undefined ? child.kill() : process.kill(child.pid, 'SIGKILL')),
  }
}
