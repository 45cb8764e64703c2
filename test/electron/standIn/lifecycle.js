import { EventEmitter } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { strict } from './strict.js'
import { answer, tell } from './testChannel.js'

const userData = process.env.STAND_IN_USER_DATA

export const state = { isReady: false, isSandboxed: false, isQuitting: false, windows: new Set() }

/** Throws what Electron throws, or would crash on, when something comes too early or too late. */
export function requireReady(what, ready = true) {
  if (state.isReady !== ready) throw new Error(`${what} ${ready ? 'before' : 'after'} the app is ready`)
}

/** An event that can be refused. */
export function preventable(extra = {}) {
  return {
    ...extra,
    defaultPrevented: false,
    preventDefault() {
      this.defaultPrevented = true
    },
  }
}

let becomeReady
const ready = new Promise((resolve) => (becomeReady = resolve))

class App extends EventEmitter {
  isPackaged = false
  whenReady = () => ready
  setName = (name) => tell('app.setName', name)
  setAppUserModelId = () => {}
  getVersion = () => '0.0.0'
  addRecentDocument = (path) => tell('app.addRecentDocument', path)

  getPath(name) {
    const paths = { userData, logs: join(userData, 'logs'), downloads: join(userData, 'downloads') }
    if (!(name in paths)) throw new Error(`The stand-in does not know app.getPath('${name}').`)
    mkdirSync(paths[name], { recursive: true })
    return paths[name]
  }

  enableSandbox() {
    requireReady('app.enableSandbox() is called', false)
    state.isSandboxed = true
  }

  requestSingleInstanceLock() {
    return process.env.STAND_IN_IS_SECOND !== '1'
  }

  quit() {
    const event = preventable()
    app.emit('before-quit', event)
    if (event.defaultPrevented) return
    state.isQuitting = true
    for (const window of state.windows) window.close()
    state.isQuitting = state.windows.size === 0
    if (state.isQuitting) app.exit(0)
  }

  exit(code) {
    tell('app.exit', code)
    // What was told is on its way before the process is gone.
    setImmediate(() => process.exit(code))
  }
}

export const app = strict('app', new App())

/** Electron becomes ready only after the main module has been evaluated. */
export function makeReady() {
  state.isReady = true
  becomeReady()
  app.emit('ready')
}

export function onWindowClosed(window) {
  state.windows.delete(window)
  if (state.windows.size > 0 || state.isQuitting) return
  if (!app.emit('window-all-closed')) app.quit()
}

export const powerMonitor = strict('powerMonitor', new EventEmitter())

const emitters = { app, powerMonitor }
answer('emit', ({ target, event, args = [] }) => void emitters[target].emit(event, preventable(), ...args))
