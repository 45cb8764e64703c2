import { EventEmitter } from 'node:events'
import { fileURLToPath } from 'node:url'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { AppEvent } from '../../src-main/contract/contract.ts'

const area = { x: 0, y: 0, width: 1920, height: 1080 }
const { electron } = vi.hoisted(() => ({ electron: {} as Record<string, unknown> }))
vi.mock('electron', () => ({
  get app() {
    return electron.app
  },
  BrowserWindow: class {
    constructor() {
      return electron.window as object
    }
  },
  dialog: {},
  nativeTheme: { shouldUseDarkColors: true },
  screen: { getPrimaryDisplay: () => ({ workArea: area }), getAllDisplays: () => [] },
}))
vi.mock('electron-log/node', () => ({ default: { error: () => undefined } }))

const { StudioWindow } = await import('../../src-main/electron/studioWindow.ts')
const { OpenedSources } = await import('../../src-main/electron/openedSources.ts')

/** A window whose page loads when the test says so. */
function newWindow() {
  const sent: AppEvent[] = []
  const webContents = Object.assign(new EventEmitter(), {
    send: (_channel: string, event: AppEvent) => sent.push(event),
  })
  const calls = { loadURL: () => Promise.resolve(), show: () => undefined }
  electron.window = Object.assign(new EventEmitter(), { webContents, ...calls })
  const studioWindow = new StudioWindow({ get: () => undefined, set: () => undefined })
  return { studioWindow, sent, load: () => webContents.emit('did-finish-load') }
}

describe('what happens before the page listens', () => {
  it('is told then, when it is something that people should know or have asked for', () => {
    const { studioWindow, sent, load } = newWindow()
    const notice: AppEvent = {
      name: 'app:notice',
      payload: { level: 'warning', message: 'The sample could not be put into the library.' },
    }
    const opened: AppEvent = {
      name: 'app:open-source',
      payload: { source: { kind: 'path', path: '/data' } },
    }
    studioWindow.send(notice)
    studioWindow.send({ name: 'queue:changed', payload: [] })
    studioWindow.send(opened)
    expect(sent).toEqual([])
    load()
    expect(sent).toEqual([notice, opened])
  })
})

describe('what the desktop opens with the program', () => {
  const file = fileURLToPath(import.meta.url)

  beforeEach(() => {
    electron.app = Object.assign(new EventEmitter(), { isPackaged: true })
  })

  it('is heard from the first moment, also before there is a library and a window', () => {
    const app = electron.app as EventEmitter
    const opened = new OpenedSources(['/opt/ncf', file], '/')
    let prevented = 0
    app.emit('open-file', { preventDefault: () => prevented++ }, '/data/ml-1m')
    app.emit('second-instance', {}, ['/opt/ncf'], '/')
    const heard: unknown[] = []
    opened.deliverTo((source) => heard.push(source?.kind === 'path' ? source.path : source))
    expect(prevented).toBe(1)
    expect(heard).toEqual([file, '/data/ml-1m', undefined])
    app.emit('second-instance', {}, ['/opt/ncf', file], '/')
    expect(heard.slice(3)).toEqual([file])
  })
})
