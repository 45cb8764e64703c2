import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import type { AppEvent } from '../../src-main/contract/contract.ts'
import { ContractError } from '../../src-main/contract/contractError.ts'
import { decodeMessage } from '../../src-main/contract/wire.ts'
import { openBrowserShell, type BrowserShell } from '../../src-main/server/browserShell.ts'
import { UPLOAD_LIMITS, Uploads, type UploadLimits } from '../../src-main/server/uploads.ts'

export const PAGE = '<!doctype html><title>page</title>'
export const SECRET = 'a file beside the windows'

/** A folder that is gone after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ncf-server-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** Built windows, with a file beside them that nobody may read. */
async function windowsFolder(): Promise<string> {
  const folder = await temporaryFolder()
  const windows = join(folder, 'renderer')
  await mkdir(join(windows, 'assets'), { recursive: true })
  await writeFile(join(windows, 'index.html'), PAGE)
  await writeFile(join(windows, 'assets', 'index-abc.js'), 'export {}')
  await writeFile(join(folder, 'secret.json'), SECRET)
  await writeFile(join(windows, '.hidden.json'), SECRET)
  return windows
}

/** An application that answers every request with what it was asked, and sends events when told to. */
export class EchoStudio {
  readonly asked: { name: unknown; argument: unknown }[] = []
  private readonly listeners = new Set<(event: AppEvent) => void>()

  dispatch = async (name: unknown, argument: unknown) => {
    this.asked.push({ name, argument })
    return { ok: true as const, value: { name, argument } }
  }

  subscribe = (listener: (event: AppEvent) => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  exportRun = async (id: string, outFile: string) => {
    if (id !== 'run 1') throw new ContractError('run-not-found', `There is no run ${id}.`)
    await writeFile(outFile, 'PK archive')
    return { fileName: 'NeuMF – a “run”.zip' }
  }

  get windows(): number {
    return this.listeners.size
  }

  emit(event: AppEvent): void {
    for (const listener of this.listeners) listener(event)
  }
}

export interface Answer {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: string
}

interface Question {
  method?: string
  /** Sent as it is: nothing is normalised. */
  path?: string
  headers?: Record<string, string>
  body?: string | Buffer
}

/** A running shell, and how to speak with it as a browser would, or as a browser would not. */
export interface TestShell {
  shell: BrowserShell
  studio: EchoStudio
  uploads: Uploads
  origin: string
  /** Of the session. */
  cookie: string
  /** Without the cookie, unless the headers hold it. */
  ask(question: Question): Promise<Answer>
  /** With the cookie and, to write, the right origin. */
  askAsPage(question: Question): Promise<Answer>
  /** A WebSocket; by default as the page opens it. Rejects with the status when the upgrade is refused. */
  connect(headers?: Record<string, string>, path?: string): Promise<WebSocket>
}

export function ask(
  port: number,
  { method = 'GET', path = '/', headers = {}, body }: Question,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, method, path, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (piece: string) => (text += piece))
      response.on('end', () =>
        resolve({ status: response.statusCode!, headers: response.headers, body: text }),
      )
      response.on('error', reject)
    })
    request.on('error', reject)
    request.end(body)
  })
}

/** The token of a printed address. */
export function tokenOf(address: string): string {
  return new URL(address).searchParams.get('token')!
}

export async function openTestShell(limits: Partial<UploadLimits> = {}): Promise<TestShell> {
  const studio = new EchoStudio()
  const place = join(await temporaryFolder(), 'uploads')
  const uploads = await Uploads.open(place, { ...UPLOAD_LIMITS, reserveBytes: 0, ...limits })
  const shell = await openBrowserShell({ studio, uploads, windows: await windowsFolder(), port: 0 })
  onTestFinished(() => shell.close())
  onTestFinished(() => uploads.close())
  const origin = `http://127.0.0.1:${shell.port}`
  const entry = await ask(shell.port, { path: `/?token=${tokenOf(shell.address)}` })
  const [cookie] = String(entry.headers['set-cookie']).split(';')
  return {
    shell,
    studio,
    uploads,
    origin,
    cookie,
    ask: (question) => ask(shell.port, question),
    askAsPage: (question) =>
      ask(shell.port, { ...question, headers: { cookie, origin, ...question.headers } }),
    connect: (headers = { cookie, origin }, path = '/rpc') =>
      new Promise((resolve, reject) => {
        const socket = new WebSocket(`ws://127.0.0.1:${shell.port}${path}`, { headers })
        socket.once('open', () => resolve(socket))
        socket.once('unexpected-response', (_, response) => reject(new Error(String(response.statusCode))))
        socket.once('error', reject)
      }),
  }
}

/** The next message of a socket. */
export function nextMessage(socket: WebSocket): Promise<unknown> {
  return new Promise((resolve) =>
    socket.once('message', (data: Buffer, isBinary) =>
      resolve(decodeMessage(isBinary ? Uint8Array.from(data).buffer : data.toString())),
    ),
  )
}

/** The code that a socket is closed with. */
export function closeCode(socket: WebSocket): Promise<number> {
  return new Promise((resolve) => socket.once('close', resolve))
}
