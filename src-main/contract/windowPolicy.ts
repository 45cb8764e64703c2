/**
 * The Content-Security-Policy of every window. Only the program's own files run and load; pictures may come from the
 * window itself too (charts saved as PNG pass through one).
 *
 * @param connections Sources for connect-src: an origin for each place that the window may ask.
 */
export function contentSecurityPolicy(connections: readonly string[] = ["'self'"]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "worker-src 'self'",
    `connect-src ${connections.join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/** The headers of every answer to a window: nothing is guessed, embedded elsewhere or told to others. */
export function windowHeaders(connections?: readonly string[]): Record<string, string> {
  return {
    'content-security-policy': contentSecurityPolicy(connections),
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
    'cross-origin-resource-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  }
}

const RUN_DOWNLOAD = /^\/files\/runs\/([^/]+)\.zip$/

/** Where a window downloads a run as .zip, in both shells. */
export function runDownloadPath(id: string): string {
  return `/files/runs/${encodeURIComponent(id)}.zip`
}

/** The run behind a path of runDownloadPath; undefined for every other path. */
export function downloadedRun(pathname: string): string | undefined {
  const id = RUN_DOWNLOAD.exec(pathname)?.[1]
  if (id === undefined) return undefined
  try {
    return decodeURIComponent(id)
  } catch {
    return undefined
  }
}
