import { describe, expect, it } from 'vitest'
import { latexEscaped, latexRows, markdownRows } from '../../../src-renderer/views/runs/resultRow.ts'
import { runRow } from './runRows.ts'

const run = runRow({ config: { factors: 16, seed: '7', epochs: 30 }, hr10: 0.68446, ndcg10: 0.4123 })

describe('a run as a row of a results table', () => {
  it('is Markdown with model, factors, metrics, epochs, seed and protocol', () => {
    expect(markdownRows([run], true).split('\n')).toEqual([
      '| Model | Settings | HR@10 | NDCG@10 | Best epoch | Seed | Protocol |',
      '| --- | --- | ---: | ---: | ---: | ---: | --- |',
      '| NeuMF | F = 16 | 0.684 | 0.412 | 13 of 30 | 7 | MovieLens 1M, test items among sampled negatives, best epoch by test HR@10 |',
    ])
    expect(markdownRows([run, run], false).split('\n')).toHaveLength(2)
  })

  it('says so when its numbers are of validation items', () => {
    const validated = runRow({ config: { selection: 'validation' } })
    expect(markdownRows([validated], false)).toContain('validation items among sampled negatives')
  })

  it('is LaTeX with the columns named in a comment', () => {
    const [head, row] = latexRows([run]).split('\n')
    expect(head).toMatch(/^% Model & Settings & HR@10 & NDCG@10/)
    expect(row).toMatch(/^NeuMF & F = 16 & 0\.684 & 0\.412 & 13 of 30 & 7 & MovieLens 1M.*\\\\$/)
  })

  it('names a baseline by its own settings, without a best epoch, and full ranking in columns of its own', () => {
    const ease = runRow({ config: { model: 'EASE', lambda: 1320 }, hr10: 0.7192, ndcg10: 0.4494 })
    const full = { ...ease.summary!.selected, hr: ease.summary!.selected.hr.map(() => 0.1075) }
    const ranked = { ...ease, summary: { ...ease.summary!, full } }
    expect(markdownRows([ranked], true).split('\n')[0]).toContain('| NDCG@10 | Full HR@10 | Full NDCG@10 |')
    expect(markdownRows([ranked], false)).toMatch(
      /^\| EASE \| λ = 1320 \| 0\.719 \| 0\.449 \| 0\.107 \|.*\| – \| 42 \|/,
    )
    expect(latexRows([ranked])).toContain('EASE & $\\lambda$ = 1320 &')
    expect(markdownRows([ease], true)).not.toContain('Full')
  })

  it('escapes what each format reads as its own', () => {
    const odd = runRow({ data: { ...run.data!, name: 'a|b_c 50% & {x}~\\' } })
    expect(markdownRows([odd], false)).toContain(String.raw`a\|b_c 50%`)
    expect(latexEscaped('a_b 50% & {x}~^\\ #$')).toBe(
      String.raw`a\_b 50\% \& \{x\}\textasciitilde{}\textasciicircum{}\textbackslash{} \#\$`,
    )
  })

  it('has dashes for what a run does not know', () => {
    const empty = { ...run, config: undefined, summary: undefined, data: undefined }
    expect(markdownRows([empty], false)).toBe('| – | – | – | – | – | – | unknown data |')
    expect(latexRows([empty])).toContain('-- & --')
  })
})
