import { describe, expect, it } from 'vitest'
import { finalEvaluation } from '../../src-main/core/training/finalEvaluation.ts'
import { hasMl1m, ml1m } from './ml1mDataset.ts'
import { modelOf, undisturbed } from './rankingModels.ts'

describe.skipIf(!hasMl1m('Full ranking'))('popularity on the NCF files of ML-1M', () => {
  it('has the figures that independent code measured: sampled .4531 / .2541, full .0414 / .0204', async () => {
    const dataset = ml1m()
    const popularity = new Uint32Array(dataset.itemCount)
    for (const item of dataset.trainItems) popularity[item]++
    const model = modelOf((_, item) => popularity[item], dataset.itemCount)
    const { test, full, ranks, report } = (await finalEvaluation(model, dataset, true, undisturbed))!
    expect(test.hr[9]).toBeCloseTo(0.4531, 4)
    expect(test.ndcg[9]).toBeCloseTo(0.2541, 4)
    expect(full!.hr[9]).toBeCloseTo(0.0414, 4)
    expect(full!.ndcg[9]).toBeCloseTo(0.0204, 4)
    expect(ranks.sampled.ties.filter((ties) => ties > 0)).toHaveLength(409)
    expect(report.groups.reduce((sum, { users }) => sum + users, 0)).toBe(6040)
    const { coverage, gini, meanPopularityRank } = report.recommendations!
    expect(coverage).toBeLessThan(0.1)
    expect(gini).toBeGreaterThan(0.95)
    expect(meanPopularityRank).toBeLessThan(100)
  })
})
