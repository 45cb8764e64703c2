export type DatasetLibraryErrorCode =
  | 'not-found'
  | 'ambiguous'
  | 'already-there'
  | 'bad-options'
  | 'disk-full'
  | 'read-only'
  | 'no-permission'
  | 'damaged'
  | 'newer-version'
  | 'file-system'

/** What keeps the library from storing or finding a dataset; `path` is the file or folder concerned. */
export class DatasetLibraryError extends Error {
  override readonly name = 'DatasetLibraryError'

  constructor(
    readonly code: DatasetLibraryErrorCode,
    message: string,
    readonly path?: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

const WORDING: Record<string, [DatasetLibraryErrorCode, string]> = {
  ENOSPC: ['disk-full', 'the disk is full; free some space and try again'],
  EDQUOT: ['disk-full', 'the disk quota is used up; free some space and try again'],
  EROFS: ['read-only', 'it lies on a read-only file system; choose another library folder'],
  EACCES: ['no-permission', 'you have no permission to write there; choose another library folder'],
  EPERM: ['no-permission', 'the system does not permit it; choose another library folder'],
  ENOTDIR: ['file-system', 'a part of the path is a file, not a folder'],
  EEXIST: ['file-system', 'a file stands where a folder belongs'],
}

/** Words a failed file operation for people; other errors pass as they are. */
export function describeFileSystemError(error: unknown, doing: string, path: string): unknown {
  if (!(error instanceof Error) || !('syscall' in error)) return error
  const { code = 'unknown' } = error as NodeJS.ErrnoException
  const [kind, why] = WORDING[code] ?? ['file-system', error.message]
  return new DatasetLibraryError(kind, `Cannot ${doing} ${path}: ${why} (${code}).`, path, { cause: error })
}
