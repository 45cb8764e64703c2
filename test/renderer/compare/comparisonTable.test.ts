import { describe, expect, it } from 'vitest'
import type { PublishedResultRow } from '../../../src-main/contract/runContract.ts'
import { baselines } from '../../../src-renderer/views/compare/comparisonBaseline.ts'
import {
  comparisonCsv,
  comparisonLatex,
  comparisonMarkdown,
} from '../../../src-renderer/views/compare/comparisonExport.ts'
import { comparisonTable, type ComparisonTable } from '../../../src-renderer/views/compare/comparisonTable.ts'
import { runRow } from './runRows.ts'

const PUBLISHED: PublishedResultRow = {
  ...{ source: 'he2017', sourceName: 'He et al. 2017', citation: 'NCF. WWW 2017.' },
  ...{ dataset: 'ml-1m', model: 'NeuMF', factors: 32 },
  ...{ selection: 'paper', pretrained: false, hr10: 0.7, ndcg10: 0.42, approximate: false },
}
const neumf = runRow('a', { name: 'NeuMF', hr10: 0.684 })
const gmf = runRow('b', { name: 'GMF & co', hr10: 0.6771, config: { model: 'GMF', factors: 16 } })
const [fromNeumf, , fromPaper] = baselines([neumf, gmf], [PUBLISHED])

const plain = { allSettings: false }
const cell = (table: ComparisonTable, row: number, key: string) =>
  table.rows[row].cells[table.columns.findIndex((column) => column.key === key)]

describe('the table of a comparison', () => {
  it('has columns for all items only where a run has ranked them, with differences of their own', () => {
    const full = { ...gmf.summary!.selected, hr: gmf.summary!.selected.hr.map(() => 0.1) }
    const ranked = { ...gmf, summary: { ...gmf.summary!, full } }
    const other = runRow('c', { hr10: 0.69, config: { model: 'EASE' } })
    const better = {
      ...other,
      summary: { ...other.summary!, full: { ...full, hr: full.hr.map(() => 0.12) } },
    }
    const [baseline] = baselines([ranked], [])
    const table = comparisonTable([ranked, better], { ...plain, baseline })
    expect(table.columns.slice(0, 4).map(({ key }) => key)).toEqual([
      'hr10',
      'ndcg10',
      'fullHr10',
      'fullNdcg10',
    ])
    expect(cell(table, 1, 'fullHr10')).toMatchObject({ text: '0.120', best: true })
    expect(cell(table, 1, 'fullHr10').delta).toBeCloseTo(0.02)
    expect(comparisonTable([gmf], plain).columns.map(({ key }) => key)).not.toContain('fullHr10')
  })

  it('has columns for what differs and says what is equal', () => {
    const table = comparisonTable([neumf, gmf], plain)
    const config = table.columns.filter(({ kind }) => kind === 'config').map(({ label }) => label)
    expect(config).toEqual(['Model', 'Factors', 'Layers', 'Dropout'])
    expect(table.shared).toContainEqual({ label: 'Epochs', text: '20' })
    expect(table.shared.map(({ label }) => label)).not.toContain('Factors')
    const all = comparisonTable([neumf, gmf], { allSettings: true })
    expect(all.columns.length).toBeGreaterThan(table.columns.length)
    expect(all.shared).toEqual([])
  })

  it('marks the best of those that may be compared', () => {
    const table = comparisonTable([neumf, gmf], plain)
    expect(cell(table, 0, 'hr10')).toMatchObject({ text: '0.684', best: true })
    expect(cell(table, 1, 'hr10').best).toBe(false)
    expect(cell(table, 0, 'bestEpoch').best).toBe(false)
    expect(cell(table, 0, 'auc').best, 'all have the same').toBe(false)
    const elsewhere = runRow('c', { hr10: 0.9, data: { fingerprint: '0', name: 'sample' } })
    const mixed = comparisonTable([neumf, gmf, elsewhere], { baseline: fromNeumf, allSettings: false })
    expect(cell(mixed, 0, 'hr10').best).toBe(true)
    expect(cell(mixed, 2, 'hr10').best).toBe(false)
    expect(cell(mixed, 2, 'hr10').delta).toBeUndefined()
  })

  it('counts differences from a run, with the interval of a single figure', () => {
    const table = comparisonTable([neumf, gmf], { ...plain, baseline: fromNeumf })
    expect(cell(table, 0, 'hr10').delta).toBeUndefined()
    expect(cell(table, 1, 'hr10').delta).toBeCloseTo(-0.007, 3)
    expect(cell(table, 1, 'auc').delta).toBeCloseTo(0.0, 3)
    expect(cell(table, 1, 'trainSeconds').delta).toBeUndefined()
    expect(cell(table, 1, 'hr10').note).toBe('95 % interval 0.665 to 0.689 over 6,040 users')
  })

  it('counts differences from a published result, which has a row of its own', () => {
    const table = comparisonTable([neumf, gmf], { ...plain, baseline: fromPaper })
    expect(cell(table, 0, 'hr10').delta).toBeCloseTo(-0.016, 3)
    expect(cell(table, 0, 'mrr').delta).toBeUndefined()
    expect(table.rows.at(-1)).toMatchObject({ kind: 'published', name: 'He et al. 2017: NeuMF F = 32' })
    expect(cell(table, 2, 'hr10')).toMatchObject({ text: '0.700', note: 'NCF. WWW 2017.' })
  })

  it('says where a figure is on validation items, and holds none against a published one', () => {
    const fair = runRow('v', {
      hr10: 0.6,
      on: 'validation',
      config: { model: 'NeuMF', selection: 'validation' },
    })
    const table = comparisonTable([fair], { ...plain, baseline: fromPaper })
    expect(cell(table, 0, 'hr10').text).toBe('val 0.600')
    expect(cell(table, 0, 'hr10').note).toMatch(/^On the validation items\. 95 %/)
    expect(cell(table, 0, 'hr10').delta).toBeUndefined()
  })

  it('sums up seeds as mean and deviation', () => {
    const seeds = [0.68, 0.69, 0.7].map((hr10, i) =>
      runRow(`s${i}`, { name: 'NeuMF', hr10, config: { model: 'NeuMF', seed: String(i) } }),
    )
    const table = comparisonTable([...seeds, gmf], { ...plain, baseline: fromPaper })
    expect(table.rows.map(({ kind }) => kind)).toEqual(['run', 'run', 'run', 'run', 'group', 'published'])
    expect(table.rows[4].name).toBe('NeuMF, mean ± sd of 3 seeds')
    expect(cell(table, 4, 'hr10').text).toBe('0.690 ± 0.010')
    expect(cell(table, 4, 'hr10').delta).toBeCloseTo(-0.01, 9)
    expect(cell(table, 4, 'seed').text).toBe('3 seeds')
    expect(cell(table, 4, 'trainSeconds').text).toBe('1 min 40 s')
  })

  it('has dashes for a run without figures and for one that cannot be read', () => {
    const unreadable = runRow('u', { more: { config: undefined, data: undefined, state: 'unreadable' } })
    const table = comparisonTable([runRow('q'), unreadable], { ...plain, baseline: fromNeumf })
    expect(cell(table, 0, 'hr10')).toMatchObject({ text: '–', best: false })
    expect(table.columns.filter(({ kind }) => kind === 'config')).toEqual([])
    expect(cell(table, 1, 'trainSeconds').text).toBe('–')
  })
})

describe('the exports of a comparison', () => {
  const table = comparisonTable([neumf, gmf], { ...plain, baseline: fromNeumf })

  it('are a Markdown table with the best in bold', () => {
    const lines = comparisonMarkdown(table).split('\n')
    expect(lines[0]).toMatch(/^\| Run \| HR@10 \| NDCG@10 \| Model \| .* \| Training time \|$/)
    expect(lines[1]).toMatch(/^\| --- \| ---: \|/)
    expect(lines[2]).toContain('| NeuMF | **0.684** |')
    expect(lines[3]).toContain('| 0.677 (−0.007) |')
    expect(new Set(lines.map((line) => line.split(' | ').length)).size).toBe(1)
  })

  it('are a LaTeX tabular with its signs escaped', () => {
    const text = comparisonLatex(table)
    expect(text).toMatch(/^\\begin\{tabular\}\{lrrllllrrrr\}/)
    expect(text).toContain(String.raw`GMF \& co & 0.677 ($-$0.007) &`)
    expect(text).toContain(String.raw`\textbf{0.684}`)
    expect(text.endsWith('\\end{tabular}')).toBe(true)
  })

  it('are CSV with all digits and differences in columns of their own', () => {
    const [head, first, second] = comparisonCsv(table).split('\r\n')
    expect(head).toMatch(/^Run,HR@10,HR@10 difference,NDCG@10,NDCG@10 difference,Model,/)
    expect(first).toMatch(/^NeuMF,0.684,,0.342,,NeuMF,/)
    expect(second).toMatch(/^GMF & co,0.6771,-0.0069\d*,/)
  })
})
