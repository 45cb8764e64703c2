import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { BrowserContext, Frame, Page, Route } from '@playwright/test'

const START = fileURLToPath(new URL('./standIn/start.js', import.meta.url))
const MAIN = fileURLToPath(new URL('../../out/electron/main.js', import.meta.url))

/** Chromium knows no app:// of ours: the pages come from a secure address that nothing else answers. */
const ALIAS = 'https://ncf.app.invalid'
const ORIGIN = 'app://ncf'
const toAlias = (url: string) => url.replace(/^app:\/\/ncf(?=\/|$)/, ALIAS)
const fromAlias = (url: string) => (url.startsWith(ALIAS) ? `${ORIGIN}${url.slice(ALIAS.length)}` : url)

/** Milliseconds to wait for a call to the desktop. */
const PATIENCE = 30_000

/** What the program did to the desktop. */
export interface Told {
  call: string
  args: unknown[]
}

type Message =
  | ({ kind: 'told' } & Told)
  | { kind: 'question'; id: number; call: string; args: unknown[] }
  | { kind: 'answer'; id: number; value?: unknown; error?: string }

interface SchemeResponse {
  status: number
  headers: Record<string, string>
  body: Buffer
}

export interface StandInOptions {
  library: string
  /** Folder of the user's own data. */
  userData: string
  /** Command line after the program's own. */
  args?: readonly string[]
  /** Whether another one runs already. */
  isSecond?: boolean
}

/**
 * A stand-in for Electron: the built main process runs in plain Node on a stand-in for the module `electron`, its page
 * with the built preload in the test's Chromium. It shows that the two fit together, not that Electron itself works.
 */
export class StandInElectron {
  readonly told: Told[] = []
  /** Answers of the desktop's dialogs; a dialog without one fails the program. */
  readonly dialogs: Record<string, (options: unknown) => unknown> = {}
  /** Where the page wanted to go and was not let. */
  readonly blocked: string[] = []
  readonly exited: Promise<number | null>
  page: Page | undefined
  private readonly child: ChildProcess
  private stderr = ''
  private lastId = 0
  private readonly waiting = new Map<number, (answer: { value?: unknown; error?: string }) => void>()

  private constructor(
    private readonly context: BrowserContext,
    { library, userData, args = [], isSecond = false }: StandInOptions,
  ) {
    if (!existsSync(MAIN)) throw new Error(`${MAIN} is missing: run "npm run build" first.`)
    const env = {
      ...process.env,
      NCF_LIBRARY: library,
      STAND_IN_USER_DATA: userData,
      STAND_IN_IS_SECOND: isSecond ? '1' : '',
    }
    this.child = fork(START, args, {
      env,
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    })
    this.child.stderr?.on('data', (text: Buffer) => (this.stderr += text.toString()))
    this.child.on('message', (message: Message) => this.receive(message))
    this.exited = once(this.child, 'exit').then(([code]) => code as number | null)
  }

  /** Starts the program and waits for its page. */
  static async launch(context: BrowserContext, options: StandInOptions): Promise<StandInElectron> {
    await mkdir(options.userData, { recursive: true })
    const standIn = new StandInElectron(context, options)
    const loaded = standIn.waitFor('page.loaded')
    await Promise.race([loaded, standIn.exited.then((code) => standIn.failed(code))])
    return standIn
  }

  /** Starts the program without waiting for a page. */
  static async start(context: BrowserContext, options: StandInOptions): Promise<StandInElectron> {
    await mkdir(options.userData, { recursive: true })
    return new StandInElectron(context, options)
  }

  /** Asks the stand-in: chooses a menu item, emits an event, closes the window. */
  ask<T>(call: string, argument?: unknown): Promise<T> {
    const id = ++this.lastId
    return new Promise((resolve, reject) => {
      this.waiting.set(id, ({ value, error }) =>
        error === undefined ? resolve(value as T) : reject(new Error(error)),
      )
      this.child.send({ kind: 'question', id, call, argument }, (error) => {
        if (error) reject(error)
      })
    })
  }

  /** Says where a file or folder lies that will be dropped: Chromium does not tell the page. */
  async placeDropped(name: string, path: string): Promise<void> {
    const attribute = `data-path-of-${name}`
    await this.page!.evaluate(
      ([key, value]) => document.documentElement.setAttribute(key, value),
      [attribute, path],
    )
  }

  /** What was done to the desktop by one call, the latest last. */
  toldBy(call: string): unknown[][] {
    return this.told.filter((told) => told.call === call).map(({ args }) => args)
  }

  /** The arguments of a call to the desktop, once it has been made. */
  async waitFor(call: string, patience = PATIENCE): Promise<unknown[]> {
    const until = Date.now() + patience
    while (Date.now() < until) {
      const found = this.toldBy(call).at(-1)
      if (found) return found
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    const others = [...new Set(this.told.map((told) => told.call))].join(', ')
    throw new Error(`The program did not call ${call}; it called ${others}.`)
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal)
  }

  /** Ends it, whatever it is doing. */
  async dispose(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    this.child.kill('SIGKILL')
    await this.exited
  }

  private failed(code: number | null): never {
    throw new Error(`The main process ended with ${code}: ${this.stderr}`)
  }

  private receive(message: Message): void {
    if (message.kind === 'answer') {
      this.waiting.get(message.id)?.(message)
      this.waiting.delete(message.id)
    } else if (message.kind === 'told') {
      this.told.push({ call: message.call, args: message.args })
      if (message.call.startsWith('page.'))
        void this.onPageCall(message.call, message.args).catch(() => undefined)
    } else {
      void this.reply(message.id, message.call, message.args)
    }
  }

  private async reply(id: number, call: string, args: unknown[]): Promise<void> {
    let answer: { value?: unknown; error?: string }
    try {
      answer = { value: await this.answerOf(call, args) }
    } catch (error) {
      answer = { error: String(error) }
    }
    if (this.child.connected) this.child.send({ kind: 'answer', id, ...answer }, () => undefined)
  }

  private async answerOf(call: string, [argument]: unknown[]): Promise<unknown> {
    if (call === 'page.open')
      return this.openPage(argument as { width: number; height: number; preload: string })
    if (call === 'page.load') return void (await this.page!.goto(toAlias(String(argument))))
    const dialog = this.dialogs[call]
    if (!dialog) throw new Error(`The test has no answer to ${call}.`)
    this.told.push({ call, args: [argument] })
    return dialog(argument)
  }

  private async onPageCall(call: string, args: unknown[]): Promise<void> {
    const { page } = this
    if (!page || page.isClosed()) return
    if (call === 'page.close') await page.close()
    if (call === 'page.reload') await page.reload()
    if (call === 'page.send') await page.evaluate(dispatchToPreload, args as [string, unknown[]])
  }

  private async openPage(options: { width: number; height: number; preload: string }): Promise<void> {
    const page = await this.context.newPage()
    this.page = page
    await page.setViewportSize({ width: options.width, height: options.height })
    // A main process that has ended serves nothing.
    await page.route('**/*', (route) => this.serve(route).catch(() => route.abort().catch(() => undefined)))
    await page.exposeBinding('__standInInvoke', ({ frame }, channel: string, args: unknown[]) =>
      this.invoke(frame, channel, args),
    )
    await page.addInitScript({
      content: `(${preloadHost})((require, module, exports, process) => {\n${options.preload}\n})`,
    })
    page.on('popup', (popup) => void this.onPopup(popup))
    page.on('load', () => void this.onLoad().catch(() => undefined))
  }

  private async serve(route: Route): Promise<void> {
    const request = route.request()
    const url = fromAlias(request.url())
    const isPage = request.isNavigationRequest() && request.frame() === this.page!.mainFrame()
    if (isPage && !url.startsWith(`${ORIGIN}/`)) {
      if (!(await this.ask<boolean>('navigate', url))) this.blocked.push(url)
      return route.abort('aborted')
    }
    if (!url.startsWith('app:')) return route.abort('blockedbyclient')
    const response = await this.ask<SchemeResponse>('scheme', { url, method: request.method() })
    await route.fulfill({ ...response, body: Buffer.from(response.body) })
  }

  private async invoke(frame: Frame, channel: string, args: unknown[]): Promise<unknown> {
    const isMain = frame === this.page!.mainFrame()
    try {
      return {
        value: await this.ask('invoke', { channel, args, frame: { isMain, url: fromAlias(frame.url()) } }),
      }
    } catch (error) {
      return { error: `Error invoking remote method '${channel}': ${String(error)}` }
    }
  }

  private async onLoad(): Promise<void> {
    await this.ask('loaded')
    this.told.push({ call: 'page.loaded', args: [] })
  }

  private async onPopup(popup: Page): Promise<void> {
    const url = popup.url()
    if (!(await this.ask<boolean>('open', url))) {
      this.blocked.push(url)
      await popup.close()
    }
  }
}

type PreloadWindow = Window & {
  __standInInvoke?: (channel: string, args: unknown[]) => Promise<{ value?: unknown; error?: string }>
  __standInDispatch?: (channel: string, args: unknown[]) => void
}

function dispatchToPreload([channel, args]: [string, unknown[]]): void {
  ;(window as PreloadWindow).__standInDispatch?.(channel, args)
}

/** Runs in the page, before its scripts: gives the built preload what a sandboxed one may require, and nothing more. */
function preloadHost(
  preload: (require: (name: string) => unknown, module: object, exports: object, process: object) => void,
): void {
  // Without nodeIntegrationInSubFrames, frames within the page get no preload.
  if (window.self !== window.top) return
  const page = window as PreloadWindow
  const invoke = page.__standInInvoke!
  type Listener = (event: object, ...args: unknown[]) => void
  const listeners = new Map<string, Listener[]>()
  page.__standInDispatch = (channel, args) => {
    for (const listener of listeners.get(channel) ?? []) listener({}, ...args)
  }
  const ipcRenderer = {
    invoke: async (channel: string, ...args: unknown[]) => {
      const reply = await invoke(channel, structuredClone(args))
      if (reply.error !== undefined) throw new Error(reply.error)
      return reply.value
    },
    on: (channel: string, listener: Listener) =>
      void listeners.set(channel, [...(listeners.get(channel) ?? []), listener]),
    off: (channel: string, listener: Listener) =>
      void listeners.set(
        channel,
        (listeners.get(channel) ?? []).filter((other) => other !== listener),
      ),
  }
  const webUtils = {
    // Electron knows the path behind a File; here placeDropped() has said it.
    getPathForFile: (file: File) => document.documentElement.getAttribute(`data-path-of-${file.name}`) ?? '',
  }
  const contextBridge = {
    exposeInMainWorld: (name: string, api: Record<string, unknown>) =>
      Object.defineProperty(window, name, { value: Object.freeze(api), enumerable: true }),
  }
  const require = (name: string) => {
    if (name === 'electron') return { contextBridge, ipcRenderer, webUtils }
    throw new Error(`module not found: ${name}`)
  }
  const exports = {}
  preload(require, { exports }, exports, {
    platform: 'linux',
    versions: {},
    sandboxed: true,
    contextIsolated: true,
  })
}
