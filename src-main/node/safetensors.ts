import { open, type FileHandle } from 'node:fs/promises'
import { z } from 'zod'
import { replaceFile } from './atomicFile.ts'

/** A named array, row-major; `data` is as long as the product of `shape` (1 for the empty shape of a scalar). */
export interface Tensor {
  name: string
  shape: readonly number[]
  data: Float32Array | Int32Array
}

/** A file's tensors in the order of their data, and its `__metadata__`. */
export interface TensorFile {
  metadata: Record<string, string>
  tensors: Tensor[]
}

export type SafetensorsErrorCode =
  | 'truncated'
  | 'bad-header'
  | 'bad-dtype'
  | 'bad-shape'
  | 'bad-offsets'
  | 'duplicate-name'
  | 'out-of-range'
  | 'not-finite'

/** Raised for a file that is not valid safetensors, or tensors that cannot be written as such. */
export class SafetensorsError extends Error {
  override name = 'SafetensorsError'

  constructor(
    readonly code: SafetensorsErrorCode,
    readonly file: string,
    message: string,
    readonly tensor?: string,
  ) {
    super(`${file}: ${tensor === undefined ? '' : `tensor "${tensor}": `}${message}`)
  }
}

const METADATA = '__metadata__'
const PREFIX_BYTES = 8
/** The limit of the reference implementation. */
const MAX_HEADER_BYTES = 100_000_000
/** One read or write of a file handle must stay below 2 GiB. */
const CHUNK_BYTES = 64 * 1024 * 1024

const BYTES_PER_ELEMENT = { F32: 4, I32: 4, F64: 8, I64: 8 } as const
type Dtype = keyof typeof BYTES_PER_ELEMENT

const entrySchema = z.strictObject({
  dtype: z.string(),
  shape: z.array(z.int().min(0)),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
})
const headerSchema = z.record(z.string(), z.unknown())
const metadataSchema = z.record(z.string(), z.string())

/** Where a tensor lies: `begin` and `end` count from the end of the header. */
export interface TensorEntry {
  name: string
  dtype: Dtype
  shape: number[]
  begin: number
  end: number
}

/** What a file holds, without its data. */
export interface TensorIndex {
  metadata: Record<string, string>
  /** In the order of the data. */
  entries: TensorEntry[]
  /** Offset of the data in the file. */
  dataStart: number
}

function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}

async function readFully(
  handle: FileHandle,
  file: string,
  into: Uint8Array,
  position: number,
): Promise<void> {
  for (let done = 0; done < into.length;) {
    const length = Math.min(CHUNK_BYTES, into.length - done)
    const { bytesRead } = await handle.read(into, done, length, position + done)
    if (bytesRead === 0)
      throw new SafetensorsError('truncated', file, 'the file ended while it was being read.')
    done += bytesRead
  }
}

async function readHeaderText(handle: FileHandle, file: string, fileBytes: number): Promise<string> {
  if (fileBytes < PREFIX_BYTES) {
    throw new SafetensorsError('truncated', file, `${fileBytes} bytes are too few for a safetensors file.`)
  }
  const prefix = new Uint8Array(PREFIX_BYTES)
  await readFully(handle, file, prefix, 0)
  const claimed = new DataView(prefix.buffer).getBigUint64(0, true)
  if (claimed > BigInt(fileBytes - PREFIX_BYTES)) {
    throw new SafetensorsError(
      'truncated',
      file,
      `the header claims ${claimed} bytes, but only ${fileBytes - PREFIX_BYTES} follow: the file is cut off or is not safetensors.`,
    )
  }
  if (claimed > MAX_HEADER_BYTES) {
    throw new SafetensorsError(
      'bad-header',
      file,
      `a header of ${claimed} bytes is over the limit of the format.`,
    )
  }
  const bytes = new Uint8Array(Number(claimed))
  await readFully(handle, file, bytes, PREFIX_BYTES)
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new SafetensorsError('bad-header', file, 'the header is not UTF-8.')
  }
}

/** The keys of the outermost object, with repetitions: JSON.parse silently keeps only the last of equal keys. */
function outermostKeys(json: string): string[] {
  const keys: string[] = []
  let depth = 0
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"(?:\s*:)?|[{}[\]]/gs)) {
    if (token === '{' || token === '[') depth++
    else if (token === '}' || token === ']') depth--
    else if (depth === 1 && token.endsWith(':'))
      keys.push(JSON.parse(token.slice(0, token.lastIndexOf('"') + 1)))
  }
  return keys
}

function parseHeader(text: string, file: string): Record<string, unknown> {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new SafetensorsError('bad-header', file, `the header is not JSON (${(error as Error).message}).`)
  }
  if (!text.startsWith('{') || !headerSchema.safeParse(json).success) {
    throw new SafetensorsError('bad-header', file, 'the header must be a JSON object from its first byte on.')
  }
  const seen = new Set<string>()
  for (const key of outermostKeys(text)) {
    if (seen.has(key)) throw new SafetensorsError('duplicate-name', file, 'the name occurs twice.', key)
    seen.add(key)
  }
  return json as Record<string, unknown>
}

function parseMetadata(value: unknown, file: string): Record<string, string> {
  const result = metadataSchema.safeParse(value ?? {})
  if (result.success) return result.data
  throw new SafetensorsError('bad-header', file, `${METADATA} must map names to strings.`)
}

function parseEntry(name: string, value: unknown, file: string): TensorEntry {
  const result = entrySchema.safeParse(value)
  if (!result.success) {
    const { path, message } = result.error.issues[0]
    throw new SafetensorsError('bad-header', file, `${path.join('.') || 'entry'}: ${message}.`, name)
  }
  const { dtype, shape, data_offsets } = result.data
  const [begin, end] = data_offsets
  if (!Object.hasOwn(BYTES_PER_ELEMENT, dtype)) {
    const known = Object.keys(BYTES_PER_ELEMENT).join(', ')
    throw new SafetensorsError('bad-dtype', file, `dtype ${dtype} is not supported, only ${known}.`, name)
  }
  const expected = elementCount(shape) * BYTES_PER_ELEMENT[dtype as Dtype]
  if (end - begin !== expected) {
    throw new SafetensorsError(
      'bad-shape',
      file,
      `shape [${shape}] of ${dtype} takes ${expected} bytes, but its data_offsets span ${end - begin}.`,
      name,
    )
  }
  return { name, dtype: dtype as Dtype, shape, begin, end }
}

/** The format demands that the tensors fill the data without a gap or an overlap: nothing can hide in between. */
function checkOffsets(entries: readonly TensorEntry[], dataBytes: number, file: string): void {
  let end = 0
  for (const entry of entries) {
    if (entry.end > dataBytes) {
      const message = `its data ends at byte ${entry.end}, but the file has only ${dataBytes} bytes of data: it is cut off.`
      throw new SafetensorsError('truncated', file, message, entry.name)
    }
    if (entry.begin !== end) {
      const kind = entry.begin < end ? 'overlaps the tensor before it' : 'leaves a gap before it'
      throw new SafetensorsError('bad-offsets', file, `its data at byte ${entry.begin} ${kind}.`, entry.name)
    }
    end = entry.end
  }
  if (end !== dataBytes) {
    throw new SafetensorsError(
      'bad-offsets',
      file,
      `${dataBytes - end} bytes after the last tensor belong to none.`,
    )
  }
}

async function readIndex(handle: FileHandle, file: string): Promise<TensorIndex> {
  const { size } = await handle.stat()
  const text = await readHeaderText(handle, file, size)
  const dataStart = PREFIX_BYTES + Buffer.byteLength(text)
  const { [METADATA]: metadata, ...rest } = parseHeader(text, file)
  const entries = Object.entries(rest)
    .map(([name, value]) => parseEntry(name, value, file))
    .sort((a, b) => a.begin - b.begin || a.end - b.end)
  checkOffsets(entries, size - dataStart, file)
  return { metadata: parseMetadata(metadata, file), entries, dataStart }
}

function toInt32(values: BigInt64Array, name: string, file: string): Int32Array {
  const data = new Int32Array(values.length)
  values.forEach((value, i) => {
    if (value !== BigInt.asIntN(32, value)) {
      throw new SafetensorsError(
        'out-of-range',
        file,
        `element ${i} is ${value}, which does not fit 32 bits.`,
        name,
      )
    }
    data[i] = Number(value)
  })
  return data
}

/** F64 is rounded to F32, I64 is refused where it does not fit. */
function decode({ dtype, name }: TensorEntry, bytes: Uint8Array<ArrayBuffer>, file: string): Tensor['data'] {
  switch (dtype) {
    case 'F32':
      return new Float32Array(bytes.buffer)
    case 'I32':
      return new Int32Array(bytes.buffer)
    case 'F64':
      return Float32Array.from(new Float64Array(bytes.buffer))
    case 'I64':
      return toInt32(new BigInt64Array(bytes.buffer), name, file)
  }
}

function requireFinite({ name, data }: Tensor, file: string): void {
  const i = data.findIndex((value) => !Number.isFinite(value))
  if (i < 0) return
  throw new SafetensorsError('not-finite', file, `element ${i} is ${data[i]}, not a finite number.`, name)
}

async function withFile<T>(file: string, action: (handle: FileHandle) => Promise<T>): Promise<T> {
  const handle = await open(file, 'r')
  try {
    return await action(handle)
  } finally {
    await handle.close()
  }
}

/** Names, types and shapes of a file's tensors, without reading their data. Throws SafetensorsError. */
export function readSafetensorsIndex(file: string): Promise<TensorIndex> {
  return withFile(file, (handle) => readIndex(handle, file))
}

/**
 * Reads a safetensors file (https://huggingface.co/docs/safetensors): F32 and I32 as they are, F64 and I64 converted.
 * Nothing is allocated on a claim of the header that the file's size does not back.
 *
 * @param options.finite Refuse NaN and infinities.
 * @throws SafetensorsError naming file and tensor; a missing or unreadable file throws Node's own error.
 */
export function readSafetensors(file: string, options: { finite?: boolean } = {}): Promise<TensorFile> {
  return withFile(file, async (handle) => {
    const { metadata, entries, dataStart } = await readIndex(handle, file)
    const tensors: Tensor[] = []
    for (const entry of entries) {
      const bytes = new Uint8Array(entry.end - entry.begin)
      await readFully(handle, file, bytes, dataStart + entry.begin)
      const tensor = { name: entry.name, shape: entry.shape, data: decode(entry, bytes, file) }
      if (options.finite) requireFinite(tensor, file)
      tensors.push(tensor)
    }
    return { metadata, tensors }
  })
}

function headerOf(tensors: readonly Tensor[], metadata: Record<string, string>, file: string): string {
  const header = new Map<string, unknown>()
  if (Object.keys(metadata).length) header.set(METADATA, metadata)
  let offset = 0
  for (const { name, shape, data } of tensors) {
    if (header.has(name) || name === METADATA) {
      throw new SafetensorsError('duplicate-name', file, 'the name is taken already.', name)
    }
    if (elementCount(shape) !== data.length) {
      throw new SafetensorsError(
        'bad-shape',
        file,
        `shape [${shape}] does not fit ${data.length} elements.`,
        name,
      )
    }
    const dtype = data instanceof Int32Array ? 'I32' : 'F32'
    header.set(name, { dtype, shape, data_offsets: [offset, (offset += data.byteLength)] })
  }
  // JSON.stringify of an object would move names that look like numbers to the front.
  return `{${[...header].map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`
}

/** The header's bytes with their length before them, padded with spaces so that the data starts at a multiple of 8. */
function encodeHeader(json: string): Uint8Array {
  const text = new TextEncoder().encode(json)
  const padded = Math.ceil(text.length / 8) * 8
  const bytes = new Uint8Array(PREFIX_BYTES + padded).fill(0x20)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(padded), true)
  bytes.set(text, PREFIX_BYTES)
  return bytes
}

/**
 * Writes tensors in the given order, atomically and to the disk; the arrays are not copied, so they must not change
 * meanwhile. Throws SafetensorsError for names or shapes that do not fit, Node's own error when the disk refuses.
 */
export async function writeSafetensors(
  file: string,
  tensors: readonly Tensor[],
  metadata: Record<string, string> = {},
): Promise<void> {
  const header = encodeHeader(headerOf(tensors, metadata, file))
  await replaceFile(file, async (handle) => {
    await handle.writeFile(header)
    for (const { data } of tensors) {
      await handle.writeFile(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    }
  })
}
