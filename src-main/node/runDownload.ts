import { createReadStream } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'

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

/** Writes a run as .zip to a temporary file and opens that for a window's download. Throws what the export throws. */
export async function openRunDownload(exportRun: ExportRun, id: string): Promise<RunDownload> {
  const folder = await mkdtemp(join(tmpdir(), 'ncf-studio-export-'))
  const remove = () => rm(folder, { recursive: true, force: true })
  try {
    const file = join(folder, 'run.zip')
    const { fileName } = await exportRun(id, file)
    const { size } = await stat(file)
    const content = createReadStream(file)
    // A folder that cannot be removed is the system's to clear; the download itself went well.
    content.once('close', () => void remove().catch(() => undefined))
    const headers = {
      'content-type': 'application/zip',
      'content-length': String(size),
      'content-disposition': contentDisposition(fileName),
      'cache-control': 'no-store',
    }
    return { headers, content }
  } catch (error) {
    await remove()
    throw error
  }
}
