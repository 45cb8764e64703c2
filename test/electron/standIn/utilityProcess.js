import { fork } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { fileURLToPath } from 'node:url'
import { requireReady } from './lifecycle.js'
import { strict } from './strict.js'
import { tell } from './testChannel.js'

const parentPort = fileURLToPath(new URL('./parentPort.js', import.meta.url))

export const utilityProcess = strict('utilityProcess', {
  fork(script, args, { stdio }) {
    requireReady('utilityProcess.fork() is called')
    const child = fork(script, args, {
      execArgv: ['--import', parentPort],
      serialization: 'advanced',
      stdio: [...stdio, 'ipc'],
    })
    const members = Object.assign(new EventEmitter(), {
      pid: child.pid,
      stderr: child.stderr,
      // A message to a process that is gone is lost without a word.
      postMessage: (message) => void (child.connected && child.send(structuredClone(message))),
      kill: () => child.kill(),
    })
    child.on('message', (message) => members.emit('message', message))
    child.on('exit', (code) => members.emit('exit', code ?? 1))
    tell('utilityProcess.fork', child.pid)
    return strict('UtilityProcess', members)
  },
})
