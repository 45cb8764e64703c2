import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { finalEvaluation } from '../../src-main/core/training/finalEvaluation.ts'
import { datasetOf, modelOf, undisturbed } from './rankingModels.ts'

const folder = resolve(import.meta.dirname, '../../../shared/data/ml-1m')
const isAbsent = !existsSync(folder)
if (isAbsent)
  console.warn('Full ranking on ML-1M is skipped: there is no ../shared/data/ml-1m beside the repository.')

const lines = (name: string) => readFileSync(resolve(folder, name), 'utf8').trimEnd().split('\n')

function ml1m() {
  const train: number[][] = []
  for (const line of lines('ml-1m.train.rating')) {
    const [user, item] = line.split('\t', 2).map(Number)
    ;(train[user] ??= []).push(item)
  }
  const users = lines('ml-1m.test.negative').map((line) => {
    const [pair, ...negatives] = line.split('\t')
    const [user, test] = pair.slice(1, -1).split(',').map(Number)
    return { train: train[user] ?? [], test, negatives: negatives.map(Number) }
  })
  return datasetOf(3706, users)
}

describe.skipIf(isAbsent)('popularity on the NCF files of ML-1M', () => {
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
