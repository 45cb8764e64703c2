import { open, type FileHandle } from 'node:fs/promises'
import { replaceFile } from './atomicFile.ts'
import {
  encodeHeader,
  MAX_HEADER_BYTES,
  parseIndex,
  PREFIX_BYTES,
  SafetensorsError,
  type Tensor,
  type TensorEntry,
  type TensorFile,
  type TensorIndex,
} from './safetensorsFormat.ts'

export {
  SafetensorsError,
  type SafetensorsErrorCode,
  type Tensor,
  type TensorEntry,
  type TensorFile,
  type TensorIndex,
} from './safetensorsFormat.ts'

/** One read or write of a file handle must stay below 2 GiB. */
const CHUNK_BYTES = 64 * 1024 * 1024

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

async function readIndex(handle: FileHandle, file: string): Promise<TensorIndex> {
  const { size } = await handle.stat()
  const text = await readHeaderText(handle, file, size)
  const dataStart = PREFIX_BYTES + Buffer.byteLength(text)
  return { ...parseIndex(text, size - dataStart, file), dataStart }
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

/**
 * Writes tensors in the given order, atomically and to the disk; the arrays are not copied, so they must not change
 * meanwhile. Throws SafetensorsError for names or shapes that do not fit, Node's own error when the disk refuses.
 */
export async function writeSafetensors(
  file: string,
  tensors: readonly Tensor[],
  metadata: Record<string, string> = {},
): Promise<void> {
  const header = encodeHeader(tensors, metadata, file)
  await replaceFile(file, async (handle) => {
    await handle.writeFile(header)
    for (const { data } of tensors) {
      await handle.writeFile(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    }
  })
}
