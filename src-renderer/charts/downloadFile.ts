/** Long enough for any browser to have begun the download. */
const RELEASE_AFTER = 10_000

/** A name that every file system takes, still readable: letters, digits, @, dots and hyphens. */
export function fileName(title: string, extension: string): string {
  const safe = title.replace(/[^\p{L}\p{N}@.]+/gu, '-').replace(/^[-.]+|[-.]+$/g, '')
  return `${(safe || 'chart').slice(0, 100)}.${extension}`
}

/** Hands a file to the browser or to Electron as a download. */
export function downloadFile(content: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(content)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), RELEASE_AFTER)
}
