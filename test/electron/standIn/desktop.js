import { EventEmitter } from 'node:events'
import { existsSync } from 'node:fs'
import { requireReady } from './lifecycle.js'
import { strict } from './strict.js'
import { answer, ask, tell } from './testChannel.js'

const MODIFIERS = ['CmdOrCtrl', 'Cmd', 'Ctrl', 'Alt', 'Shift', 'Super']
const ROLES = [
  ...['appMenu', 'editMenu', 'windowMenu', 'help', 'close', 'quit'],
  ...['resetZoom', 'zoomIn', 'zoomOut', 'togglefullscreen'],
]
const KEY = /^([A-Z0-9]|F([1-9]|1\d|2[0-4])|[,./?]|Delete|Enter)$/

/** Electron throws for what it cannot make a menu of. */
function check({ role, accelerator, label, type, submenu }) {
  if (role !== undefined && !ROLES.includes(role))
    throw new Error(`The stand-in does not know the role ${role}.`)
  if (role === undefined && label === undefined && type !== 'separator')
    throw new Error('A menu item has neither label nor role.')
  const keys = accelerator?.split('+') ?? []
  const key = keys.pop()
  if (key !== undefined && !(KEY.test(key) && keys.every((name) => MODIFIERS.includes(name))))
    throw new Error(`"${accelerator}" is no accelerator.`)
  submenu?.forEach(check)
}

function itemsOf(template) {
  return template.flatMap((item) => [item, ...itemsOf(item.submenu ?? [])])
}

let applicationMenu = []
let trayMenu = []

export const Menu = strict('Menu', {
  buildFromTemplate(template) {
    template.forEach(check)
    return template
  },
  setApplicationMenu: (menu) => (applicationMenu = menu),
})

function choose(menu, wanted) {
  const item = itemsOf(menu).find(({ id, label }) => wanted === id || wanted === label)
  if (!item) throw new Error(`No menu has "${wanted}".`)
  item.click(item, undefined, {})
}
answer('menu', (id) => choose(applicationMenu, id))
answer('tray', (label) => choose(trayMenu, label))

export const nativeImage = strict('nativeImage', {
  createFromPath: (path) => ({ isEmpty: () => !existsSync(path) }),
})

export class Tray extends EventEmitter {
  constructor(image) {
    super()
    requireReady('A Tray is made')
    if (image.isEmpty()) throw new Error('Failed to load image')
    tell('tray.new')
  }

  setContextMenu = (menu) => (trayMenu = menu)
  setToolTip = (text) => tell('tray.setToolTip', text)
  destroy = () => tell('tray.destroy')
}

export class Notification extends EventEmitter {
  static isSupported = () => true

  constructor(options) {
    super()
    this.options = options
  }

  show() {
    tell('notification.show', this.options)
    answer('notification', () => this.emit('click'))
  }
}

export const dialog = strict('dialog', {
  showMessageBox: (_window, options) => ask('dialog.showMessageBox', options),
  showOpenDialog: (_window, options) => ask('dialog.showOpenDialog', options),
  showErrorBox: (title, message) => tell('dialog.showErrorBox', title, message),
})

let blockers = 0
export const powerSaveBlocker = strict('powerSaveBlocker', {
  start: (type) => {
    tell('powerSaveBlocker.start', type)
    return ++blockers
  },
  stop: (id) => tell('powerSaveBlocker.stop', id),
})

const display = { workArea: { x: 0, y: 0, width: 1600, height: 1000 } }
export const screen = strict('screen', {
  getPrimaryDisplay: () => display,
  getAllDisplays: () => [display],
})
export const nativeTheme = strict('nativeTheme', { shouldUseDarkColors: false, themeSource: 'system' })
export const shell = strict('shell', { showItemInFolder: (path) => tell('shell.showItemInFolder', path) })
