/**
 * Messages over a WebSocket. Plain JSON as text; with typed arrays inside, one binary frame: the length of the JSON
 * (unsigned, 32 bits, little-endian), the JSON, then the arrays' bytes, each from a multiple of 8.
 * Electron needs none of this: its IPC clones typed arrays as they are.
 */
const ARRAYS = { Float32Array, Float64Array, Int32Array, Uint8Array, Uint32Array }
type ArrayName = keyof typeof ARRAYS
type BinaryArray = InstanceType<(typeof ARRAYS)[ArrayName]>

/** Stands in the JSON for an array. */
interface Placeholder {
  $array: ArrayName
  offset: number
  length: number
}

const ALIGNMENT = 8
const LENGTH_BYTES = 4

function align(offset: number): number {
  return Math.ceil(offset / ALIGNMENT) * ALIGNMENT
}

function arrayName(value: unknown): ArrayName | undefined {
  if (!ArrayBuffer.isView(value)) return undefined
  return (Object.keys(ARRAYS) as ArrayName[]).find((name) => value instanceof ARRAYS[name])
}

/** A message as a WebSocket frame: text without typed arrays, binary with them. */
export function encodeMessage(message: unknown): string | Uint8Array<ArrayBuffer> {
  const arrays: { array: BinaryArray; offset: number }[] = []
  let end = 0
  const json = JSON.stringify(message, (_key, value: unknown) => {
    const name = arrayName(value)
    if (name === undefined) return value
    const array = value as BinaryArray
    const placeholder: Placeholder = { $array: name, offset: align(end), length: array.length }
    arrays.push({ array, offset: placeholder.offset })
    end = placeholder.offset + array.byteLength
    return placeholder
  })
  return arrays.length === 0 ? json : packed(json, arrays, end)
}

function packed(
  json: string,
  arrays: readonly { array: BinaryArray; offset: number }[],
  arrayBytes: number,
): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(json)
  const start = align(LENGTH_BYTES + text.length)
  const frame = new Uint8Array(start + arrayBytes)
  new DataView(frame.buffer).setUint32(0, text.length, true)
  frame.set(text, LENGTH_BYTES)
  for (const { array, offset } of arrays) {
    frame.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), start + offset)
  }
  return frame
}

/** The message of a frame; its typed arrays are views of the frame. Throws SyntaxError or RangeError. */
export function decodeMessage(frame: string | ArrayBuffer): unknown {
  if (typeof frame === 'string') return JSON.parse(frame)
  const length = new DataView(frame).getUint32(0, true)
  const json = new TextDecoder().decode(new Uint8Array(frame, LENGTH_BYTES, length))
  const start = align(LENGTH_BYTES + length)
  return JSON.parse(json, (_key, value: unknown) => {
    if (!isPlaceholder(value)) return value
    return new ARRAYS[value.$array](frame, start + value.offset, value.length)
  })
}

function isPlaceholder(value: unknown): value is Placeholder {
  if (typeof value !== 'object' || value === null || !('$array' in value)) return false
  return typeof value.$array === 'string' && Object.hasOwn(ARRAYS, value.$array)
}
