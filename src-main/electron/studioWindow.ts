import { BrowserWindow, nativeTheme, screen } from 'electron'
import log from 'electron-log/node'
import { EVENT_CHANNEL } from '../contract/bridge.ts'
import type { AppEvent } from '../contract/contract.ts'
import { bundledFile } from '../node/bundledFiles.ts'
import { APP_ORIGIN } from './appScheme.ts'
import type { WindowStateStore } from './stores.ts'
import { placeWindow, SMALLEST_SIZE } from './windowPlacement.ts'

/** A page that crashes more often than this is not reloaded again by itself. */
const RELOADS = { atMost: 3, within: 60_000 }
/** What a page cannot ask for when it loads, so that it is kept until it listens. */
const KEPT: readonly AppEvent['name'][] = ['app:open-source', 'app:notice']
/** Colours of the page before it has loaded: --surface-0 of the two themes. */
const BACKGROUND = { dark: '#15181c', light: '#f6f7f8' }

/** The one window: where it was last, over pages that are reloaded when they crash. */
export class StudioWindow {
  readonly window: BrowserWindow
  private crashes: number[] = []
  private ready = false
  private loaded = false
  private readonly unsent: AppEvent[] = []

  constructor(private readonly states: WindowStateStore) {
    const saved = states.get()
    const areas = [screen.getPrimaryDisplay(), ...screen.getAllDisplays()].map(({ workArea }) => workArea)
    this.window = new BrowserWindow({
      ...placeWindow(saved?.bounds, areas),
      minWidth: SMALLEST_SIZE.width,
      minHeight: SMALLEST_SIZE.height,
      show: false,
      backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
      icon: bundledFile('resources/icons/icon.png'),
      webPreferences: {
        preload: bundledFile('out/electron/preload.cjs'),
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
      },
    })
    if (saved?.maximized) this.window.maximize()
    this.window.once('ready-to-show', () => {
      this.ready = true
      this.show()
    })
    for (const event of ['resized', 'moved', 'maximize', 'unmaximize', 'close'] as const)
      this.window.on(event as 'resized', () => this.remember())
    const { webContents } = this.window
    webContents.on('did-finish-load', () => this.sendHeld())
    webContents.on('render-process-gone', (_, { reason }) => this.onCrash(reason))
    void this.window
      .loadURL(`${APP_ORIGIN}/`)
      .catch((error) => log.error('The window cannot be loaded.', error))
  }

  /** What happens before the page listens is told when it does. */
  send(event: AppEvent): void {
    if (this.loaded) this.window.webContents.send(EVENT_CHANNEL, event)
    else if (KEPT.includes(event.name)) this.unsent.push(event)
  }

  /** Does nothing before there is something to see: then it shows itself. */
  show(): void {
    if (!this.ready) return
    if (this.window.isMinimized()) this.window.restore()
    this.window.show()
    this.window.focus()
  }

  private sendHeld(): void {
    this.loaded = true
    for (const event of this.unsent.splice(0)) this.send(event)
  }

  private remember(): void {
    const bounds = this.window.getNormalBounds()
    this.states.set({ bounds, maximized: this.window.isMaximized() })
  }

  /** Training is in other processes and goes on; a page asks for everything anew when it loads. */
  private onCrash(reason: string): void {
    this.loaded = false
    log.error(`The window's process is gone: ${reason}.`)
    const now = Date.now()
    this.crashes = [...this.crashes.filter((time) => now - time < RELOADS.within), now]
    if (reason !== 'clean-exit' && this.crashes.length <= RELOADS.atMost) this.window.webContents.reload()
  }
}
