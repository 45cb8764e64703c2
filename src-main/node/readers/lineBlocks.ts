import { isUtf8 } from 'node:buffer'
import { DatasetError } from '../../core/dataset/datasetError.ts'

export type Encoding = 'utf-8' | 'latin-1'

/** Whole lines: every block but the last of a file ends with a newline. */
export interface LineBlock {
  bytes: Uint8Array
  /** Number of the block's first line, from 1. */
  firstLine: number
}

const NEWLINE = 10
const RETURN = 13
/** No row of any form comes near; a file without newlines must not fill the memory. */
const MAXIMUM_LINE_BYTES = 1 << 20

/**
 * Cuts pieces of a file into blocks of whole lines and checks their encoding.
 * @throws DatasetError `wrong-encoding` or `line-too-long`, with the line.
 */
export async function* lineBlocks(
  pieces: AsyncIterable<Uint8Array>,
  file: string,
  encoding: Encoding,
): AsyncGenerator<LineBlock> {
  let rest: Uint8Array = new Uint8Array(0)
  let firstLine = 1
  let atStart = true
  const checked = (bytes: Uint8Array) => {
    const text = atStart ? withoutByteOrderMark(bytes, file) : bytes
    atStart = false
    checkEncoding(text, firstLine, file, encoding)
    return { bytes: text, firstLine }
  }
  for await (const piece of pieces) {
    const cut = piece.lastIndexOf(NEWLINE) + 1
    if (cut === 0) {
      rest = joined(rest, piece)
      if (rest.length > MAXIMUM_LINE_BYTES) throw tooLong(file, firstLine)
      continue
    }
    const block = checked(joined(rest, piece.subarray(0, cut)))
    yield block
    firstLine += countNewlines(block.bytes)
    rest = piece.slice(cut)
  }
  if (rest.length > 0) yield checked(rest)
}

function tooLong(file: string, line: number): DatasetError {
  return new DatasetError('line-too-long', 'is longer than 1 MiB: this is not a table of interactions.', {
    file,
    line,
  })
}

function joined(head: Uint8Array, tail: Uint8Array): Uint8Array {
  return head.length === 0 ? tail : Buffer.concat([head, tail])
}

function countNewlines(bytes: Uint8Array): number {
  let count = 0
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count++
  return count
}

function withoutByteOrderMark(bytes: Uint8Array, file: string): Uint8Array {
  const [a, b, c] = bytes
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff))
    throw new DatasetError('wrong-encoding', 'is UTF-16: save it as UTF-8.', { file, line: 1 })
  return a === 0xef && b === 0xbb && c === 0xbf ? bytes.subarray(3) : bytes
}

function checkEncoding(bytes: Uint8Array, firstLine: number, file: string, encoding: Encoding): void {
  const zero = bytes.indexOf(0)
  if (zero >= 0) {
    const line = firstLine + countNewlines(bytes.subarray(0, zero))
    throw new DatasetError(
      'wrong-encoding',
      'holds a zero byte: it is not plain text, or it is UTF-16; save it as UTF-8.',
      { file, line },
    )
  }
  if (encoding === 'utf-8' && !isUtf8(bytes)) throw notUtf8(bytes, firstLine, file)
}

function notUtf8(bytes: Uint8Array, firstLine: number, file: string): DatasetError {
  let line = firstLine
  for (let at = 0; at < bytes.length; line++) {
    const newline = bytes.indexOf(NEWLINE, at)
    const end = newline < 0 ? bytes.length : newline
    if (!isUtf8(bytes.subarray(at, end))) break
    at = end + 1
  }
  return new DatasetError(
    'wrong-encoding',
    'is not UTF-8 (perhaps latin-1 or Windows-1252): save the file as UTF-8.',
    { file, line },
  )
}

/** A line's bytes are `block.bytes[start .. end)`, its newline (and a carriage return before it) left out. */
export type OnLine = (start: number, end: number, line: number, isUnterminated: boolean) => void

/** Visits the lines of a block that are not blank; DatasetErrors without a position get that of their line. */
export function eachLine({ bytes, firstLine }: LineBlock, file: string, onLine: OnLine): void {
  let line = firstLine
  try {
    for (let start = 0; start < bytes.length; line++) {
      const newline = bytes.indexOf(NEWLINE, start)
      const end = newline < 0 ? bytes.length : newline
      const stop = end > start && bytes[end - 1] === RETURN ? end - 1 : end
      if (stop > start) onLine(start, stop, line, newline < 0)
      start = end + 1
    }
  } catch (error) {
    throw placed(error, file, line)
  }
}

/** Gives an error that knows no position the one of its row. */
export function placed(error: unknown, file: string, line: number): unknown {
  if (!(error instanceof DatasetError) || error.file !== undefined) return error
  return new DatasetError(error.code, error.message, { file, line }, { cause: error })
}
