import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import { app, onWindowClosed, preventable, requireReady, state } from './lifecycle.js'
import { strict } from './strict.js'
import { answer, ask, tell } from './testChannel.js'

/** Handlers of ipcMain and protocol, by channel and scheme. */
const handlers = new Map()
const schemes = new Map()

export const ipcMain = strict(
  'ipcMain',
  Object.assign(new EventEmitter(), {
    handle(channel, handler) {
      if (handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`)
      handlers.set(channel, handler)
    },
  }),
)

export const protocol = strict('protocol', {
  registerSchemesAsPrivileged: () => requireReady('protocol.registerSchemesAsPrivileged() is called', false),
  handle(scheme, handler) {
    requireReady('protocol.handle() is called')
    schemes.set(scheme, handler)
  },
})

const defaultSession = strict(
  'session.defaultSession',
  Object.assign(new EventEmitter(), {
    setPermissionRequestHandler: (handler) => (permissions.request = handler),
    setPermissionCheckHandler: (handler) => (permissions.check = handler),
  }),
)
const permissions = {}
export const session = strict('session', { defaultSession })

class WebContents extends EventEmitter {
  mainFrame = { url: 'about:blank' }
  getURL = () => this.mainFrame.url
  setWindowOpenHandler = (handler) => (this.openHandler = handler)
  send = (channel, ...args) => tell('page.send', channel, structuredClone(args))
  reload = () => tell('page.reload')
  openHandler = undefined
}

export class BrowserWindow extends EventEmitter {
  static getAllWindows = () => [...state.windows]

  constructor(options) {
    super()
    requireReady('A BrowserWindow is made')
    const { preload, sandbox, contextIsolation, nodeIntegration } = options.webPreferences
    if (!state.isSandboxed || sandbox === false || contextIsolation === false || nodeIntegration)
      throw new Error('The stand-in has only sandboxed, isolated pages.')
    const { x, y, width, height } = options
    this.bounds = { x, y, width, height }
    this.isShown = options.show !== false
    this.webContents = strict('webContents', new WebContents())
    state.windows.add(this)
    app.emit('web-contents-created', {}, this.webContents)
    tell('window.new', this.bounds)
    this.opened = ask('page.open', { width, height, preload: readFileSync(preload, 'utf8') })
  }

  async loadURL(url) {
    await this.opened
    this.webContents.mainFrame.url = url
    await ask('page.load', url)
    this.emit('ready-to-show')
  }

  isDestroyed = () => !state.windows.has(this)
  isMinimized = () => false
  isMaximized = () => false
  isFocused = () => this.isShown
  maximize = () => tell('window.maximize')
  getNormalBounds = () => this.bounds
  setProgressBar = (fraction) => tell('window.setProgressBar', fraction)
  focus = () => tell('window.focus')
  restore = () => tell('window.restore')

  show() {
    this.isShown = true
    tell('window.show')
  }

  hide() {
    this.isShown = false
    tell('window.hide')
  }

  close() {
    const event = preventable()
    this.emit('close', event)
    if (event.defaultPrevented) return
    onWindowClosed(this)
    tell('page.close')
    this.emit('closed')
  }
}

const window = () => [...state.windows][0]

answer('scheme', async ({ url, method }) => {
  const handler = schemes.get(new URL(url).protocol.slice(0, -1))
  if (!handler) throw new Error(`No handler for ${url}.`)
  const response = await handler(new Request(url, { method }))
  const body = Buffer.from(await response.arrayBuffer())
  return { status: response.status, headers: Object.fromEntries(response.headers), body }
})

answer('invoke', async ({ channel, args, frame }) => {
  const handler = handlers.get(channel)
  if (!handler) throw new Error(`No handler registered for '${channel}'`)
  const { webContents } = window()
  const senderFrame = frame.isMain
    ? Object.assign(webContents.mainFrame, { url: frame.url })
    : { url: frame.url }
  const event = { sender: webContents, senderFrame }
  return structuredClone(await handler(event, ...args))
})

/** Whether a page may go where it wants to. */
answer('navigate', (url) => {
  const event = preventable({ url })
  window().webContents.emit('will-navigate', event)
  return !event.defaultPrevented
})
answer('open', (url) => window().webContents.openHandler({ url }).action === 'allow')
answer('permission', ({ permission, origin }) => permissions.check(window().webContents, permission, origin))
answer('download', (fileName) => {
  let chosen
  const item = strict('DownloadItem', {
    getFilename: () => fileName,
    setSaveDialogOptions: (options) => (chosen = options),
  })
  defaultSession.emit('will-download', {}, item, window().webContents)
  return chosen
})
answer('loaded', () => void window().webContents.emit('did-finish-load'))
answer(
  'crash',
  (reason) => void window().webContents.emit('render-process-gone', {}, { reason, exitCode: 1 }),
)
answer('close', () => window().close())
answer('move', (bounds) => {
  window().bounds = bounds
  window().emit('moved')
})
