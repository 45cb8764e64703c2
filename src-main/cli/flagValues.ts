import { InvalidArgumentError } from 'commander'

/** Reads a whole number within bounds; for commander, which adds the flag's name to the message. */
export function wholeNumber(minimum: number, maximum = Number.MAX_SAFE_INTEGER): (text: string) => number {
  const bounds =
    maximum === Number.MAX_SAFE_INTEGER ? `of at least ${minimum}` : `from ${minimum} to ${maximum}`
  return (text) => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= minimum && value <= maximum) return value
    throw new InvalidArgumentError(`It must be a whole number ${bounds}.`)
  }
}

/** Reads a decimal number that fulfils a condition, which `what` puts in words. */
export function decimal(what: string, accepts: (value: number) => boolean): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? NaN : Number(text)
    if (Number.isFinite(value) && accepts(value)) return value
    throw new InvalidArgumentError(`It must be ${what}.`)
  }
}

export const anyNumber = decimal('a number', () => true)
export const notNegative = decimal('a number of at least 0', (value) => value >= 0)
export const positive = decimal('a number above 0', (value) => value > 0)
export const belowOne = decimal('a number from 0 to below 1', (value) => value >= 0 && value < 1)

/** Reads values parted by commas. */
export function listOf<T>(read: (text: string) => T): (text: string) => T[] {
  return (text) => text.split(',').map((part) => read(part.trim()))
}

/** Reads one of several words, in whatever case. */
export function oneOf<T extends string>(words: readonly T[]): (text: string) => T {
  return (text) => {
    const word = words.find((candidate) => candidate.toLowerCase() === text.toLowerCase())
    if (word !== undefined) return word
    throw new InvalidArgumentError(`It must be one of ${words.join(', ')}.`)
  }
}

/** Reads an unsigned 64-bit integer, kept in decimal digits. */
export function seed(text: string): string {
  if (/^\d{1,20}$/.test(text) && BigInt(text) < 2n ** 64n) return text
  throw new InvalidArgumentError('It must be a whole number from 0 to 2^64 - 1.')
}

/** Reads a number of threads or `auto`. */
export function threads(text: string): number | 'auto' {
  return text === 'auto' ? text : wholeNumber(1, 256)(text)
}

/** Reads a column: its position, counted from 1, or its name. */
export function column(text: string): string | number {
  if (/^\d+$/.test(text)) return wholeNumber(1)(text)
  if (text !== '') return text
  throw new InvalidArgumentError('It must be a name or a position, counted from 1.')
}

/** Gathers the values of a flag that may be repeated. */
export function repeated(text: string, previous: string[] = []): string[] {
  return [...previous, text]
}
