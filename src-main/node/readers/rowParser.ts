import { DatasetError } from '../../core/dataset/datasetError.ts'
import { parseNumber } from './fieldValues.ts'
import type { IdReader } from './idIndex.ts'
import type { InteractionColumns } from './interactionColumns.ts'
import { eachLine, placed, type LineBlock } from './lineBlocks.ts'

/** Where a table keeps what; columns count from 0, -1 for none. */
export interface TableLayout {
  separator: string
  fields: number
  user: number
  item: number
  rating: number
  timestamp: number
}

export interface RowTarget {
  users: IdReader
  items: IdReader
  columns: InteractionColumns
  /** Interactions rated lower are kept as touched, not as positive. */
  ratingThreshold?: number
}

const SPACE = 32

/** Reads rows of delimited bytes into columns; one pass, no strings. */
export class RowParser {
  private readonly first: number
  private readonly second: number
  /** Start and end of each field of the current row. */
  private readonly bounds: Int32Array

  constructor(
    private readonly file: string,
    private readonly layout: TableLayout,
    private readonly target: RowTarget,
  ) {
    this.first = layout.separator.charCodeAt(0)
    this.second = layout.separator.length > 1 ? layout.separator.charCodeAt(1) : -1
    this.bounds = new Int32Array(2 * layout.fields)
  }

  /** @throws DatasetError with the file and the line of the first bad row. */
  parse(block: LineBlock): void {
    const { bytes } = block
    eachLine(block, this.file, (start, end, _line, isUnterminated) => {
      this.checkCount(this.split(bytes, start, end), isUnterminated)
      this.accept(bytes)
    })
  }

  /** One row that was cut into fields elsewhere. */
  parseFields(fields: readonly string[], line: number, isLastLine: boolean): void {
    try {
      this.checkCount(fields.length, isLastLine)
      const parts = fields.map((field) => Buffer.from(field))
      let at = 0
      parts.forEach((part, i) => {
        this.bounds[2 * i] = at
        this.bounds[2 * i + 1] = at += part.length
      })
      this.accept(Buffer.concat(parts))
    } catch (error) {
      throw placed(error, this.file, line)
    }
  }

  /** Fills `bounds`; returns the number of fields, which may exceed the layout's. */
  private split(bytes: Uint8Array, start: number, end: number): number {
    const { first, second, bounds } = this
    let field = 0
    let from = start
    for (let i = start; i < end; i++) {
      if (bytes[i] !== first || (second >= 0 && bytes[i + 1] !== second)) continue
      bounds[2 * field] = from
      bounds[2 * field++ + 1] = i
      if (second >= 0) i++
      from = i + 1
    }
    bounds[2 * field] = from
    bounds[2 * field + 1] = end
    return field + 1
  }

  private checkCount(found: number, isLastLine: boolean): void {
    const { fields } = this.layout
    if (found === fields) return
    if (found < fields && isLastLine)
      throw new DatasetError(
        'truncated',
        `the file ends within a row: ${found} of ${fields} fields are there.`,
      )
    throw new DatasetError('field-count', `the row has ${found} fields where ${fields} belong.`)
  }

  private accept(bytes: Uint8Array): void {
    const { layout, target } = this
    const user = this.readId(bytes, layout.user, target.users)
    const item = this.readId(bytes, layout.item, target.items)
    const rating = layout.rating < 0 ? 0 : this.readNumber(bytes, layout.rating, 'rating')
    const timestamp = layout.timestamp < 0 ? 0 : this.readNumber(bytes, layout.timestamp, 'timestamp')
    target.columns.push(
      user,
      item,
      timestamp,
      target.ratingThreshold === undefined || rating >= target.ratingThreshold,
    )
  }

  private readId(bytes: Uint8Array, column: number, ids: IdReader): number {
    const start = this.trimmedStart(bytes, column)
    return ids.read(bytes, start, this.trimmedEnd(bytes, column, start))
  }

  private readNumber(bytes: Uint8Array, column: number, what: string): number {
    const start = this.trimmedStart(bytes, column)
    return parseNumber(bytes, start, this.trimmedEnd(bytes, column, start), what)
  }

  private trimmedStart(bytes: Uint8Array, column: number): number {
    let start = this.bounds[2 * column]
    while (bytes[start] === SPACE && start < this.bounds[2 * column + 1]) start++
    return start
  }

  private trimmedEnd(bytes: Uint8Array, column: number, start: number): number {
    let end = this.bounds[2 * column + 1]
    while (end > start && bytes[end - 1] === SPACE) end--
    return end
  }
}
