import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, stat, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { Zip, ZipDeflate, ZipPassThrough } from 'fflate'
import { replaceFile } from './atomicFile.ts'
import { explained, RunLockedError, StoreError } from './runErrors.ts'
import { RUN_FILES, runFolder } from './runFolder.ts'
import { ArchiveError, isRunFile, MANIFEST, type Manifest, type ManifestFile } from './runManifest.ts'
import { openRunStore, type RunLock, type RunStore } from './runStore.ts'

export interface ExportedRun {
  id: string
  file: string
  /** Files in the archive, without its manifest. */
  files: number
  /** Their size before compression. */
  bytes: number
}

/** Offsets in a .zip without its 64-bit extension, which fflate does not write, have 32 bits. */
const MAX_ARCHIVE_BYTES = 0xffff_ffff
/** Trained weights are nearly random bits: deflate saves 7 % of them, at 25 MB/s. */
const STORED = /\.(safetensors|f32)$/

interface SourceFile {
  path: string
  size: number
}

/** What can be measured anew from the weights, and need not be carried along when it is damaged. */
async function damagedFiles(store: RunStore, id: string): Promise<string[]> {
  const isDamaged = (reading: Promise<unknown>) =>
    reading.then(
      () => false,
      () => true,
    )
  const files = [
    { path: RUN_FILES.ranks, reading: store.readRanks(id) },
    { path: RUN_FILES.evaluation, reading: store.readEvaluation(id) },
  ]
  const damaged = await Promise.all(files.map(({ reading }) => isDamaged(reading)))
  return files.filter((_, i) => damaged[i]).map(({ path }) => path)
}

async function runFiles(folder: string, leftOut: readonly string[]): Promise<SourceFile[]> {
  const entries = await readdir(folder, { recursive: true })
  const paths = entries
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => isRunFile(path) && !leftOut.includes(path))
  return Promise.all(
    paths.sort().map(async (path) => ({ path, size: (await stat(join(folder, path))).size })),
  )
}

/** Writes a .zip piece by piece to a file handle, never holding more than one piece of an entry. */
class ZipWriter {
  private readonly pieces: Uint8Array[] = []
  private failure: Error | null = null
  private readonly zip = new Zip((error, piece) => {
    this.failure ??= error
    this.pieces.push(piece)
  })

  constructor(private readonly handle: FileHandle) {}

  async add(path: string, source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<ManifestFile> {
    const entry = STORED.test(path) ? new ZipPassThrough(path) : new ZipDeflate(path)
    const hash = createHash('sha256')
    let size = 0
    this.zip.add(entry)
    for await (const piece of source) {
      size += piece.length
      hash.update(piece)
      entry.push(piece)
      await this.drain()
    }
    entry.push(new Uint8Array(0), true)
    await this.drain()
    return { path, size, sha256: hash.digest('hex') }
  }

  async end(): Promise<void> {
    this.zip.end()
    await this.drain()
  }

  private async drain(): Promise<void> {
    if (this.failure) throw this.failure
    for (const piece of this.pieces.splice(0)) await this.handle.writeFile(piece)
  }
}

/** A half-written last line of epochs.jsonl is left out: it holds no epoch. */
async function epochsText(libraryDir: string, id: string, file: string): Promise<string> {
  const { epochs, problem } = await openRunStore(libraryDir).readEpochs(id)
  if (problem?.code === 'bad-line') throw new ArchiveError('invalid-content', file, problem.message)
  return epochs.map((epoch) => `${JSON.stringify(epoch)}\n`).join('')
}

/**
 * Bytes of the archive at most: a .zip names each file twice, with 92 bytes around the names, and deflate adds less
 * than a byte to each 8 KiB that it cannot shrink; the manifest takes under 300 bytes for a file and its name.
 */
function archiveBound(sources: readonly SourceFile[]): number {
  return sources.reduce(
    (sum, { path, size }) => sum + size + Math.ceil(size / 8192) + 3 * path.length + 400,
    1000,
  )
}

function requireFits(sources: readonly SourceFile[], outFile: string): void {
  const bytes = archiveBound(sources)
  if (bytes <= MAX_ARCHIVE_BYTES) return
  throw new ArchiveError(
    'too-large',
    outFile,
    `the run takes ${bytes} bytes, but a .zip holds at most 4 GiB.`,
  )
}

/**
 * Keeps the run's files as they are while they are read. A library that cannot be written, or whose disk is full, has
 * no room for a lock; a run that somebody trains is refused there as well.
 */
async function lockForReading(store: RunStore, id: string): Promise<RunLock | undefined> {
  try {
    return await store.lock(id)
  } catch (error) {
    const isLockless = error instanceof StoreError && ['not-writable', 'disk-full'].includes(error.code)
    if (!isLockless) throw error
    if (await store.isLocked(id)) throw new RunLockedError(id, runFolder(store.libraryDir, id))
    return undefined
  }
}

/**
 * Writes all of a run into one .zip with a manifest of SHA-256 hashes, holding the run's lock; an existing file is
 * replaced atomically. Throws StoreError for a damaged or unknown run, RunLockedError while it is in use, ArchiveError
 * beyond 4 GiB.
 */
export async function exportRun(libraryDir: string, id: string, outFile: string): Promise<ExportedRun> {
  const store = openRunStore(libraryDir)
  await store.read(id)
  const lock = await lockForReading(store, id)
  try {
    return await exportFiles(libraryDir, id, outFile)
  } finally {
    await lock?.release()
  }
}

async function exportFiles(libraryDir: string, id: string, outFile: string): Promise<ExportedRun> {
  const folder = runFolder(libraryDir, id)
  const leftOut = await damagedFiles(openRunStore(libraryDir), id)
  const sources = await explained(folder, () => runFiles(folder, leftOut))
  requireFits(sources, outFile)
  const epochs = await epochsText(libraryDir, id, outFile)
  await explained(outFile, () =>
    replaceFile(outFile, async (handle) => {
      const zip = new ZipWriter(handle)
      const files: ManifestFile[] = []
      for (const { path } of sources) {
        const source =
          path === RUN_FILES.epochs ? [Buffer.from(epochs)] : createReadStream(join(folder, path))
        files.push(await zip.add(path, source))
      }
      await zip.add(MANIFEST, [Buffer.from(manifestText(id, files))])
      await zip.end()
    }),
  )
  const bytes = sources.reduce((sum, { size }) => sum + size, 0)
  return { id, file: outFile, files: sources.length, bytes }
}

function manifestText(id: string, files: ManifestFile[]): string {
  const exportedAt = new Date().toISOString()
  const manifest: Manifest = { schemaVersion: 1, kind: 'ncf-studio-run', id, exportedAt, files }
  return JSON.stringify(manifest, null, 2)
}
