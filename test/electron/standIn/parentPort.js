/** Loaded into a process before its own script: gives it what Electron's utility process has instead of process.send. */
import { EventEmitter } from 'node:events'

const send = process.send.bind(process)
const parentPort = Object.assign(new EventEmitter(), { postMessage: (message) => void send(message) })
process.on('message', (data) => parentPort.emit('message', { data, ports: [] }))
// Electron ends a utility process with its main process.
process.on('disconnect', () => process.exit(1))
Object.defineProperty(process, 'parentPort', { value: parentPort })
Object.defineProperty(process, 'send', { value: undefined })
