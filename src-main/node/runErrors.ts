import { RecordError } from '../core/run/recordError.ts'

export type StoreErrorCode =
  | 'run-not-found'
  | 'run-ambiguous'
  | 'run-exists'
  | 'run-locked'
  | 'run-damaged'
  | 'newer-version'
  | 'invalid-record'
  | 'epochs-damaged'
  | 'epoch-order'
  | 'checkpoint-missing'
  | 'checkpoint-damaged'
  | 'ranks-damaged'
  | 'trash-not-found'
  | 'disk-full'
  | 'not-writable'
  | 'file-system'

/** Raised by the run store; `path` is the file or folder that it is about. */
export class StoreError extends Error {
  override name = 'StoreError'

  constructor(
    readonly code: StoreErrorCode,
    message: string,
    readonly path: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

/** Another process is training, removing or exporting the run. */
export class RunLockedError extends StoreError {
  override name = 'RunLockedError'

  constructor(
    readonly runId: string,
    path: string,
  ) {
    super(
      'run-locked',
      `Run ${runId} is in use by another process. Wait until that one has finished or stop it, then try again.`,
      path,
    )
  }
}

const FILE_SYSTEM_ERRORS: Record<string, [StoreErrorCode, string]> = {
  ENOSPC: ['disk-full', 'The disk is full'],
  EDQUOT: ['disk-full', 'The disk quota is used up'],
  EROFS: ['not-writable', 'The file system is read-only'],
  EACCES: ['not-writable', 'This user lacks the rights to read or write'],
  EPERM: ['not-writable', 'This user lacks the rights to change'],
}

/** Whether an error comes from a call to the operating system (zlib's errors have an errno, too, but no such call). */
export function isFileSystemError(error: unknown): error is Error & { code: string } {
  return error instanceof Error && 'syscall' in error && 'code' in error
}

function explain(error: unknown, path: string): unknown {
  if (error instanceof RecordError)
    return new StoreError(error.code, `${path}: ${error.message}`, path, { cause: error })
  if (!isFileSystemError(error)) return error
  const { code } = error
  const [storeCode, reason] = FILE_SYSTEM_ERRORS[code] ?? ['file-system', `The file system reports ${code}`]
  const advice =
    storeCode === 'disk-full' ? ' Free some space and try again; what was stored before is unharmed.' : ''
  return new StoreError(storeCode, `${reason}: ${path}.${advice}`, path, { cause: error })
}

/** Runs an action on a path of the library and turns what the file system reports into a StoreError. */
export async function explained<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    throw explain(error, path)
  }
}

/** Whether an error says that a file or folder does not exist. */
export function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT'
}
