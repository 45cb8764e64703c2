import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { mkdir, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { removeLeftovers, withTemporary } from './atomicFile.ts'

export interface RunDownload {
  headers: Record<string, string>
  /** The temporary archive is gone when this is closed: read it to its end, or destroy it. */
  content: Readable
}

type ExportRun = (id: string, outFile: string) => Promise<{ fileName: string }>

/** RFC 6266: a plain name for old programs, the true one in UTF-8. */
function contentDisposition(fileName: string): string {
  const plain = fileName.replaceAll(/[^\w.() -]/g, '_')
  const encoded = encodeURIComponent(fileName).replaceAll(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16)}`,
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`
}

/** In the system's folder for temporary files: a library may be on a disk that is full or cannot be written. */
const ARCHIVE = 'ncf-studio-export'

/** Writes a run as .zip to a temporary file and opens that for a window's download. Throws what the export throws. */
export function openRunDownload(exportRun: ExportRun, id: string): Promise<RunDownload> {
  return new Promise((resolve, reject) => {
    // A folder that cannot be removed in the end is the system's to clear; the download itself went well.
    withTemporary(join(tmpdir(), ARCHIVE), async (folder) => {
      // On a computer of many people it is nobody else's.
      await mkdir(folder, { mode: 0o700 })
      const file = join(folder, 'run.zip')
      const { fileName } = await exportRun(id, file)
      const { size } = await stat(file)
      const content = createReadStream(file)
      const closed = once(content, 'close')
      resolve({ headers: headersOf(fileName, size), content })
      await closed
    }).catch(reject)
  })
}

function headersOf(fileName: string, size: number): Record<string, string> {
  return {
    'content-type': 'application/zip',
    'content-length': String(size),
    'content-disposition': contentDisposition(fileName),
    'cache-control': 'no-store',
  }
}

/** Removes the temporary archives of programs that were killed while a window fetched one; what others own stays. */
export async function removeDownloadLeftovers(): Promise<void> {
  await removeLeftovers(tmpdir(), ARCHIVE).catch(() => undefined)
}
