import { mkdir, open, readdir, rm, rmdir, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Transform, type Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ContractError } from '../contract/contractError.ts'
import { removeLeftovers, temporaryPath } from '../node/atomicFile.ts'
import { HttpRefusal } from './httpRefusal.ts'

const GIB = 2 ** 30

export interface UploadLimits {
  fileBytes: number
  /** Of all uploads together, as long as they are kept. */
  totalBytes: number
  /** Of one upload. */
  files: number
  /** That stay free on the disk. */
  reserveBytes: number
}

/** The ratings of ML-25M take 0.65 GB, those of the largest public sets some 3 GB. */
export const UPLOAD_LIMITS: UploadLimits = {
  fileBytes: 16 * GIB,
  totalBytes: 32 * GIB,
  files: 2000,
  reserveBytes: GIB / 2,
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
/** What no system lets a name hold, or what would leave the folder. */
const BAD_SIGNS = process.platform === 'win32' ? /[\u0000-\u001f/\\<>:"|?*]/ : /[\u0000-\u001f/\\]/
const MAX_NAME_BYTES = 255
const MAX_DEPTH = 16
/** Loose files get a folder that gives their dataset a name to begin with. */
const LOOSE_FILES = 'Dropped files'

function isName(part: string): boolean {
  const isPlain = part !== '' && part !== '.' && part !== '..' && !BAD_SIGNS.test(part)
  return isPlain && Buffer.byteLength(part) <= MAX_NAME_BYTES
}

interface UploadPath {
  uploadId: string
  /** Folders and name within the upload. */
  parts: string[]
}

/**
 * Where a file of an upload belongs, from the raw path of its request: `/uploads/<uuid>/<path>`.
 * @throws HttpRefusal for anything that could lie elsewhere.
 */
export function uploadPath(path: string): UploadPath {
  const refuse = (why: string) => new HttpRefusal(400, `${why}: uploads go to /uploads/<uuid>/<path>.`)
  let pieces: string[]
  try {
    pieces = path.replace('/uploads/', '').split('/').map(decodeURIComponent)
  } catch {
    throw refuse('The path has a broken escape')
  }
  const [uploadId, ...parts] = pieces
  if (!UUID.test(uploadId)) throw refuse('The name of the upload is no UUID')
  if (parts.length === 0 || parts.length > MAX_DEPTH || !parts.every(isName))
    throw refuse('The path is not one of a file within a folder')
  return { uploadId: uploadId.toLowerCase(), parts }
}

interface Upload {
  files: number
  bytes: number
  /** Aborted when it is discarded. */
  readonly ended: AbortController
  /** Settle when the files that are coming in are stored or gone. */
  readonly writing: Set<Promise<void>>
}

const CALLED_OFF: [status: number, why: string] = [410, 'This upload was called off.']
const REFUSED_BY_SYSTEM: Record<string, [status: number, why: string]> = {
  EEXIST: [409, 'The upload has a file or folder of this name already.'],
  ENOTDIR: [409, 'The upload has a file where the path needs a folder.'],
  EISDIR: [409, 'The upload has a folder of this name already.'],
  ENAMETOOLONG: [400, 'The path is too long for this system.'],
  ENOSPC: [507, 'The disk is full.'],
  ABORT_ERR: CALLED_OFF,
}

/**
 * Files that browsers have handed over, until they are imported: in a folder that is this server's alone, beside the
 * datasets that they become. (The system's folder for temporary files is often in memory.)
 */
export class Uploads {
  private readonly uploads = new Map<string, Upload>()
  /** Ids of those that were called off: a file that is still on its way must not bring one back. */
  private readonly discarded = new Set<string>()
  private readonly folder: string
  private totalBytes = 0

  private constructor(
    private readonly place: string,
    private readonly limits: UploadLimits,
  ) {
    this.folder = temporaryPath(join(place, 'upload'))
  }

  /** Clears away what killed servers have left in the place; it need not be there yet. */
  static async open(place: string, limits = UPLOAD_LIMITS): Promise<Uploads> {
    // A place that is not there, or cannot be cleared, does no harm.
    await removeLeftovers(place).catch(() => undefined)
    return new Uploads(place, limits)
  }

  /** Stores one file. @throws HttpRefusal when it may not be stored; nothing of it remains. */
  async receive(path: string, content: Readable, declaredBytes: number | undefined): Promise<void> {
    const { uploadId, parts } = uploadPath(path)
    if (this.discarded.has(uploadId)) throw new HttpRefusal(...CALLED_OFF)
    const upload = this.upload(uploadId)
    if (upload.files >= this.limits.files)
      throw new HttpRefusal(413, `An upload has at most ${this.limits.files} files. Choose a smaller folder.`)
    upload.files += 1
    const file = join(this.folder, uploadId, LOOSE_FILES, ...parts)
    const writing = this.write(upload, file, content, declaredBytes)
    upload.writing.add(writing)
    try {
      await writing
    } catch (error) {
      upload.files -= 1
      throw error
    } finally {
      upload.writing.delete(writing)
    }
  }

  private upload(uploadId: string): Upload {
    const known = this.uploads.get(uploadId)
    if (known) return known
    const upload = { files: 0, bytes: 0, ended: new AbortController(), writing: new Set<Promise<void>>() }
    this.uploads.set(uploadId, upload)
    return upload
  }

  /**
   * Where the files of an upload lie: the one folder or file that was dropped, or the folder of all of them.
   * @throws ContractError `upload-not-found`
   */
  async resolve(uploadId: string): Promise<string> {
    const id = uploadId.toLowerCase()
    const folder = join(this.folder, id, LOOSE_FILES)
    const names = this.uploads.has(id) ? await readdir(folder).catch(() => []) : []
    if (names.length === 0)
      throw new ContractError(
        'upload-not-found',
        'These files are no longer here. Drop or choose them again.',
      )
    return names.length === 1 ? join(folder, names[0]) : folder
  }

  /** Forgets an upload and removes its files, also those that are still coming in. */
  async discard(uploadId: string): Promise<void> {
    const id = uploadId.toLowerCase()
    this.discarded.add(id)
    const upload = this.uploads.get(id)
    if (!upload) return
    this.uploads.delete(id)
    upload.ended.abort()
    await Promise.allSettled(upload.writing)
    this.totalBytes -= upload.bytes
    await rm(join(this.folder, id), { recursive: true, force: true })
  }

  async close(): Promise<void> {
    await Promise.all([...this.uploads.keys()].map((id) => this.discard(id)))
    await rm(this.folder, { recursive: true, force: true })
    // Another server may have uploads in the same place.
    await rmdir(this.place).catch(() => undefined)
  }

  private async write(upload: Upload, file: string, content: Readable, declared = 0): Promise<void> {
    const room = await this.room()
    if (declared > room) throw tooLarge(room)
    let stored = 0
    const count = new Transform({
      transform: (piece: Buffer, _encoding, done) => {
        stored += piece.length
        this.count(upload, piece.length)
        done(stored > room ? tooLarge(room) : null, piece)
      },
    })
    try {
      await storeNew(file, (target) => pipeline(content, count, target, { signal: upload.ended.signal }))
    } catch (error) {
      this.count(upload, -stored)
      throw refusalOf(error)
    }
  }

  private count(upload: Upload, bytes: number): void {
    upload.bytes += bytes
    this.totalBytes += bytes
  }

  /** Bytes that one more file may have. */
  private async room(): Promise<number> {
    await mkdir(this.folder, { recursive: true })
    const { bavail, bsize } = await statfs(this.folder)
    const free = bavail * bsize - this.limits.reserveBytes
    return Math.max(0, Math.min(this.limits.fileBytes, this.limits.totalBytes - this.totalBytes, free))
  }
}

/** Writes a file that must not be there yet, whole or not at all. */
async function storeNew(file: string, fill: (target: Writable) => Promise<void>): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  const handle = await open(file, 'wx')
  try {
    await fill(handle.createWriteStream())
  } catch (error) {
    await rm(file, { force: true })
    throw error
  }
}

function tooLarge(room: number): HttpRefusal {
  const there = `${(room / GIB).toFixed(2)} GiB`
  return new HttpRefusal(
    413,
    `The file is too large: there is room for ${there}. Use ncf datasets import instead.`,
  )
}

function refusalOf(error: unknown): unknown {
  const known = REFUSED_BY_SYSTEM[String((error as NodeJS.ErrnoException).code)]
  if (known) return new HttpRefusal(known[0], known[1])
  return error
}
