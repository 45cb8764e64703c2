import type { Dataset } from './dataset.ts'
import { DatasetError } from './datasetError.ts'

/**
 * The canonical bytes of a dataset: what is hashed for the fingerprint and what arrays.bin holds.
 *
 * All little-endian. 8 bytes of ASCII "NCFDATA1"; six uint32: userCount, itemCount, 1 when there is a validation
 * array else 0, length of trainItems, length of candidates, 0 (reserved). Then, 4 bytes an element, without padding:
 * trainStart (uint32), trainItems (int32), heldOut (int32), validation (int32, if present), candidateStart (uint32),
 * candidates (int32).
 */
const MAGIC = 'NCFDATA1'
const HEADER_BYTES = MAGIC.length + 6 * 4

const hostIsLittleEndian = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1

type IndexArray = Int32Array | Uint32Array

/** The canonical bytes in pieces, in order; on little-endian hosts the arrays are viewed, not copied. */
export function datasetBytes(dataset: Dataset): Uint8Array[] {
  const { trainStart, trainItems, heldOut, validation, candidateStart, candidates } = dataset
  const arrays = [
    trainStart,
    trainItems,
    heldOut,
    ...(validation ? [validation] : []),
    candidateStart,
    candidates,
  ]
  return [header(dataset), ...arrays.map(littleEndian)]
}

function header(dataset: Dataset): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES)
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < MAGIC.length; i++) bytes[i] = MAGIC.charCodeAt(i)
  const { userCount, itemCount, validation, trainItems, candidates } = dataset
  const words = [userCount, itemCount, validation ? 1 : 0, trainItems.length, candidates.length, 0]
  words.forEach((word, i) => view.setUint32(MAGIC.length + 4 * i, word, true))
  return bytes
}

function littleEndian(array: IndexArray): Uint8Array {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
  return hostIsLittleEndian ? bytes : swapped(bytes)
}

function swapped(bytes: Uint8Array): Uint8Array {
  const result = bytes.slice()
  for (let i = 0; i < result.length; i += 4) result.subarray(i, i + 4).reverse()
  return result
}

/** What the first bytes of a dataset tell of it. */
export interface DatasetSizes {
  userCount: number
  itemCount: number
  /** Training positives. */
  trainLength: number
  candidateLength: number
  /** 1 or 0. */
  hasValidation: number
}

/** Bytes that parseHeader needs. */
export const DATASET_HEADER_BYTES = HEADER_BYTES

/**
 * Reads the sizes of a dataset from the beginning of its bytes.
 * @throws DatasetError `damaged`.
 */
export function parseHeader(bytes: Uint8Array, file: string): DatasetSizes {
  if (bytes.length < HEADER_BYTES)
    throw damagedError(`The file holds ${bytes.length} bytes, fewer than its header`, file)
  if (String.fromCharCode(...bytes.subarray(0, MAGIC.length)) !== MAGIC)
    throw damagedError(`The file does not begin with ${MAGIC}`, file)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const [userCount, itemCount, hasValidation, trainLength, candidateLength] = [0, 1, 2, 3, 4].map((i) =>
    view.getUint32(MAGIC.length + 4 * i, true),
  )
  return { userCount, itemCount, trainLength, candidateLength, hasValidation }
}

function damagedError(what: string, file: string): DatasetError {
  return new DatasetError('damaged', `${what}; import the dataset again.`, { file })
}

/**
 * Reads canonical bytes back; the arrays are views of `bytes` where alignment and byte order allow.
 * @throws DatasetError `damaged` when the bytes are not a whole dataset or an index is out of range.
 */
export function parseDatasetBytes(bytes: Uint8Array, file: string): Dataset {
  const damaged = (what: string) => damagedError(what, file)
  const { userCount, itemCount, hasValidation, trainLength, candidateLength } = parseHeader(bytes, file)
  const elements = 2 * (userCount + 1) + trainLength + userCount * (hasValidation + 1) + candidateLength
  const expected = HEADER_BYTES + 4 * elements
  if (bytes.length !== expected)
    throw damaged(`The file holds ${bytes.length} bytes where ${expected} belong`)
  let at = HEADER_BYTES
  const take = (length: number) => {
    at += 4 * length
    return alignedWords(bytes, at - 4 * length, length)
  }
  const dataset: Dataset = {
    userCount,
    itemCount,
    trainStart: unsigned(take(userCount + 1)),
    trainItems: signed(take(trainLength)),
    heldOut: signed(take(userCount)),
    ...(hasValidation ? { validation: signed(take(userCount)) } : {}),
    candidateStart: unsigned(take(userCount + 1)),
    candidates: signed(take(candidateLength)),
  }
  const fault = findFault(dataset)
  if (fault !== undefined) throw damaged(fault)
  return dataset
}

function alignedWords(bytes: Uint8Array, at: number, length: number): Uint8Array {
  const part = bytes.subarray(at, at + 4 * length)
  if (!hostIsLittleEndian) return swapped(part)
  return part.byteOffset % 4 === 0 ? part : part.slice()
}

function unsigned(part: Uint8Array): Uint32Array {
  return new Uint32Array(part.buffer, part.byteOffset, part.length / 4)
}

function signed(part: Uint8Array): Int32Array {
  return new Int32Array(part.buffer, part.byteOffset, part.length / 4)
}

/** The first broken promise of `Dataset`, or undefined: an index out of range would read foreign memory in an engine. */
function findFault(dataset: Dataset): string | undefined {
  const { itemCount, trainStart, trainItems, heldOut, validation, candidateStart, candidates } = dataset
  if (!isMonotone(trainStart, trainItems.length))
    return 'trainStart is not ascending from 0 to the number of training items'
  if (!isMonotone(candidateStart, candidates.length))
    return 'candidateStart is not ascending from 0 to the number of candidates'
  if (!isWithin(trainItems, 0, itemCount)) return 'trainItems holds an item out of range'
  if (!isWithin(candidates, 0, itemCount)) return 'candidates holds an item out of range'
  if (!isWithin(heldOut, -1, itemCount)) return 'heldOut holds an item out of range'
  if (validation && !isWithin(validation, -1, itemCount)) return 'validation holds an item out of range'
  return undefined
}

function isMonotone(starts: Uint32Array, end: number): boolean {
  for (let i = 1; i < starts.length; i++) if (starts[i] < starts[i - 1]) return false
  return starts[0] === 0 && starts[starts.length - 1] === end
}

function isWithin(items: Int32Array, least: number, bound: number): boolean {
  for (let i = 0; i < items.length; i++) if (items[i] < least || items[i] >= bound) return false
  return true
}
