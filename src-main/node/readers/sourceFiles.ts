import { createReadStream } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import { createGunzip } from 'node:zlib'
import { pipeline } from 'node:stream'
import { DatasetError } from '../../core/dataset/datasetError.ts'
import { UnpackGuard } from './unpackGuard.ts'
import { openZip } from './zipArchive.ts'

/** A readable file of a source, wherever it lies. */
export interface SourceFile {
  /** Path within the source, as error messages name it. */
  path: string
  /** Last part of the path, without `.gz`. */
  name: string
  /** Folder within the source; '' at its top. */
  folder: string
  /** Size of what `open` yields: for progress. */
  bytes: number
  /** Whether the bytes that `open` yields are gzip. */
  gzip: boolean
  open(): AsyncIterable<Uint8Array>
}

/** What a path offers to be imported. */
export interface SourceSet {
  /** Absolute path with links resolved. */
  root: string
  /** What the dataset is called unless the user names it. */
  label: string
  files: SourceFile[]
  /** Set when the user pointed at one file: its path within `files`. */
  chosen?: string
  /** Sizes and times of files on disk, to recognise an unchanged source. */
  diskFile(file: SourceFile): string
  guard: UnpackGuard
  close(): void
}

/**
 * Lists what a folder (and its folders one level deep), a .zip, or a file with its neighbours holds.
 * @throws DatasetError `not-found`, `unreadable`, or what is wrong with the archive.
 */
export async function listSource(path: string): Promise<SourceSet> {
  const root = await realpath(path).catch((error: NodeJS.ErrnoException) => {
    throw describeAccess(error, path)
  })
  const info = await stat(root)
  const guard = new UnpackGuard()
  if (info.isDirectory()) return diskSource(root, await listFolder(root), guard)
  if (!info.isFile()) throw new DatasetError('unreadable', 'is neither a file nor a folder.', { file: path })
  if (!/\.zip$/i.test(root)) return singleFile(root, guard)
  const archive = await openZip(root, guard)
  const label = basename(root).replace(/\.zip$/i, '')
  return { root, label, files: archive.files, diskFile: () => root, guard, close: archive.close }
}

function diskSource(root: string, files: SourceFile[], guard: UnpackGuard): SourceSet {
  const diskFile = (file: SourceFile) => join(root, file.path)
  return { root, label: basename(root), files, diskFile, guard, close: () => undefined }
}

async function singleFile(root: string, guard: UnpackGuard): Promise<SourceSet> {
  const folder = dirname(root)
  const neighbours = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isFile())
  const files = await Promise.all(neighbours.map((entry) => diskFile(folder, join(folder, entry.name))))
  return { ...diskSource(folder, files, guard), root, chosen: basename(root), label: labelOf(basename(root)) }
}

function labelOf(name: string): string {
  return name
    .replace(/\.gz$/i, '')
    .replace(/\.(train\.rating|test\.rating|test\.negative|inter|csv|tsv|txt|dat|data)$/i, '')
}

async function listFolder(root: string): Promise<SourceFile[]> {
  const files: SourceFile[] = []
  for (const name of await visibleNames(root)) {
    const path = join(root, name)
    const info = await stat(path).catch(() => undefined)
    if (info?.isFile()) files.push(await diskFile(root, path))
    if (info?.isDirectory()) files.push(...(await listInnerFolder(root, path)))
  }
  return files
}

async function listInnerFolder(root: string, folder: string): Promise<SourceFile[]> {
  const files: SourceFile[] = []
  for (const name of await visibleNames(folder)) {
    const info = await stat(join(folder, name)).catch(() => undefined)
    if (info?.isFile()) files.push(await diskFile(root, join(folder, name)))
  }
  return files
}

async function visibleNames(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    throw describeAccess(error, folder)
  })
  return names.filter((name) => !name.startsWith('.')).sort()
}

async function diskFile(root: string, absolute: string): Promise<SourceFile> {
  const { size } = await stat(absolute)
  const path = relative(root, absolute).replaceAll('\\', '/')
  return {
    ...nameParts(path),
    bytes: size,
    open: () => createReadStream(absolute, { highWaterMark: 1 << 20 }),
  }
}

/** The parts of a path that recognition looks at. */
export function nameParts(path: string): Pick<SourceFile, 'path' | 'name' | 'folder' | 'gzip'> {
  const slash = path.lastIndexOf('/')
  const last = path.slice(slash + 1)
  return {
    path,
    name: last.replace(/\.gz$/i, ''),
    folder: slash < 0 ? '' : path.slice(0, slash),
    gzip: /\.gz$/i.test(last),
  }
}

function describeAccess(error: NodeJS.ErrnoException, path: string): DatasetError {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR')
    return new DatasetError('not-found', 'there is no such file or folder.', { file: path }, { cause: error })
  return new DatasetError(
    'unreadable',
    `cannot be read (${error.code ?? error.message}).`,
    { file: path },
    { cause: error },
  )
}

/** Called with every piece of a file as it lies in its source: for hashes and progress. */
export type OnBytes = (piece: Uint8Array) => void

/**
 * The contents of a file in pieces, gunzipped where needed, guarded against bombs.
 * @throws DatasetError `unreadable`, `damaged-archive` or `archive-too-large`.
 */
export async function* readPieces(
  file: SourceFile,
  guard: UnpackGuard,
  onBytes: OnBytes,
): AsyncGenerator<Uint8Array> {
  try {
    const pieces = observed(file.open(), onBytes)
    yield* file.gzip ? gunzip(file, pieces, guard) : pieces
  } catch (error) {
    throw describeReading(error, file.path)
  }
}

async function* observed(source: AsyncIterable<Uint8Array>, onBytes: OnBytes): AsyncGenerator<Uint8Array> {
  for await (const piece of source) {
    onBytes(piece)
    yield piece
  }
}

async function* gunzip(
  file: SourceFile,
  packed: AsyncIterable<Uint8Array>,
  guard: UnpackGuard,
): AsyncGenerator<Uint8Array> {
  const meter = guard.meter(file.path)
  const metered = observed(packed, (piece) => meter.packed(piece.length))
  // An error on the way destroys the last stream with it, so the loop below throws it.
  const unpacked = pipeline(metered, createGunzip({ chunkSize: 1 << 18 }), () => undefined)
  for await (const piece of unpacked as AsyncIterable<Uint8Array>) {
    meter.unpacked(piece.length)
    yield piece
  }
}

function describeReading(error: unknown, file: string): unknown {
  if (error instanceof DatasetError || !(error instanceof Error)) return error
  const { code } = error as NodeJS.ErrnoException
  const position = { file }
  if (code === 'Z_BUF_ERROR')
    return new DatasetError('truncated', 'the compressed data ends too early.', position, { cause: error })
  if (code?.startsWith('Z_'))
    return new DatasetError(
      'damaged-archive',
      `the compressed data is damaged (${error.message}).`,
      position,
      { cause: error },
    )
  if (code?.startsWith('E') && 'syscall' in error)
    return new DatasetError('unreadable', `cannot be read (${code}).`, position, { cause: error })
  return error
}
