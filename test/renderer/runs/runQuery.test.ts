import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseQuery } from '../../../src-renderer/views/runs/query/runQuery.ts'
import { QUERY_FIELDS } from '../../../src-renderer/views/runs/query/queryFields.ts'
import { runRow } from './runRows.ts'

const gmf = runRow({
  id: '20261101-000000-gmf-aaaa',
  name: 'First try',
  config: { model: 'GMF', factors: 8, learningRate: 0.01, seed: '4' },
  hr10: 0.6,
  tags: ['base', 'old ones'],
  createdAt: '2026-10-31T12:00:00.000Z',
})
const neumf = runRow({
  id: '20261124-000000-neumf-bbbb',
  notes: 'Dropout made it worse',
  config: { model: 'NeuMF', factors: 32, seed: '42' },
  hr10: 0.69,
  starred: true,
  tags: ['baseline'],
  state: 'running',
})
const damaged = runRow({
  id: '20261124-000000-mlp-cccc',
  state: 'unreadable',
  problem: { code: 'damaged', message: 'run.json is cut off' },
  config: { model: 'MLP' },
})
const unread = { ...damaged, config: undefined, summary: undefined, data: undefined, createdAt: undefined }

function found(text: string): string[] {
  const { matches } = parseQuery(text)
  const names = { gmf, neumf, damaged: unread }
  return Object.entries(names).flatMap(([name, run]) => (matches(run) ? [name] : []))
}

describe('a query text', () => {
  it.each([
    ['', ['gmf', 'neumf', 'damaged']],
    ['first', ['gmf']],
    ['FIRST try', ['gmf']],
    ['"first try"', ['gmf']],
    ['"try first"', []],
    ['movielens', ['gmf', 'neumf']],
    ['worse', ['neumf']],
    ['cccc', ['damaged']],
    ['hr10>0.68', ['neumf']],
    ['hr10>=0.69', ['neumf']],
    ['hr10<.69', ['gmf']],
    ['HR@10>0.68', ['neumf']],
    ['ndcg10=0.41', ['gmf', 'neumf']],
    ['factors:32', ['neumf']],
    ['factors!=32', ['gmf']],
    ['lr<0.01', ['neumf']],
    ['learning-rate:0.01', ['gmf']],
    ['model:neumf', ['neumf']],
    ['model:mf', []],
    ['-model:NeuMF', ['gmf', 'damaged']],
    ['seed:4', ['gmf']],
    ['tag:base', ['gmf']],
    ['tag:"old ones"', ['gmf']],
    ['dataset:lens', ['gmf', 'neumf']],
    ['state:running', ['neumf']],
    ['state:training', ['neumf']],
    ['state:unreadable', ['damaged']],
    ['damaged', ['damaged']],
    ['starred', ['neumf']],
    ['-starred', ['gmf', 'damaged']],
    ['"starred"', []],
    ['created:2026-11', ['neumf']],
    ['created<2026-11', ['gmf']],
    ['name:"first try"', ['gmf']],
    ['name:"first', ['gmf']],
    ['note:dropout model:NeuMF', ['neumf']],
    ['note:dropout model:GMF', []],
    ['-', ['gmf', 'neumf', 'damaged']],
  ])('%s finds %j', (text, expected) => {
    expect(parseQuery(text).problems).toEqual([])
    expect(found(text)).toEqual(expected)
  })

  it.each([
    ['model:EASE', ['ease']],
    ['full.hr10>0.1', ['ease']],
    ['FULL.HR@10>0.2', []],
    ['lambda>=500', ['ease']],
    ['k:200', ['knn']],
    ['neighbors:200 -model:EASE', ['knn']],
    ['model:NeuMF', ['fused']],
    ['model:NeuMF-pre', ['fused']],
  ])('%s finds %j among baselines', (text, expected) => {
    const full = { ...gmf.summary!.selected, hr: gmf.summary!.selected.hr.map(() => 0.15) }
    const parts = { gmf: { runId: 'g', groupKey: 'g' }, mlp: { runId: 'm', groupKey: 'm' } }
    const runs = [
      { ...runRow({ id: 'ease', config: { model: 'EASE' } }), summary: { ...gmf.summary!, full } },
      runRow({ id: 'knn', config: { model: 'ItemKNN' } }),
      runRow({ id: 'fused', config: { model: 'NeuMF', pretraining: parts } }),
    ]
    expect(parseQuery(text).problems).toEqual([])
    expect(runs.filter(parseQuery(text).matches).map(({ id }) => id)).toEqual(expected)
  })

  it.each([
    ['factor:32', /no field “factor”.*“factors”/],
    ['hr11>0.5', /“hr10”/],
    ['elephant:3', /quotes/],
    ['hr10>good', /“hr10” needs a number, as in hr10>0.68/],
    ['lr:', /needs a number/],
    ['model:', /needs a value/],
    ['model>GMF', /cannot be compared/],
    ['-factor:32', /no field/],
    ['constructor:1', /no field/],
  ])('%s is said not to be understood, and hides nothing', (text, message) => {
    expect(parseQuery(text).problems).toHaveLength(1)
    expect(parseQuery(text).problems[0]).toMatch(message)
    expect(found(text)).toHaveLength(3)
  })

  it('keeps the parts that it understands beside one that it does not', () => {
    expect(found('foo:1 model:GMF')).toEqual(['gmf'])
  })

  it('asks for the archive only by its own word', () => {
    expect(parseQuery('archived').wantsArchived).toBe(true)
    expect(parseQuery('-archived "archived things"').wantsArchived).toBe(false)
  })

  it('gives every example of a field no problem', () => {
    const examples = Object.values(QUERY_FIELDS).map(({ example }) => example)
    expect(parseQuery(examples.join(' ')).problems).toEqual([])
  })

  it('takes any text, and a negated part lets through exactly what the part does not', () => {
    const anyText = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'hr10:<>="- model.@') }))
    fc.assert(
      fc.property(anyText, (text) => {
        const query = parseQuery(text)
        for (const run of [gmf, neumf, unread]) expect(typeof query.matches(run)).toBe('boolean')
      }),
    )
    fc.assert(
      fc.property(fc.constantFrom('hr10>0.65', 'try', 'tag:base', 'starred', 'created<2026-11'), (part) => {
        expect([...found(part), ...found(`-${part}`)].sort()).toEqual(['damaged', 'gmf', 'neumf'])
      }),
    )
  })
})
