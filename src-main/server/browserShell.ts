import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { WebSocketServer } from 'ws'
import { ContractError, toFailure } from '../contract/contractError.ts'
import { downloadedRun, windowHeaders } from '../contract/windowPolicy.ts'
import { openRunDownload } from '../node/runDownload.ts'
import { windowFile } from '../node/windowFiles.ts'
import type { Studio } from '../studio/studio.ts'
import { Access } from './access.ts'
import { HttpRefusal } from './httpRefusal.ts'
import type { Uploads } from './uploads.ts'
import { speakWith } from './windowSocket.ts'

/** The largest request: labels for 10,000 runs with the longest notes. */
const MAX_FRAME_BYTES = 4 << 20
const OWN_MACHINE = '127.0.0.1'

export interface BrowserShellOptions {
  studio: Pick<Studio, 'dispatch' | 'subscribe' | 'exportRun'>
  uploads: Uploads
  /** Of the built windows. */
  windows: string
  /** 0: any that is free. */
  port: number
}

export interface BrowserShell {
  /** What to open: it holds the token. */
  address: string
  port: number
  /** Ends every connection. */
  close(): Promise<void>
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explained(error, port)))
    server.listen(port, OWN_MACHINE, () => resolve((server.address() as { port: number }).port))
  })
}

function explained(error: NodeJS.ErrnoException, port: number): Error {
  const another = 'Choose another one with --port, or any free one with --port 0.'
  if (error.code === 'EADDRINUSE')
    return new ContractError('port-in-use', `Another program listens on port ${port}. ${another}`)
  if (error.code === 'EACCES')
    return new ContractError('port-refused', `This system lets you not listen on port ${port}. ${another}`)
  return error
}

/** The part of a request's target before '?', as it was written: no dots resolved, no escapes decoded. */
function rawPath(request: IncomingMessage): string {
  const [path] = (request.url ?? '').split('?', 1)
  if (!path.startsWith('/')) throw new HttpRefusal(400, 'The path must begin with "/".')
  return path
}

function declaredBytes({ headers }: IncomingMessage): number | undefined {
  const length = headers['content-length']
  return length === undefined ? undefined : Number(length)
}

/**
 * Serves the windows and the application behind them to browsers of this machine.
 *
 * @throws ContractError `port-in-use` or `port-refused`.
 */
export async function openBrowserShell(options: BrowserShellOptions): Promise<BrowserShell> {
  const server = createServer()
  const port = await listen(server, options.port)
  const access = new Access(port)
  // Large uploads take as long as they take.
  server.requestTimeout = 0
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_FRAME_BYTES })
  server.on('request', (request, response) => void answer(request, response, { ...options, access }))
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy())
    const refusal = refusedUpgrade(request, access)
    if (refusal) return refuseUpgrade(socket, refusal)
    sockets.handleUpgrade(request, socket, head, (window) => speakWith(window, options.studio))
  })
  const close = () =>
    new Promise<void>((resolve) => {
      for (const window of sockets.clients) window.close(1001, 'NCF Studio has ended')
      server.close(() => resolve())
      server.closeIdleConnections()
      // A browser that does not say goodbye must not keep the server.
      setTimeout(() => {
        for (const window of sockets.clients) window.terminate()
        server.closeAllConnections()
      }, 500).unref()
    })
  return { address: access.address, port, close }
}

type Surroundings = BrowserShellOptions & { access: Access }

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  around: Surroundings,
): Promise<void> {
  const connections = ["'self'", ...around.access.hosts.map((host) => `ws://${host}`)]
  for (const [name, value] of Object.entries(windowHeaders(connections))) response.setHeader(name, value)
  try {
    await route(request, response, around)
  } catch (error) {
    // Once the headers are out, a broken connection is all that can be said.
    if (response.headersSent) response.destroy()
    else refuse(response, error)
  }
}

function refuse(response: ServerResponse, error: unknown): void {
  const { status, message, headers } = error instanceof HttpRefusal ? error : refusalOf(error)
  const plain = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' }
  response.writeHead(status, { ...plain, ...headers }).end(message)
}

/** What studio says with a code is for people; other errors are bugs, whose words stay here. */
function refusalOf(error: unknown): HttpRefusal {
  const { code, message } = toFailure(error)
  if (code === 'unexpected') return new HttpRefusal(500, 'NCF Studio failed to answer this.')
  return new HttpRefusal(code.endsWith('not-found') ? 404 : 409, message)
}

async function route(
  request: IncomingMessage,
  response: ServerResponse,
  around: Surroundings,
): Promise<void> {
  const { access, uploads, windows } = around
  if (!access.knowsHost(request))
    throw new HttpRefusal(421, 'This server answers to 127.0.0.1 and localhost only.')
  const path = rawPath(request)
  if (exchangeToken(request, response, path, access)) return
  if (!access.holdsCookie(request))
    throw new HttpRefusal(401, 'Open the address that "ncf serve" has printed: it holds the token.')
  if (request.method === 'PUT' && path.startsWith('/uploads/')) {
    if (!access.knowsOrigin(request)) throw new HttpRefusal(403, 'Another page may not hand over files.')
    await uploads.receive(path, request, declaredBytes(request))
    return void response.writeHead(204).end()
  }
  if (request.method !== 'GET' && request.method !== 'HEAD')
    throw new HttpRefusal(405, 'This address can only be read.', { allow: 'GET, HEAD' })
  const runId = downloadedRun(path)
  if (runId !== undefined) return download(request, response, runId, around)
  const file = await windowFile(windows, path)
  if (file === undefined) throw new HttpRefusal(404, 'There is nothing at this address.')
  response.writeHead(200, { ...file.headers, 'content-length': file.content.length })
  response.end(request.method === 'HEAD' ? undefined : file.content)
}

/** The token leaves the address bar at once, and with it the browser's history of this page. */
function exchangeToken(
  { method, url }: IncomingMessage,
  response: ServerResponse,
  path: string,
  access: Access,
): boolean {
  const token = new URLSearchParams(url?.split('?')[1]).get('token')
  if (method !== 'GET' || path !== '/' || token === null) return false
  const cookie = access.cookieFor(token)
  if (cookie === undefined)
    throw new HttpRefusal(403, 'The token is not the one that "ncf serve" has printed.')
  response.writeHead(303, { location: '/', 'set-cookie': cookie, 'cache-control': 'no-store' }).end()
  return true
}

async function download(
  request: IncomingMessage,
  response: ServerResponse,
  runId: string,
  { studio }: Surroundings,
): Promise<void> {
  if (request.method === 'HEAD') throw new HttpRefusal(405, 'A run can only be fetched.', { allow: 'GET' })
  const { headers, content } = await openRunDownload((id, file) => studio.exportRun(id, file), runId)
  await pipeline(content, response.writeHead(200, headers))
}

function refusedUpgrade(request: IncomingMessage, access: Access): number | undefined {
  if (!access.knowsHost(request)) return 421
  if (!access.holdsCookie(request)) return 401
  if (!access.knowsOrigin(request)) return 403
  return request.url === '/rpc' ? undefined : 404
}

function refuseUpgrade(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}
