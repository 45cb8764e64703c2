import { DatasetError } from '../../core/dataset/datasetError.ts'
import { fieldText, plainInteger, shown } from './fieldValues.ts'

/** Turns the bytes of an id into a number. Throws DatasetErrors without a position. */
export interface IdReader {
  read(bytes: Uint8Array, start: number, end: number): number
}

/** 2^31: ids and counts are int32 throughout. */
const ID_LIMIT = 2 ** 31
/** Integers below this are looked up in a table of at most 64 MiB, others in a map. */
const TABLE_LIMIT = 1 << 24

/**
 * The ids of the NCF form: they are dense indices already.
 * Raw MovieLens ids obey the same rule (non-negative integers), see `IdIndex`.
 */
export class DenseIds implements IdReader {
  largest = -1

  constructor(private readonly what: string) {}

  read(bytes: Uint8Array, start: number, end: number): number {
    const id = parseDenseId(bytes, start, end, this.what)
    if (id > this.largest) this.largest = id
    return id
  }
}

/** @throws DatasetError `empty-id`, `negative-id`, `id-too-large` or `not-a-number`. */
export function parseDenseId(bytes: Uint8Array, start: number, end: number, what: string): number {
  const id = plainInteger(bytes, start, end)
  if (id >= 0 && id < ID_LIMIT) return id
  throw badId(fieldText(bytes, start, end), what)
}

function badId(text: string, what: string): DatasetError {
  if (text === '') return new DatasetError('empty-id', `the ${what} is empty.`)
  if (/^-\d+$/.test(text))
    return new DatasetError('negative-id', `the ${what} is ${text}: ids are 0 or above.`)
  if (/^\d+$/.test(text) && Number(text) >= ID_LIMIT)
    return new DatasetError('id-too-large', `the ${what} is ${shown(text)}: ids end at 2^31 - 1.`)
  return new DatasetError('not-a-number', `the ${what} is ${shown(text)} where a whole number belongs.`)
}

/** Numbers raw ids by first appearance: a table for small integers, maps for the rest. */
export class IdIndex implements IdReader {
  private readonly ids: (number | string)[] = []
  /** Number + 1 of each small integer id; 0 for those not seen. */
  private table = new Int32Array(1 << 12)
  private readonly integers = new Map<number, number>()
  private readonly texts = new Map<string, number>()

  /** With `integersOnly`, as in MovieLens, anything but 0..2^31-1 is an error; otherwise ids are any text. */
  constructor(
    private readonly what: string,
    private readonly integersOnly: boolean,
  ) {}

  get count(): number {
    return this.ids.length
  }

  /** The raw ids in the order of their numbers. */
  rawIds(): string[] {
    return this.ids.map(String)
  }

  read(bytes: Uint8Array, start: number, end: number): number {
    const id = plainInteger(bytes, start, end)
    if (id >= 0 && id < TABLE_LIMIT) return this.readSmall(id)
    if (this.integersOnly) return this.number(this.integers, parseDenseId(bytes, start, end, this.what))
    if (id >= 0) return this.number(this.integers, id)
    const text = fieldText(bytes, start, end)
    if (text === '' || /^-\d+$/.test(text)) throw badId(text, this.what)
    return this.number(this.texts, text)
  }

  private readSmall(id: number): number {
    if (id >= this.table.length) this.grow(id)
    const known = this.table[id]
    if (known !== 0) return known - 1
    this.table[id] = this.ids.push(id)
    return this.ids.length - 1
  }

  private grow(id: number): void {
    const larger = new Int32Array(Math.min(TABLE_LIMIT, Math.max(2 * this.table.length, id + 1)))
    larger.set(this.table)
    this.table = larger
  }

  private number<K extends number | string>(known: Map<K, number>, id: K): number {
    const number = known.get(id)
    if (number !== undefined) return number
    known.set(id, this.ids.length)
    return this.ids.push(id) - 1
  }
}
