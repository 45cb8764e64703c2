import { Readable } from 'node:stream'
import { protocol } from 'electron'
import { toFailure } from '../contract/contractError.ts'
import { downloadedRun, windowHeaders } from '../contract/windowPolicy.ts'
import { openRunDownload } from '../node/runDownload.ts'
import { windowFile } from '../node/windowFiles.ts'
import type { Studio } from '../studio/studio.ts'

const SCHEME = 'app'
const HOST = 'ncf'
/** Where windows come from: never file://, which may read every other file. */
export const APP_ORIGIN = `${SCHEME}://${HOST}`

/** Before the program is ready. */
export function registerAppScheme(): void {
  const privileges = { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true }
  protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges }])
}

/** URL.origin is 'null' for schemes that are not the web's. */
export function isOwnAddress(address: string): boolean {
  return URL.canParse(address) && new URL(address).protocol === `${SCHEME}:` && new URL(address).host === HOST
}

/** What the scheme serves. */
export interface AppSchemeContent {
  /** Folder of the built windows. */
  windows: string
  exportRun: Studio['exportRun']
}

export function serveAppScheme(content: AppSchemeContent): void {
  protocol.handle(SCHEME, async (request) => {
    const response = await answer(request, content)
    for (const [name, value] of Object.entries(windowHeaders())) response.headers.set(name, value)
    return response
  })
}

async function answer({ url, method }: Request, content: AppSchemeContent): Promise<Response> {
  if (!isOwnAddress(url)) return new Response('There is only app://ncf.', { status: 400 })
  if (method !== 'GET') return new Response('This can only be read.', { status: 405 })
  const { pathname } = new URL(url)
  const runId = downloadedRun(pathname)
  if (runId !== undefined) return download(runId, content)
  const file = await windowFile(content.windows, pathname)
  if (file === undefined) return new Response('There is nothing at this address.', { status: 404 })
  return new Response(file.content, { headers: file.headers })
}

async function download(runId: string, { exportRun }: AppSchemeContent): Promise<Response> {
  try {
    const { headers, content } = await openRunDownload(exportRun, runId)
    return new Response(Readable.toWeb(content) as ReadableStream, { headers })
  } catch (error) {
    const { code, message } = toFailure(error)
    return new Response(message, { status: code.endsWith('not-found') ? 404 : 409 })
  }
}
