import { crc32 } from 'node:zlib'
import yauzl from 'yauzl'
import { DatasetError } from '../../core/dataset/datasetError.ts'
import { nameParts, type SourceFile } from './sourceFiles.ts'
import type { UnpackGuard } from './unpackGuard.ts'

const MAXIMUM_ENTRIES = 10_000
const FILE_TYPE_MASK = 0o170000
const SYMBOLIC_LINK = 0o120000

export interface ZipArchive {
  files: SourceFile[]
  close(): void
}

/**
 * Lists an archive without unpacking it; entries are inflated as they are read, never to disk.
 * @throws DatasetError `unsafe-archive` for paths that leave the archive, links and encryption; `damaged-archive`.
 */
export async function openZip(path: string, guard: UnpackGuard): Promise<ZipArchive> {
  const archive = await yauzl
    .openPromise(path, { lazyEntries: true, autoClose: false })
    .catch((error: Error) => {
      throw describe(error, path)
    })
  try {
    const files: SourceFile[] = []
    for await (const entry of archive.eachEntry()) {
      if (archive.entriesRead > MAXIMUM_ENTRIES)
        throw unsafe(path, `holds more than ${MAXIMUM_ENTRIES} entries`)
      refuse(entry, path)
      if (isData(entry)) files.push(zipEntry(archive, entry, guard))
    }
    return { files, close: () => archive.close() }
  } catch (error) {
    archive.close()
    throw error instanceof DatasetError ? error : describe(error as Error, path)
  }
}

function unsafe(file: string, what: string): DatasetError {
  return new DatasetError('unsafe-archive', `${what}; the archive is refused.`, { file })
}

function describe(error: Error, file: string): DatasetError {
  if (/relative path|absolute path|invalid characters in fileName/.test(error.message))
    return unsafe(file, `has an entry that would leave the archive (${error.message})`)
  return new DatasetError(
    'damaged-archive',
    `cannot be read as a .zip (${error.message}).`,
    { file },
    { cause: error },
  )
}

function refuse(entry: yauzl.Entry, path: string): void {
  const mode = (entry.externalFileAttributes >>> 16) & FILE_TYPE_MASK
  if (mode === SYMBOLIC_LINK) throw unsafe(path, `has a symbolic link (${entry.fileName})`)
  if (entry.isEncrypted()) throw unsafe(path, `has an encrypted entry (${entry.fileName})`)
}

/** Files at the top or one folder deep, without what macOS adds. */
function isData(entry: yauzl.Entry): boolean {
  const parts = entry.fileName.split('/')
  return (
    parts.length <= 2 &&
    parts.at(-1) !== '' &&
    !parts.some((part) => part.startsWith('.') || part === '__MACOSX')
  )
}

function zipEntry(archive: yauzl.ZipFile, entry: yauzl.Entry, guard: UnpackGuard): SourceFile {
  return {
    ...nameParts(entry.fileName),
    bytes: entry.uncompressedSize,
    open: () => inflate(archive, entry, guard),
  }
}

async function* inflate(
  archive: yauzl.ZipFile,
  entry: yauzl.Entry,
  guard: UnpackGuard,
): AsyncGenerator<Uint8Array> {
  const meter = guard.meter(entry.fileName)
  meter.packed(entry.compressedSize)
  let checksum = 0
  try {
    for await (const piece of (await archive.openReadStreamPromise(entry)) as AsyncIterable<Uint8Array>) {
      meter.unpacked(piece.length)
      checksum = crc32(piece, checksum)
      yield piece
    }
  } catch (error) {
    throw error instanceof DatasetError ? error : describe(error as Error, entry.fileName)
  }
  if (checksum !== entry.crc32)
    throw new DatasetError('damaged-archive', 'differs from the checksum in the .zip.', {
      file: entry.fileName,
    })
}
