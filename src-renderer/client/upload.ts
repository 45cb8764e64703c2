import { ContractError } from '../../src-main/contract/contractError.ts'
import type { NamedFile } from './droppedFiles.ts'

function pathInUpload(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/')
}

function failure(path: string, reason: string): ContractError {
  return new ContractError('upload-failed', `${path} could not be handed over: ${reason}`)
}

/** Sends one file. XMLHttpRequest, because fetch does not tell how much of a body has left. */
function put(
  uploadId: string,
  { path, file }: NamedFile,
  signal: AbortSignal,
  onBytes: (sent: number) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    const abort = () => request.abort()
    request.upload.onprogress = ({ loaded }) => onBytes(loaded)
    request.onload = () => {
      if (request.status < 300) resolve()
      else reject(failure(path, request.responseText || `status ${request.status}`))
    }
    request.onerror = () => reject(failure(path, 'NCF Studio does not answer, or the file cannot be read.'))
    request.onabort = () => reject(failure(path, 'it was cancelled.'))
    request.onloadend = () => signal.removeEventListener('abort', abort)
    signal.addEventListener('abort', abort)
    request.open('PUT', `/uploads/${uploadId}/${pathInUpload(path)}`)
    request.send(file)
  })
}

/**
 * Hands files over to the browser shell, one after the other, as the upload of an id. Throws ContractError
 * `upload-failed`, also when it is aborted: what was handed over until then stays there.
 */
export async function uploadFiles(
  uploadId: string,
  files: readonly NamedFile[],
  signal: AbortSignal,
  onProgress: (done: number, total: number) => void,
): Promise<void> {
  if (files.length === 0) throw new ContractError('upload-failed', 'There are no files in what was dropped.')
  const total = files.reduce((sum, { file }) => sum + file.size, 0)
  let done = 0
  onProgress(done, total)
  for (const named of files) {
    if (signal.aborted) throw failure(named.path, 'it was cancelled.')
    await put(uploadId, named, signal, (sent) => onProgress(done + sent, total))
    done += named.file.size
    onProgress(done, total)
  }
}
