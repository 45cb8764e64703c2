import { DatasetError } from '../../core/dataset/datasetError.ts'
import { lineBlocks, type LineBlock } from './lineBlocks.ts'
import { QuotedRows } from './quotedRows.ts'
import { RowParser, type RowTarget, type TableLayout } from './rowParser.ts'

/** How a table of interactions is written. */
export interface TableFormat {
  /** Where quotes are RFC 4180's; elsewhere they are letters like others. */
  quotes: boolean
  /** Whether the first line names the columns. */
  header: boolean
  /** The layout, from the first line. */
  layout(firstLine: string): TableLayout
  /** Where rows go, once the layout is known. */
  target(layout: TableLayout): RowTarget
}

const NEWLINE = 10
const QUOTE = 34

/**
 * Reads a table row by row, its memory bounded by the target's columns.
 * @throws DatasetError with file and line; `empty` when there is no row.
 */
export async function readTable(
  pieces: AsyncIterable<Uint8Array>,
  file: string,
  format: TableFormat,
): Promise<RowTarget> {
  let reader: TableReader | undefined
  for await (const block of lineBlocks(pieces, file, 'utf-8')) {
    if (reader !== undefined) await reader.write(block)
    else {
      const opened = openTable(block, file, format)
      reader = opened?.reader
      if (opened !== undefined) await opened.reader.write(opened.rows)
    }
  }
  if (reader === undefined) throw new DatasetError('empty', 'is empty.', { file, line: 1 })
  await reader.end()
  if (reader.target.columns.length === 0)
    throw new DatasetError('empty', 'has a header but no rows.', { file, line: 1 })
  return reader.target
}

/** Undefined while there are only blank lines. */
function openTable(block: LineBlock, file: string, format: TableFormat) {
  const { bytes, firstLine } = block
  let line = firstLine
  for (let start = 0; start < bytes.length; line++) {
    const newline = bytes.indexOf(NEWLINE, start)
    const end = newline < 0 ? bytes.length : newline
    const text = Buffer.from(bytes.subarray(start, end)).toString('utf8').replace(/\r$/, '')
    if (text.trim() !== '') {
      const reader = new TableReader(file, format, format.layout(text))
      const rows = format.header
        ? { bytes: bytes.subarray(end + 1), firstLine: line + 1 }
        : { bytes: bytes.subarray(start), firstLine: line }
      return { reader, rows }
    }
    start = end + 1
  }
  return undefined
}

/** Plain rows by the byte reader until a quote turns up; from that block on by csv-parse. */
class TableReader {
  readonly target: RowTarget
  private readonly parser: RowParser
  private quoted?: QuotedRows

  constructor(
    private readonly file: string,
    private readonly format: TableFormat,
    private readonly layout: TableLayout,
  ) {
    this.target = format.target(layout)
    this.parser = new RowParser(file, layout, this.target)
  }

  async write(block: LineBlock): Promise<void> {
    if (this.quoted === undefined && this.format.quotes && block.bytes.includes(QUOTE)) {
      this.quoted = new QuotedRows(
        this.file,
        this.layout.separator,
        block.firstLine,
        (fields, line, isLastLine) => this.parser.parseFields(fields, line, isLastLine),
      )
    }
    if (this.quoted === undefined) this.parser.parse(block)
    else await this.quoted.write(block.bytes)
  }

  async end(): Promise<void> {
    await this.quoted?.end()
  }
}
