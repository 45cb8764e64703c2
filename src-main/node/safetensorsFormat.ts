import { z } from 'zod'

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
/** Bytes before the header: its length. */
export const PREFIX_BYTES = 8
/** The limit of the reference implementation. */
export const MAX_HEADER_BYTES = 100_000_000
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

/** Reads the text of a header; `dataBytes` follow it in the file. Throws SafetensorsError. */
export function parseIndex(text: string, dataBytes: number, file: string): Omit<TensorIndex, 'dataStart'> {
  const { [METADATA]: metadata, ...rest } = parseHeader(text, file)
  const entries = Object.entries(rest)
    .map(([name, value]) => parseEntry(name, value, file))
    .sort((a, b) => a.begin - b.begin || a.end - b.end)
  checkOffsets(entries, dataBytes, file)
  return { metadata: parseMetadata(metadata, file), entries }
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

/**
 * The header of a file of these tensors with its length before it, padded with spaces so that the data starts at a
 * multiple of 8. Throws SafetensorsError for names or shapes that do not fit.
 */
export function encodeHeader(
  tensors: readonly Tensor[],
  metadata: Record<string, string>,
  file: string,
): Uint8Array {
  const json = headerOf(tensors, metadata, file)
  const text = new TextEncoder().encode(json)
  const padded = Math.ceil(text.length / 8) * 8
  const bytes = new Uint8Array(PREFIX_BYTES + padded).fill(0x20)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(padded), true)
  bytes.set(text, PREFIX_BYTES)
  return bytes
}
