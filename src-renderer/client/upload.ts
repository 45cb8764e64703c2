import { ContractError } from '../../src-main/contract/contractError.ts'
import type { Source } from '../../src-main/contract/datasetContract.ts'
import type { NamedFile } from './droppedFiles.ts'

function pathInUpload(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/')
}

async function put(uploadId: string, { path, file }: NamedFile): Promise<void> {
  const response = await fetch(`/uploads/${uploadId}/${pathInUpload(path)}`, { method: 'PUT', body: file })
  if (response.ok) return
  const reason = (await response.text()) || `status ${response.status}`
  throw new ContractError('upload-failed', `${path} could not be handed over: ${reason}`)
}

/**
 * Hands files over to the browser shell, one after the other.
 *
 * @returns The source to inspect and import. Throws ContractError `upload-failed`.
 */
export async function uploadFiles(
  files: readonly NamedFile[],
  onProgress: (done: number, total: number) => void,
): Promise<Source> {
  if (files.length === 0) throw new ContractError('upload-failed', 'There are no files in what was dropped.')
  const uploadId = crypto.randomUUID()
  const total = files.reduce((sum, { file }) => sum + file.size, 0)
  let done = 0
  for (const named of files) {
    await put(uploadId, named)
    done += named.file.size
    onProgress(done, total)
  }
  return { kind: 'upload', uploadId }
}
