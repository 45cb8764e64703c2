import { describe, expect, it } from 'vitest'
import {
  activityRange,
  recommendationFacts,
} from '../../../src-renderer/views/runs/inspector/evaluationFacts.ts'
import { epochWords, headlines } from '../../../src-renderer/views/runs/inspector/headlineFigures.ts'
import { chainLinks } from '../../../src-renderer/views/runs/inspector/partLinks.ts'
import { runRow } from './runRows.ts'

const PARTS = { gmf: { runId: 'g', groupKey: 'gg' }, mlp: { runId: 'm', groupKey: 'mm' } }

describe('the headline of a run', () => {
  const run = runRow({ hr10: 0.7, ndcg10: 0.42 })
  const summary = run.summary!

  it('states each figure with its interval', () => {
    const test = { ...summary.test!, ndcg10Deviation: 0.35 }
    const [sampled, full] = headlines({ ...run, summary: { ...summary, test } })
    expect(full).toBeUndefined()
    // Wilson and Wald for p = .7, n = 6040; 1.96 * .35 / sqrt(6040) = .0088.
    expect(sampled.hr).toMatchObject({ value: '0.700', width: '± 0.012' })
    expect(sampled.hr.words).toContain('0.688 to 0.711 over 6,040 users')
    expect(sampled.ndcg).toMatchObject({ value: '0.420', width: '± 0.009' })
    expect(sampled.ndcg.words).toContain('0.411 to 0.429')
  })

  it('claims no interval of NDCG for a run that did not keep its deviation', () => {
    expect(headlines(run)[0].ndcg).toEqual({ value: '0.420', width: '', words: '' })
  })

  it('keeps sampled candidates and all items apart', () => {
    const full = { ...summary.test!, hr: summary.test!.hr.map(() => 0.1) }
    const shown = headlines({ ...run, summary: { ...summary, full } })
    expect(shown.map(({ title, hr }) => [title, hr.value])).toEqual([
      ['Sampled', '0.700'],
      ['All items', '0.100'],
    ])
  })

  it('says when the items are those of the validation', () => {
    const [sampled] = headlines(runRow({ config: { selection: 'validation' } }))
    expect(sampled.about).toContain('The validation item')
    expect(headlines({ ...run, summary: undefined })).toEqual([])
  })

  it('says which epoch it is of, why it was the last, and nothing of a model without epochs', () => {
    expect(epochWords(run)).toBe('Best epoch 13 of 20, last 0.690')
    const ended = runRow({ config: { patience: 3, epochs: 50 } })
    const words = epochWords({ ...ended, summary: { ...ended.summary!, stoppedEarly: true } })
    expect(words).toMatch(/Stopped after epoch 20: no better HR@10 for 3 epochs/)
    expect(epochWords(runRow({ config: { model: 'EASE' } }))).toBe('')
  })
})

describe('the chain of a pre-trained model', () => {
  const gmf = runRow({ id: 'g', name: 'the GMF', config: { model: 'GMF' } })
  const fused = runRow({ id: 'f', name: 'fused', config: { model: 'NeuMF', pretraining: PARTS } })
  const rows = new Map([gmf, fused].map((row) => [row.id, row]))

  it('leads to the parts that are there, and names those that are not', () => {
    expect(chainLinks(fused, rows)).toEqual({
      parts: [{ text: 'the GMF', id: 'g' }, { text: 'm (not in the library)' }],
      fused: [],
    })
    const file = { file: 'mlp.safetensors', sha256: 'a'.repeat(64) }
    const other = runRow({ config: { model: 'NeuMF', pretraining: { ...PARTS, mlp: file } } })
    expect(chainLinks(other, rows).parts[1]).toEqual({ text: 'mlp.safetensors' })
  })

  it('leads back from a part, and nowhere from a run on its own', () => {
    expect(chainLinks(gmf, rows)).toEqual({ parts: [], fused: [{ text: 'fused', id: 'f' }] })
    expect(chainLinks(runRow(), rows)).toEqual({ parts: [], fused: [] })
  })
})

describe('what goes beyond accuracy', () => {
  it('is said in the units of the dataset', () => {
    const found = {
      ...{ listLength: 10, users: 6040, coverage: 0.4321, gini: 0.9 },
      ...{ averagePopularity: 1203.4, meanPopularityRank: 120 },
    }
    const values = recommendationFacts(found, 3706).map(({ value }) => value)
    expect(values[0]).toBe('43.2 % of 3,706 items')
    expect(values[2]).toBe('1,203 users an item, on average')
    expect(values[3]).toBe('120 of 3,706, on average')
    expect(recommendationFacts(found, undefined)[0].value).toBe('43.2 % of the items')
  })

  it('groups users by ranges of activity', () => {
    expect(activityRange({ from: 19, to: 1203 })).toBe('19–1,203')
    expect(activityRange({ from: 20, to: 20 })).toBe('20')
  })
})
