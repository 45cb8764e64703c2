import { describe, expect, it } from 'vitest'
import { bestResult, runName, shareDone, towerWidths } from '../../../src-renderer/views/runs/runFacts.ts'
import { RUN_COLUMNS } from '../../../src-renderer/views/runs/table/runColumns.ts'
import { runsCsv } from '../../../src-renderer/views/runs/table/tableCsv.ts'
import { thinned } from '../../../src-renderer/views/runs/table/sparkValues.ts'
import { tagsIn, tagsOf } from '../../../src-renderer/views/runs/tags.ts'
import { runRow } from './runRows.ts'

const PARTS = { gmf: { runId: 'g', groupKey: 'g' }, mlp: { runId: 'm', groupKey: 'm' } }
const column = (id: string) => RUN_COLUMNS.find((candidate) => candidate.id === id)!
const unread = { ...runRow({ state: 'unreadable' }), config: undefined, summary: undefined, data: undefined }

describe('the columns of a run', () => {
  it('show metrics to three decimals and say when they are of validation items', () => {
    expect(column('hr10').text(runRow({ hr10: 0.68446 }))).toBe('0.684')
    expect(column('hr10').text(runRow({ hr10: 0.68446, config: { selection: 'validation' } }))).toBe(
      'val 0.684',
    )
    expect(column('lastHr10').text(runRow({ hr10: 0.7 }))).toBe('0.690')
  })

  it('have different names, and each has a text for a run that cannot be read', () => {
    expect(new Set(RUN_COLUMNS.map(({ id }) => id)).size).toBe(RUN_COLUMNS.length)
    for (const { id, text, value } of RUN_COLUMNS) {
      expect(typeof text(unread), id).toBe('string')
      expect(value(unread), id).not.toBeNaN()
    }
  })

  it.each([
    [{ model: 'ItemPop' }, 'ItemPop'],
    [{ model: 'ItemKNN', neighbors: 100 }, 'ItemKNN k = 100'],
    [{ model: 'EASE' }, 'EASE λ = 500'],
    [{ model: 'iALS', factors: 192 }, 'iALS F = 192'],
    [{ model: 'BPR' }, 'BPR F = 64'],
    [{ model: 'MLP', tower: [64, 16] }, 'MLP 64-16'],
    [{ model: 'NeuMF', factors: 8 }, 'NeuMF F = 8'],
    [{ model: 'NeuMF', factors: 8, pretraining: PARTS }, 'NeuMF pre-trained F = 8'],
  ] as const)('call %j %s, and never say undefined', (config, title) => {
    const run = runRow({ id: 'a-b', config: config as never })
    expect(runName(run)).toBe(`${title} · b`)
    for (const { id, text } of RUN_COLUMNS) expect(text(run), id).not.toMatch(/undefined|NaN/)
  })

  it('show full ranking beside the sampled candidates, and no epochs of a model in closed form', () => {
    const run = runRow({ config: { model: 'EASE' }, epochsCompleted: 1, hr10: 0.7 })
    const full = { ...run.summary!.selected, hr: run.summary!.selected.hr.map((value) => value / 7) }
    const ranked = { ...run, summary: { ...run.summary!, full } }
    expect(column('fullHr10').text(ranked)).toBe('0.100')
    expect(column('fullHr10').text(run)).toBe('–')
    expect([column('epochs').text(run), column('bestEpoch').text(run)]).toEqual(['–', '–'])
    expect([column('lambda').text(run), column('neighbors').text(run)]).toEqual(['500', '–'])
  })

  it('resolve the tower as the models do', () => {
    expect(towerWidths(runRow({ config: { factors: 8, layers: 3 } }))).toEqual([64, 32, 16, 8])
    expect(towerWidths(runRow({ config: { tower: [20, 10] } }))).toEqual([20, 10])
    expect(towerWidths(runRow({ config: { model: 'GMF' } }))).toBeUndefined()
  })

  it('take the test result of a run selected by validation once it is there', () => {
    const run = runRow({ config: { selection: 'validation' }, hr10: 0.7 })
    expect(bestResult(run)).toMatchObject({ on: 'validation', hr10: 0.7 })
    const test = { ...run.summary!.selected, hr: run.summary!.selected.hr.map((value) => value / 2) }
    expect(bestResult({ ...run, summary: { ...run.summary!, test } })).toMatchObject({
      on: 'test',
      hr10: 0.35,
    })
    expect(bestResult(unread)).toBeUndefined()
  })

  it('count the steps of the epoch under way into what is done', () => {
    const run = runRow({ epochsCompleted: 5, config: { epochs: 10 } })
    expect(shareDone(run)).toBe(0.5)
    expect(shareDone(run, { epoch: 6, step: 50, stepsPerEpoch: 100 })).toBe(0.55)
    expect(shareDone(run, { epoch: 6, step: 0, stepsPerEpoch: 0 })).toBe(0.5)
  })
})

describe('the table as CSV', () => {
  it('has the columns shown, numbers with all their digits, and quotes what needs them', () => {
    const run = runRow({ id: 'r1', name: 'a, "b"', hr10: 0.684463, starred: true, tags: ['x', 'y'] })
    const shown = ['starred', 'name', 'hr10', 'curve', 'tags'].map(column)
    expect(runsCsv([run], shown).split('\r\n')).toEqual([
      'Id,Star,Name,HR@10 best,Tags',
      'r1,yes,"a, ""b""",0.684463,"x, y"',
      '',
    ])
  })

  it('leaves out what a damaged run does not know', () => {
    expect(runsCsv([unread], [column('hr10'), column('model')])).toContain(`${runName(unread)},,\r\n`)
  })
})

describe('a sparkline', () => {
  it('keeps the first and the last value of a long curve, and leaves out gaps', () => {
    const long = Float64Array.from({ length: 500 }, (_, i) => i)
    expect(thinned(long)).toHaveLength(32)
    expect([thinned(long)[0], thinned(long).at(-1)]).toEqual([0, 499])
    expect(thinned([1, NaN, 3])).toEqual([1, 3])
  })
})

describe('tags', () => {
  it('are split at commas, once each, none empty', () => {
    expect(tagsIn(' a, b ,a,, c d').tags).toEqual(['a', 'b', 'c d'])
    expect(tagsIn('x'.repeat(101)).problem).toMatch(/at most 100/)
    expect(tagsIn('x'.repeat(100)).problem).toBe('')
  })

  it('of several runs are counted', () => {
    const runs = [runRow({ tags: ['b', 'a'] }), runRow({ tags: ['b'] })]
    expect(tagsOf(runs)).toEqual([
      { tag: 'a', count: 1 },
      { tag: 'b', count: 2 },
    ])
  })
})
