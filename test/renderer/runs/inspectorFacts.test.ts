import { describe, expect, it } from 'vitest'
import type { PublishedResultRow } from '../../../src-main/contract/runContract.ts'
import {
  comparisonRows,
  publishedName,
  drawnPublished,
  referenceLines,
  signedMetric,
} from '../../../src-renderer/views/runs/inspector/comparisonRows.ts'
import { emptyCurves, withEpoch } from '../../../src-renderer/views/runs/inspector/epochColumns.ts'
import { hitRateInterval } from '../../../src-renderer/views/runs/inspector/resultWords.ts'
import { configFacts, originFacts } from '../../../src-renderer/views/runs/inspector/runFactLists.ts'
import { runRow } from './runRows.ts'

const published: PublishedResultRow = {
  source: 'he2017',
  sourceName: 'He et al. 2017',
  citation: 'WWW 2017, table 2',
  dataset: 'ml-1m',
  model: 'NeuMF',
  factors: 16,
  selection: 'paper',
  pretrained: true,
  hr10: 0.707,
  ndcg10: 0.426,
  approximate: false,
}
const popularity = { hr10: 0.45, ndcg10: 0.25, users: 6040 }
const best = { hr10: 0.7, ndcg10: 0.43, users: 6040, on: 'test' as const }

describe('a result beside others', () => {
  it('shows signed differences to popularity and to published numbers', () => {
    expect(comparisonRows(best, popularity, [published])).toMatchObject([
      { name: 'Popularity', hr10: '0.450', hr10Difference: '+0.250' },
      {
        name: 'He et al. 2017: NeuMF F = 16, pre-trained',
        hr10Difference: '−0.007',
        ndcg10Difference: '+0.004',
      },
    ])
  })

  it('stands alone where it was measured on validation items, and before the first epoch', () => {
    expect(comparisonRows({ ...best, on: 'validation' }, popularity, [published])).toEqual([])
    expect(comparisonRows(undefined, popularity, [published])).toEqual([])
  })

  it('never writes a minus before zero', () => {
    expect([signedMetric(-0.0001), signedMetric(0), signedMetric(0.0004), signedMetric(-0.0006)]).toEqual([
      '0.000',
      '0.000',
      '0.000',
      '−0.001',
    ])
  })

  it('gives the same numbers as lines of a chart', () => {
    expect(referenceLines('ndcg10', popularity, [published])).toEqual([
      { name: 'Popularity', y: 0.25, kind: 'baseline' },
      { name: publishedName(published), y: 0.426, kind: 'published' },
    ])
    expect(referenceLines('hr10', null, [])).toEqual([])
  })

  it('draws the published numbers of its own size and without pre-training, or all without', () => {
    const any = { ...published, factors: undefined, pretrained: false }
    const sized = { ...any, factors: 8 }
    expect(drawnPublished([any, sized, { ...sized, pretrained: true }])).toEqual([sized])
    expect(drawnPublished([any, { ...any, pretrained: true }])).toEqual([any])
  })

  it('states the interval of a hit rate', () => {
    // Wilson for p = .7, n = 6040, by hand: .6883 to .7114.
    expect(hitRateInterval(0.7, 6040)).toBe('95 % interval 0.688 to 0.711 over 6,040 users')
  })
})

describe('epochs that arrive', () => {
  const metrics = {
    users: 10,
    hr: Array.from({ length: 20 }, (_, k) => k / 20),
    ndcg: Array.from({ length: 20 }, (_, k) => k / 40),
    mrr: 0.1,
    auc: 0.5,
  }
  const record = {
    epoch: 1,
    loss: 0.5,
    test: metrics,
    trainSeconds: 2,
    evaluateSeconds: 1,
    samplesPerSecond: 9,
    step: 5,
  }

  it('are appended to the curves, seconds summed up', () => {
    const one = withEpoch(emptyCurves('r'), record, 'paper')!
    const two = withEpoch(one, { ...record, epoch: 2, loss: 0.4 }, 'paper')!
    expect([...two.epoch]).toEqual([1, 2])
    expect([...two.loss]).toEqual([0.5, 0.4])
    expect([...two.trainSeconds]).toEqual([2, 4])
    expect([...two.hr10]).toEqual([9 / 20, 9 / 20])
    expect([...one.epoch]).toEqual([1])
  })

  it('have gaps where the items of the selection were not scored', () => {
    expect(withEpoch(emptyCurves('r'), record, 'validation')!.hr10[0]).toBeNaN()
  })

  it('carry full ranking from the first epoch that has it, gaps before and between', () => {
    const one = withEpoch(emptyCurves('r'), record, 'paper')!
    expect(one.fullHr10).toBeUndefined()
    const two = withEpoch(one, { ...record, epoch: 2, full: metrics }, 'paper')!
    const three = withEpoch(two, { ...record, epoch: 3 }, 'paper')!
    expect([...three.fullHr10!]).toEqual([NaN, 9 / 20, NaN])
    expect([...three.fullNdcg10!]).toEqual([NaN, 9 / 40, NaN])
  })

  it('that do not follow the last one make the curves be asked for anew', () => {
    expect(withEpoch(emptyCurves('r'), { ...record, epoch: 3 }, 'paper')).toBeUndefined()
    const one = withEpoch(emptyCurves('r'), record, 'paper')!
    expect(withEpoch(one, record, 'paper')).toBeUndefined()
  })
})

describe('the facts of a run', () => {
  it('name every part of the configuration', () => {
    const facts = configFacts(runRow({ config: { factors: 8 } }), 311_000)
    const values = Object.fromEntries(facts.map(({ name, value }) => [name, value]))
    expect(values).toMatchObject({ Tower: '64 → 32 → 16 → 8', Parameters: '311,000', 'L2 penalties': 'none' })
    expect(configFacts({ ...runRow(), config: undefined })).toEqual([])
  })

  it('say of a baseline what it has, and nothing that it has not', () => {
    const facts = configFacts(runRow({ config: { model: 'EASE', lambda: 300 } }))
    const names = facts.filter(({ value }) => value !== '').map(({ name }) => name)
    expect(names).toEqual(['Model', 'Lambda', 'Best epoch by', 'Full ranking', 'Seed'])
  })

  it('leave out what is not known', () => {
    const facts = originFacts({ row: runRow(), published: [], log: '' })
    expect(facts.find(({ name }) => name === 'Commit')?.value).toBe('')
  })
})
