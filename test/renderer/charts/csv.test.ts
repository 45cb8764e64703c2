import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toCsv, toTabSeparated } from '../../../src-renderer/charts/csv.ts'

describe('a table as CSV', () => {
  it('has a line of titles, full precision, and empty cells for what was not measured', () => {
    const columns = [{ title: 'epoch' }, { title: 'NeuMF, "paper"' }]
    expect(
      toCsv({
        columns,
        rows: [
          [1, 0.1 + 0.2],
          [2, NaN],
        ],
      }),
    ).toBe('epoch,"NeuMF, ""paper"""\r\n1,0.30000000000000004\r\n2,\r\n')
  })

  it('is read back by another reader, whatever the text', () => {
    const text = fc.string({ minLength: 1, unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'é') })
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { minLength: 1 }), (rows) => {
        const csv = toCsv({ columns: [{ title: 'a' }, { title: 'b' }], rows })
        expect(parse(csv, { record_delimiter: '\r\n' })).toEqual([['a', 'b'], ...rows])
      }),
    )
  })

  it('goes to the clipboard with tabs, and keeps a cell in its column', () => {
    expect(toTabSeparated({ columns: [{ title: 'run' }, { title: 'HR' }], rows: [['a\tb\n', 0.5]] })).toBe(
      'run\tHR\na b \t0.5',
    )
  })
})
