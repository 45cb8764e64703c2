import { CsvError, parse } from 'csv-parse'
import { DatasetError } from '../../core/dataset/datasetError.ts'

/** The fields of a row, the line it ends on, and whether it is the end of a file without a final newline. */
export type OnFields = (fields: string[], line: number, isLastLine: boolean) => void

/**
 * Rows by RFC 4180, for tables that quote: fields may hold separators, doubled quotes and newlines. Feed whole lines
 * in order; rows come out as they are complete.
 */
export class QuotedRows {
  private readonly parser
  private failure: unknown
  private ending = false

  /** `firstLine` is the number of the first line that will be fed. */
  constructor(
    private readonly file: string,
    separator: string,
    private readonly firstLine: number,
    onFields: OnFields,
  ) {
    this.parser = parse({
      delimiter: separator,
      record_delimiter: ['\r\n', '\n'],
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: 1 << 20,
      on_record: (fields: string[], { lines }) => {
        onFields(fields, firstLine + lines - 1, this.ending)
        return null
      },
    })
    this.parser.on('error', (error) => (this.failure ??= error))
    this.parser.resume()
  }

  /** @throws DatasetError `quotes`, or what `onFields` throws. */
  async write(bytes: Uint8Array): Promise<void> {
    this.check()
    await new Promise<void>((resolve) =>
      this.parser.write(bytes, (error) => resolve(void (this.failure ??= error ?? undefined))),
    )
    this.check()
  }

  async end(): Promise<void> {
    this.check()
    this.ending = true
    const closed = new Promise<void>((resolve) => this.parser.once('close', resolve))
    this.parser.end()
    await closed
    this.check()
  }

  private check(): void {
    if (this.failure === undefined) return
    if (!(this.failure instanceof CsvError)) throw this.failure
    const error = this.failure
    const line = this.firstLine + Number(error.lines ?? 1) - 1
    throw new DatasetError(
      'quotes',
      `the quotes do not pair up (${error.message}).`,
      { file: this.file, line },
      { cause: error },
    )
  }
}
