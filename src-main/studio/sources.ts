import { ContractError } from '../contract/contractError.ts'
import type { Source } from '../contract/datasetContract.ts'
import { notAvailable } from './failures.ts'
import type { StudioPorts } from './ports.ts'

type SourcePorts = Pick<StudioPorts, 'samplePath' | 'resolveUpload'>

/** The file or folder that a source stands for. Rejects with a ContractError, or with what an upload's shell says. */
export function sourcePath(source: Source, { samplePath, resolveUpload }: SourcePorts): Promise<string> {
  if (source.kind === 'sample') return Promise.resolve(samplePath)
  if (source.kind === 'upload')
    return resolveUpload ? resolveUpload(source.uploadId) : Promise.reject(notAvailable('An upload'))
  return new Promise((resolve) => resolve(wholePath(source.path)))
}

/** A path that means the same from every folder. Throws ContractError `not-absolute` for another one. */
export function wholePath(path: string): string {
  if (isAbsolute(path)) return path
  throw new ContractError('not-absolute', `"${path}" is not the whole path of a file or folder.`)
}

/** As every system writes them: `/data`, `C:\data`, `\\server\data`. */
function isAbsolute(path: string): boolean {
  return /^(\/|[A-Za-z]:[\\/]|\\\\)/.test(path)
}

/** What was uploaded is not needed any more; files that cannot be deleted go with the shell's temporary folder. */
export async function releaseSource(
  source: Source,
  ports: Pick<StudioPorts, 'releaseUpload'>,
): Promise<void> {
  if (source.kind !== 'upload') return
  try {
    await ports.releaseUpload?.(source.uploadId)
  } catch {
    // Nobody waits for it, and what was imported is stored.
  }
}
