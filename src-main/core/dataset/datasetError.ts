/** What was wrong with a source or a stored dataset; stable names for programs, the message is for people. */
export type DatasetErrorCode =
  | 'not-found'
  | 'no-dataset'
  | 'ambiguous'
  | 'incomplete'
  | 'empty'
  | 'missing-column'
  | 'field-count'
  | 'truncated'
  | 'not-a-number'
  | 'negative-id'
  | 'id-too-large'
  | 'sparse-ids'
  | 'empty-id'
  | 'wrong-encoding'
  | 'line-too-long'
  | 'quotes'
  | 'split-mismatch'
  | 'unsafe-archive'
  | 'archive-too-large'
  | 'damaged-archive'
  | 'unreadable'
  | 'nothing-left'
  | 'damaged'

/** Where in a source an error lies; `line` counts from 1. */
export interface SourcePosition {
  file?: string
  line?: number
}

/** A source that cannot be imported, or stored arrays that cannot be trusted. The message opens with file and line. */
export class DatasetError extends Error {
  override readonly name = 'DatasetError'
  readonly code: DatasetErrorCode
  readonly file?: string
  readonly line?: number

  constructor(
    code: DatasetErrorCode,
    message: string,
    position: SourcePosition = {},
    options?: ErrorOptions,
  ) {
    const { file, line } = position
    const place = file === undefined ? '' : line === undefined ? `${file}: ` : `${file}, line ${line}: `
    super(place + message, options)
    this.code = code
    this.file = file
    this.line = line
  }
}
