import { describe, expect, it } from 'vitest'
import { completionsAt, wordAt } from '../../../src-renderer/views/runs/query/completion.ts'
import { knownValues } from '../../../src-renderer/views/runs/query/knownValues.ts'
import { runRow } from './runRows.ts'

const runs = [
  runRow({ tags: ['old ones', 'base'] }),
  runRow({ tags: ['base'], config: { model: 'GMF' } }),
  runRow({ config: { model: 'GMF' } }),
]
const texts = (text: string, caret = text.length) =>
  completionsAt(text, caret, (field) => knownValues(runs, field)).map((completion) => completion.text)

describe('completion of the query', () => {
  it('offers fields that begin as what is typed, with the colon where a value follows', () => {
    expect(texts('mo')).toEqual(['model:'])
    expect(texts('s')).toEqual(['seed:', 'selection:', 'state:', 'starred'])
    expect(texts('hr')).toEqual(['hr10'])
  })

  it('offers the values that runs have, the most frequent first', () => {
    expect(texts('model:')).toEqual(['model:GMF', 'model:NeuMF'])
    expect(texts('tag:')).toEqual(['tag:base', 'tag:"old ones"'])
    expect(texts('tag:b')).toEqual(['tag:base'])
  })

  it('keeps the sign of a negation', () => {
    expect(texts('-mod')).toEqual(['-model:'])
    expect(texts('-model:g')).toEqual(['-model:GMF'])
  })

  it('looks at the word at the caret alone', () => {
    expect(texts('mo starred', 2)).toEqual(['model:'])
    expect(wordAt('mo starred', 2)).toEqual({ from: 0, to: 2 })
    expect(wordAt('a bcd e', 4)).toEqual({ from: 2, to: 5 })
  })

  it('offers nothing for nothing, for words and for what is complete', () => {
    expect(texts('')).toEqual([])
    expect(texts('zebra')).toEqual([])
    expect(texts('model:GMF')).toEqual([])
    expect(texts('constructor:')).toEqual([])
  })
})
