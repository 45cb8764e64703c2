import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readFile, stat, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { openPromise, type Entry, type ZipFile } from 'yauzl'
import { changeLabels, parseRunLabels } from '../core/run/runLabels.ts'
import { parseEvaluationReport } from '../core/run/evaluationReport.ts'
import { RecordError } from '../core/run/recordError.ts'
import { parseRunRecord, type RunRecord } from '../core/run/runRecord.ts'
import { createFolder, ensureFolder, writeFileAtomically } from './atomicFile.ts'
import { readCheckpointFile } from './runCheckpoint.ts'
import { scanEpochs } from './runEpochLog.ts'
import { readRanksFile } from './runRanks.ts'
import { explained, isFileSystemError, isMissing, StoreError } from './runErrors.ts'
import {
  CHECKPOINTS,
  formatJson,
  readJson,
  RUN_FILES,
  runFolder,
  runsFolder,
  withNewSuffix,
} from './runFolder.ts'
import {
  ArchiveError,
  isContent,
  isRunFile,
  MANIFEST,
  parseManifest,
  type Manifest,
  type ManifestFile,
} from './runManifest.ts'

export interface ImportedRun {
  /** Id of the run in the library. */
  id: string
  /** `present`: the library has this very run already; `renamed`: its id was taken by another one. */
  outcome: 'imported' | 'renamed' | 'present'
  /** What to tell about it, unless it was simply imported. */
  note?: string
}

type Contents = Map<string, Entry>

/** Texts and weights shrink 20-fold at most; deflate's own limit, which zip bombs come near to, is 1,032. */
const MAX_RATIO = 200
/** Small archives may shrink more: they have nothing to blow up to. */
const HARMLESS_BYTES = 16 * 1024 * 1024
const MAX_JSON_BYTES = 16 * 1024 * 1024

/** Errors of yauzl (no .zip, `../` or absolute names, sizes that lie, broken deflate) say what is wrong in a sentence. */
function asArchiveError(error: unknown, file: string): unknown {
  if (error instanceof ArchiveError || error instanceof StoreError || isFileSystemError(error)) return error
  const reason = (error as Error).message
  return new ArchiveError('not-an-archive', file, `not an intact archive of a run: ${reason}.`, {
    cause: error,
  })
}

async function readContents(zip: ZipFile, file: string): Promise<Contents> {
  const contents: Contents = new Map()
  for await (const entry of zip.eachEntry()) {
    const path = entry.fileName
    if (contents.has(path)) throw new ArchiveError('unexpected-file', file, `"${path}" is in it twice.`)
    if (path !== MANIFEST && !isRunFile(path)) {
      throw new ArchiveError('unexpected-file', file, `"${path}" does not belong in an archive of a run.`)
    }
    if (entry.isEncrypted()) throw new ArchiveError('unexpected-file', file, `"${path}" is encrypted.`)
    contents.set(path, entry)
  }
  return contents
}

function refuseBombs(contents: Contents, zipBytes: number, file: string): void {
  const bytes = [...contents.values()].reduce((sum, entry) => sum + entry.uncompressedSize, 0)
  if (bytes <= Math.max(HARMLESS_BYTES, MAX_RATIO * zipBytes)) return
  const ratio = Math.round(bytes / zipBytes)
  throw new ArchiveError(
    'too-large',
    file,
    `it would unpack to ${bytes} bytes, ${ratio} times its size: refused.`,
  )
}

async function readManifest(zip: ZipFile, contents: Contents, file: string): Promise<Manifest> {
  const entry = contents.get(MANIFEST)
  if (!entry)
    throw new ArchiveError('missing-file', file, `it has no ${MANIFEST}, so it is not an exported run.`)
  if (entry.uncompressedSize > MAX_JSON_BYTES)
    throw new ArchiveError('too-large', file, `${MANIFEST} is too large.`)
  const pieces: Buffer[] = []
  for await (const piece of await zip.openReadStreamPromise(entry)) pieces.push(piece as Buffer)
  return parseManifest(Buffer.concat(pieces).toString('utf8'), file)
}

/** The archive holds exactly the files that its manifest names, each of the size given there. */
function checkAgainstManifest(contents: Contents, { files }: Manifest, file: string): void {
  const listed = new Set(files.map(({ path }) => path))
  if (!listed.has(RUN_FILES.record))
    throw new ArchiveError('missing-file', file, `it has no ${RUN_FILES.record}.`)
  for (const path of contents.keys()) {
    if (path !== MANIFEST && !listed.has(path)) {
      throw new ArchiveError('unexpected-file', file, `"${path}" is not in its ${MANIFEST}.`)
    }
  }
  for (const { path, size } of files) {
    const actual = contents.get(path)?.uncompressedSize
    if (actual === undefined || path === MANIFEST)
      throw new ArchiveError('missing-file', file, `"${path}" is missing.`)
    if (actual === size) continue
    throw new ArchiveError(
      'wrong-size',
      file,
      `"${path}" has ${actual} bytes, not the ${size} of its ${MANIFEST}.`,
    )
  }
}

async function hashed(source: AsyncIterable<Uint8Array>, copyTo?: FileHandle): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of source) {
    hash.update(piece)
    await copyTo?.writeFile(piece)
  }
  return hash.digest('hex')
}

/** yauzl ends a stream with an error as soon as it yields more bytes than the entry claims. */
async function extract(
  zip: ZipFile,
  entry: Entry,
  expected: ManifestFile,
  folder: string,
  file: string,
): Promise<void> {
  const target = join(folder, expected.path)
  await mkdir(dirname(target), { recursive: true })
  const handle = await open(target, 'wx')
  try {
    const sha256 = await hashed(await zip.openReadStreamPromise(entry), handle)
    if (sha256 !== expected.sha256) {
      throw new ArchiveError(
        'wrong-hash',
        file,
        `"${expected.path}" was changed: its SHA-256 is not that of ${MANIFEST}.`,
      )
    }
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function checkCheckpoints(folder: string): Promise<void> {
  for (const which of CHECKPOINTS) {
    await readCheckpointFile(join(folder, RUN_FILES[which])).catch((error: unknown) => {
      if (!(error instanceof StoreError && error.code === 'checkpoint-missing')) throw error
    })
  }
}

/** Every file by the store's own rules; returns the record. */
async function checkRun(folder: string, id: string): Promise<RunRecord> {
  const record = parseRunRecord(await readJson(join(folder, RUN_FILES.record)))
  if (record.id !== id) throw new Error(`the run says it is "${record.id}", the manifest "${id}"`)
  const labels = await readJson(join(folder, RUN_FILES.labels))
  if (labels !== undefined) parseRunLabels(labels)
  const epochs = await readFile(join(folder, RUN_FILES.epochs)).catch((error: unknown) => {
    if (isMissing(error)) return Buffer.alloc(0)
    throw error
  })
  const { problem } = scanEpochs(epochs)
  if (problem) throw new Error(problem.message)
  await checkCheckpoints(folder)
  await readRanksFile(join(folder, RUN_FILES.ranks))
  const evaluation = await readJson(join(folder, RUN_FILES.evaluation))
  if (evaluation !== undefined) parseEvaluationReport(evaluation)
  return record
}

async function validated(folder: string, id: string, file: string): Promise<RunRecord> {
  try {
    return await checkRun(folder, id)
  } catch (error) {
    if (isFileSystemError(error)) throw error
    const code = error instanceof RecordError ? ` (${error.code})` : ''
    const reason = (error as Error).message.replaceAll(`${folder}/`, '')
    throw new ArchiveError('invalid-content', file, `its run is not valid${code}: ${reason}`, {
      cause: error,
    })
  }
}

/** Whether the run in the library has the very bytes of the archive, labels and log aside. */
async function isSameRun(folder: string, { files }: Manifest): Promise<boolean> {
  for (const { path, size, sha256 } of files.filter(({ path }) => isContent(path))) {
    const stored = join(folder, path)
    const storedSize = await stat(stored).then(
      (entry) => entry.size,
      (error: unknown) => (isMissing(error) ? -1 : Promise.reject(error)),
    )
    if (storedSize !== size || (await hashed(createReadStream(stored))) !== sha256) return false
  }
  return true
}

async function exists(folder: string): Promise<boolean> {
  return stat(folder).then(
    () => true,
    (error: unknown) => (isMissing(error) ? false : Promise.reject(error)),
  )
}

/** Gives an unpacked run another id and says so in its notes. */
async function changeId(folder: string, record: RunRecord, id: string): Promise<void> {
  const labels = await readJson(join(folder, RUN_FILES.labels))
  const known = labels === undefined ? changeLabels({}) : parseRunLabels(labels)
  const notes = [known.notes, `Imported; its id was ${record.id}, which another run of this library has.`]
  const changed = changeLabels({ notes: notes.filter(Boolean).join('\n') }, known)
  await writeFileAtomically(join(folder, RUN_FILES.record), formatJson({ ...record, id }))
  await writeFileAtomically(join(folder, RUN_FILES.labels), formatJson(changed))
}

async function importFrom(zip: ZipFile, libraryDir: string, file: string): Promise<ImportedRun> {
  const contents = await readContents(zip, file)
  refuseBombs(contents, zip.fileSize, file)
  const manifest = await readManifest(zip, contents, file)
  checkAgainstManifest(contents, manifest, file)
  const home = runFolder(libraryDir, manifest.id)
  const taken = await exists(home)
  if (taken && (await isSameRun(home, manifest))) {
    return { id: manifest.id, outcome: 'present', note: `Run ${manifest.id} is in the library already.` }
  }
  const id = taken ? withNewSuffix(manifest.id) : manifest.id
  await ensureFolder(runsFolder(libraryDir))
  await createFolder(runFolder(libraryDir, id), async (draft) => {
    for (const expected of manifest.files)
      await extract(zip, contents.get(expected.path)!, expected, draft, file)
    const record = await validated(draft, manifest.id, file)
    if (id !== record.id) await changeId(draft, record, id)
  })
  if (!taken) return { id, outcome: 'imported' }
  return {
    id,
    outcome: 'renamed',
    note: `Another run has the id ${manifest.id}, so this one was imported as ${id}.`,
  }
}

/**
 * Adds an exported run to the library, or nothing at all. The archive is trusted in nothing: paths, sizes, hashes and
 * the content of every file are checked before the run appears.
 *
 * @throws ArchiveError for what is not an intact archive, StoreError when the library cannot be written.
 */
export async function importRun(libraryDir: string, file: string): Promise<ImportedRun> {
  return explained(libraryDir, async () => {
    try {
      const options = { lazyEntries: true, autoClose: false, strictFileNames: true }
      const zip = await explained(file, () => openPromise(file, options))
      try {
        return await importFrom(zip, libraryDir, file)
      } finally {
        zip.close()
      }
    } catch (error) {
      throw asArchiveError(error, file)
    }
  })
}
