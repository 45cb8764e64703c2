import { open, readFile, type FileHandle } from 'node:fs/promises'
import { epochRecordSchema, type EpochRecord } from '../core/run/epochRecord.ts'
import { parseRecord } from '../core/run/recordError.ts'
import { writeFileAtomically } from './atomicFile.ts'
import { isMissing, StoreError } from './runErrors.ts'

/** The epochs that could be read, and what is wrong with the lines after them. */
export interface EpochLog {
  epochs: EpochRecord[]
  problem?: { code: 'half-line' | 'bad-line'; line: number; message: string }
}

interface Scan extends EpochLog {
  /** Length of the lines that hold `epochs`. */
  validBytes: number
}

const NEWLINE = 0x0a

function parseLine(text: string, epoch: number): EpochRecord {
  const record = parseRecord(epochRecordSchema, JSON.parse(text), 'The epoch')
  if (record.epoch !== epoch) throw new Error(`expected epoch ${epoch}, found epoch ${record.epoch}`)
  return record
}

/**
 * Reads epochs.jsonl from its start: the longest valid prefix of epochs 1, 2, 3, ... A last line without its newline
 * is one that was being written when the process died. Never throws.
 */
export function scanEpochs(bytes: Buffer): Scan {
  const epochs: EpochRecord[] = []
  let start = 0
  while (start < bytes.length) {
    const line = epochs.length + 1
    const end = bytes.indexOf(NEWLINE, start)
    if (end < 0) {
      const message = `Line ${line} of epochs.jsonl was not written to its end; the epochs before it are intact.`
      return { epochs, validBytes: start, problem: { code: 'half-line', line, message } }
    }
    try {
      epochs.push(parseLine(bytes.toString('utf8', start, end), line))
    } catch (error) {
      const message = `Line ${line} of epochs.jsonl is damaged, so it and later ones are left out: ${(error as Error).message}`
      return { epochs, validBytes: start, problem: { code: 'bad-line', line, message } }
    }
    start = end + 1
  }
  return { epochs, validBytes: start }
}

async function readBytes(path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (error) {
    if (isMissing(error)) return Buffer.alloc(0)
    throw error
  }
}

/** The epochs of a file; damage is reported, not thrown. A missing file has none. */
export async function readEpochLog(path: string): Promise<EpochLog> {
  const { epochs, problem } = scanEpochs(await readBytes(path))
  return problem ? { epochs, problem } : { epochs }
}

function formatEpoch(epoch: EpochRecord): string {
  return `${JSON.stringify(epoch)}\n`
}

/** Keeps the first `keep` epochs, atomically. Throws StoreError when there are fewer. */
export async function truncateEpochLog(path: string, keep: number): Promise<void> {
  const { epochs, problem } = scanEpochs(await readBytes(path))
  if (epochs.length < keep) {
    const reason = problem ? ` ${problem.message}` : ''
    throw new StoreError(
      'epochs-damaged',
      `${path} holds ${epochs.length} epochs, not ${keep}.${reason}`,
      path,
    )
  }
  await writeFileAtomically(path, epochs.slice(0, keep).map(formatEpoch).join(''))
}

/** Appends to one epochs.jsonl; remembers its length so that only the first append reads the file. */
export class EpochAppender {
  private known = { bytes: -1, epochs: 0 }

  constructor(private readonly path: string) {}

  /** Appends the next epoch and returns when it is on the disk. Throws StoreError; the file is then as it was. */
  async append(record: EpochRecord): Promise<void> {
    const line = Buffer.from(formatEpoch(parseRecord(epochRecordSchema, record, 'The epoch')))
    const handle = await open(this.path, 'a+')
    try {
      await this.prepare(handle)
      this.requireNext(record.epoch)
      await this.write(handle, line)
    } finally {
      await handle.close()
    }
  }

  /** Cuts off a half-written last line, once; another length than expected means that somebody else wrote. */
  private async prepare(handle: FileHandle): Promise<void> {
    const { size } = await handle.stat()
    if (size === this.known.bytes) return
    const { epochs, validBytes, problem } = scanEpochs(await handle.readFile())
    if (problem?.code === 'bad-line') {
      const advice = `Resume from a checkpoint of epoch ${epochs.length} or earlier.`
      throw new StoreError('epochs-damaged', `${this.path}: ${problem.message} ${advice}`, this.path)
    }
    if (problem) await handle.truncate(validBytes)
    this.known = { bytes: validBytes, epochs: epochs.length }
  }

  private requireNext(epoch: number): void {
    const next = this.known.epochs + 1
    if (epoch === next) return
    throw new StoreError(
      'epoch-order',
      `${this.path}: epoch ${next} is the next to store, not epoch ${epoch}.`,
      this.path,
    )
  }

  private async write(handle: FileHandle, line: Buffer): Promise<void> {
    const { bytes, epochs } = this.known
    this.known = { bytes: -1, epochs: 0 }
    try {
      await handle.writeFile(line)
      await handle.datasync()
    } catch (error) {
      await handle.truncate(bytes)
      throw error
    }
    this.known = { bytes: bytes + line.length, epochs: epochs + 1 }
  }
}
