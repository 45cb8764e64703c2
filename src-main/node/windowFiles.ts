import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'

/** Content types of what a build of the windows consists of. */
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
}
/** Vite names these by their content. */
const UNCHANGING = '/assets/'
/** Nothing in a build needs more than this; no dots at the start, no escapes, no backslashes. */
const PATH = /^(\/[\w-][\w.-]*)+$/

export interface WindowFile {
  content: Buffer<ArrayBuffer>
  headers: Record<string, string>
}

/**
 * A file of the built windows, for both shells.
 *
 * @param folder out/renderer.
 * @param pathname Of the request, '/' for the page itself.
 * @returns undefined for a file that is not there and for every path that is not one of the build's.
 */
export async function windowFile(folder: string, pathname: string): Promise<WindowFile | undefined> {
  const path = pathname === '/' ? '/index.html' : pathname
  const type = TYPES[extname(path)]
  if (type === undefined || !PATH.test(path)) return undefined
  try {
    const content = await readFile(join(folder, ...path.split('/').filter(Boolean)))
    const caching = path.startsWith(UNCHANGING) ? 'private, max-age=31536000, immutable' : 'no-cache'
    return { content, headers: { 'content-type': type, 'cache-control': caching } }
  } catch {
    return undefined
  }
}
