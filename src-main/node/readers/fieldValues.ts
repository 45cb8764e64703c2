import { DatasetError } from '../../core/dataset/datasetError.ts'

const ZERO = 48
const NINE = 57
const MINUS = 45
const POINT = 46
/** Integers of up to 15 digits are exact in a float64, and so is their quotient by a power of ten, rightly rounded. */
const EXACT_DIGITS = 15
const POWERS_OF_TEN = Array.from({ length: EXACT_DIGITS + 1 }, (_, exponent) => 10 ** exponent)
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/

/** The text of a field, for ids that are no integers and for messages. */
export function fieldText(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8')
}

/** The value of a plain decimal integer (no sign, no leading zero, at most 15 digits), or -1. */
export function plainInteger(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start
  if (length === 0 || length > EXACT_DIGITS || (bytes[start] === ZERO && length > 1)) return -1
  let value = 0
  for (let i = start; i < end; i++) {
    const byte = bytes[i]
    if (byte < ZERO || byte > NINE) return -1
    value = value * 10 + (byte - ZERO)
  }
  return value
}

/**
 * A finite decimal number.
 * @throws DatasetError `not-a-number`, without a position.
 */
export function parseNumber(bytes: Uint8Array, start: number, end: number, what: string): number {
  const negative = bytes[start] === MINUS
  let value = 0
  let fraction = -1
  let i = negative ? start + 1 : start
  const exact = end - i <= EXACT_DIGITS && end > i && bytes[i] !== POINT
  for (; exact && i < end; i++) {
    const byte = bytes[i]
    if (byte >= ZERO && byte <= NINE) {
      value = value * 10 + (byte - ZERO)
      if (fraction >= 0) fraction++
    } else if (byte === POINT && fraction < 0) fraction = 0
    else break
  }
  if (!exact || i < end) return slowNumber(fieldText(bytes, start, end), what)
  if (fraction > 0) value /= POWERS_OF_TEN[fraction]
  return negative ? -value : value
}

function slowNumber(text: string, what: string): number {
  const value = NUMBER.test(text) ? Number(text) : NaN
  if (Number.isFinite(value)) return value
  throw new DatasetError('not-a-number', `the ${what} is ${shown(text)}, not a finite number.`)
}

/** A field as a message quotes it: never longer than a line. */
export function shown(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)
}
