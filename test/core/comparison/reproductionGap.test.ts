import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { gapEffects, missingEffects, type GapEvidence } from '../../../src-main/core/comparison/gapEffects.ts'
import { heldOutCopies } from '../../../src-main/core/comparison/heldOutCopies.ts'
import { paperDeviations, type DataFacts } from '../../../src-main/core/comparison/paperDeviations.ts'
import { publishedGaps } from '../../../src-main/core/comparison/publishedGap.ts'
import { parsePublishedResults } from '../../../src-main/core/run/publishedResults.ts'
import type { RunConfigInput } from '../../../src-main/core/run/runConfig.ts'
import { metricsOf } from '../../../src-main/core/training/finalEvaluation.ts'
import { configOf, metrics, ranksOf, summary, usersOf } from './runs.ts'

const file = new URL('../../../resources/published-results.json', import.meta.url)
const published = parsePublishedResults(JSON.parse(readFileSync(file, 'utf8')))
const AUTHORS: DataFacts = { name: 'ml-1m', isSourceSplit: true, hasValidation: false }

function deviationsOf(input: RunConfigInput, facts: DataFacts = AUTHORS, run = summary(0.7, 0.42)) {
  return paperDeviations({ config: configOf(input), summary: run, data: facts }).deviations.map(
    ({ what }) => what,
  )
}

describe('deviations from the paper', () => {
  const parts = { gmf: { runId: 'a', groupKey: 'x' }, mlp: { runId: 'b', groupKey: 'y' } }

  it('are none for a run with the settings of the paper, and every point is told to agree', () => {
    const run = {
      config: configOf({ model: 'MLP', factors: 16 }),
      summary: summary(0.68, 0.41),
      data: AUTHORS,
    }
    const { deviations, agreements } = paperDeviations(run)
    expect(deviations).toEqual([])
    expect(agreements).toEqual(
      expect.arrayContaining(['Split and candidates', 'Selection', 'Optimizer', 'Hidden layers', 'Epochs']),
    )
    expect(deviationsOf({ model: 'GMF', factors: 8 })).toEqual([])
    expect(deviationsOf({ model: 'NeuMF', factors: 8, pretraining: parts, optimizer: 'sgd' })).toEqual([])
    expect(deviationsOf({ model: 'MLP', factors: 8, tower: [64, 32, 16, 8] })).toEqual([])
  })

  it.each<[string, RunConfigInput]>([
    ['Factors', { model: 'GMF', factors: 10 }],
    ['Hidden layers', { model: 'MLP', layers: 2 }],
    ['Hidden layers', { model: 'MLP', tower: [32, 16, 8], factors: 8 }],
    ['Optimizer', { model: 'GMF', optimizer: 'lazyAdam' }],
    ['Learning rate', { model: 'GMF', learningRate: 0.01 }],
    ['Batch size', { model: 'GMF', batchSize: 1024 }],
    ['Negatives per positive', { model: 'GMF', negativesPerPositive: 1 }],
    ['Dropout', { model: 'MLP', dropout: 0.2 }],
    ['L2 penalty', { model: 'GMF', l2: { gmfUser: 0.01 } }],
    ['L2 penalty', { model: 'MLP', l2: { tower: [0, 0.1] } }],
    ['Selection', { model: 'GMF', selection: 'validation' }],
    ['Pre-training', { model: 'NeuMF' }],
    ['Pre-training', { model: 'NeuMF', pretraining: { ...parts, alpha: 0.7 }, optimizer: 'sgd' }],
    ['Optimizer', { model: 'NeuMF', pretraining: parts, optimizer: 'adam' }],
    ['Model', { model: 'EASE' }],
  ])('tell of %s in %j', (what, input) => {
    expect(deviationsOf(input)).toEqual([what])
  })

  it('tell of other data, another split, validation items and other epochs', () => {
    const gmf = { model: 'GMF' } as const
    expect(deviationsOf(gmf, { ...AUTHORS, name: 'mine' })).toEqual(['Data'])
    expect(deviationsOf(gmf, { ...AUTHORS, isSourceSplit: false })).toEqual(['Split and candidates'])
    expect(deviationsOf(gmf, { ...AUTHORS, hasValidation: true })).toEqual(['Training items'])
    expect(deviationsOf(gmf, AUTHORS, { ...summary(0.7, 0.4), epochsCompleted: 5 })).toEqual(['Epochs'])
    // Of data that left the library nobody knows.
    const { agreements } = paperDeviations({
      config: configOf(gmf),
      summary: summary(0.7, 0.4),
      data: { name: 'ml-1m', isSourceSplit: true },
    })
    expect(agreements).not.toContain('Training items')
  })

  it('do not ask a model in closed form for epochs, a selection or an optimizer', () => {
    expect(deviationsOf({ model: 'ItemPop', selection: 'validation' }, AUTHORS)).toEqual([])
  })
})

describe('effects of other rules', () => {
  // Five users: a hit, a hit by ties alone, a hit in spite of a tie, a copy at the border, a miss.
  const sampled = ranksOf([0, 12, 9, 9, -1], [0, 4, 1, 0, 0])
  const evidence: GapEvidence = {
    id: 'r',
    summary: { ...summary(0.6, 0.4), test: metricsOf(sampled) },
    epochs: [
      {
        epoch: 1,
        test: metrics(0.5, 0.3),
        trainSeconds: 1,
        evaluateSeconds: 1,
        samplesPerSecond: 1,
        step: 1,
      },
      {
        epoch: 2,
        test: metrics(0.55, 0.35),
        trainSeconds: 1,
        evaluateSeconds: 1,
        samplesPerSecond: 1,
        step: 2,
      },
    ],
    ranks: { users: Int32Array.of(0, 1, 2, 4, 5), sampled },
    copies: Int32Array.of(0, 0, 0, 1, 1, 0),
  }
  const effects = new Map(gapEffects(evidence).map((effect) => [effect.effect, effect]))

  it('take ties as won, a miss as a miss', () => {
    const { before, after, sentence } = effects.get('ties-for-model')!
    expect(before.hr10).toBeCloseTo(3 / 5, 12)
    expect(after.hr10).toBeCloseTo(4 / 5, 12)
    const gain = (rank: number) => 1 / Math.log2(rank + 2)
    expect(after.ndcg10).toBeCloseTo((gain(0) + gain(8) + gain(8) + gain(9)) / 5, 12)
    expect(sentence).toMatch(/^The held-out items of 2 users are tied/)
  })

  it('count copies of the held-out item as rivals, by the user that has them', () => {
    const { after, sentence } = effects.get('duplicates-counted')!
    // User 3 has a copy but no rank; user 4, ranked 9, falls out of the list.
    expect(after.hr10).toBeCloseTo(2 / 5, 12)
    expect(sentence).toMatch(/^1 user with the held-out item among its own candidates/)
  })

  it('take the natural logarithm', () => {
    const { before, after, delta } = effects.get('natural-logarithm')!
    expect(after.ndcg10 / before.ndcg10).toBeCloseTo(1.442695, 6)
    expect(delta.hr10).toBe(0)
  })

  it('take the last epoch instead of the best', () => {
    const { after, sentence } = effects.get('last-epoch')!
    expect(after).toEqual({ hr10: 0.55, ndcg10: 0.35 })
    expect(sentence).toMatch(/choosing the best of 2 epochs on the test items added \.0500 to HR@10/)
    const best = { ...evidence, summary: { ...evidence.summary, bestEpoch: 2 } }
    const told = gapEffects(best).find(({ effect }) => effect === 'last-epoch')!
    expect(told.sentence).toMatch(/The best epoch is the last one, 2/)
  })

  it('are told of all items where they were ranked, and how to get them else', () => {
    expect(effects.has('full-ranking')).toBe(false)
    expect(missingEffects(evidence)).toEqual([expect.stringContaining('ncf evaluate --run r --full-ranking')])
    const full = ranksOf([0, 500, 9, 90, -1])
    const ranked = { ...evidence, ranks: { users: usersOf(5), sampled, full } }
    expect(missingEffects(ranked)).toEqual([])
    const { after } = gapEffects(ranked).find(({ effect }) => effect === 'full-ranking')!
    expect(after.hr10).toBeCloseTo(2 / 5, 12)
  })

  it('without ranks are those that the epochs and the summary tell', () => {
    const bare = { ...evidence, ranks: undefined, copies: undefined }
    expect(gapEffects(bare).map(({ effect }) => effect)).toEqual(['natural-logarithm', 'last-epoch'])
    expect(missingEffects(bare)).toHaveLength(2)
  })

  it('of a run selected by validation are its figures on those items, and not the last epoch', () => {
    const honest = { ...evidence, summary: summary(0.6, 0.4, 'validation') }
    const told = gapEffects(honest).map(({ effect }) => effect)
    expect(told).toContain('validation-figure')
    expect(told).not.toContain('last-epoch')
    const pair = { ...evidence, validationRun: { id: 'v', test: metrics(0.58, 0.39) } }
    const worth = gapEffects(pair).find(({ effect }) => effect === 'validation-run')!
    expect(worth.delta.hr10).toBeCloseTo(-0.02, 12)
  })
})

describe('copies of held-out items', () => {
  it('are counted for each user', () => {
    const dataset = {
      userCount: 3,
      itemCount: 9,
      trainStart: Uint32Array.of(0, 0, 0, 0),
      trainItems: new Int32Array(0),
      heldOut: Int32Array.of(4, -1, 2),
      candidateStart: Uint32Array.of(0, 3, 5, 9),
      candidates: Int32Array.of(1, 4, 4, 0, 1, 7, 8, 3, 1),
    }
    expect([...heldOutCopies(dataset)]).toEqual([2, 0, 0])
  })
})

describe('the distance from published rows', () => {
  const gapsOf = (
    input: RunConfigInput,
    hr10: number,
    ndcg10: number,
    datasetName = 'ml-1m',
    isSourceSplit = true,
  ) =>
    publishedGaps(
      { config: configOf(input), datasetName, isSourceSplit, metrics: metrics(hr10, ndcg10) },
      published,
    )

  it('begins with the rows of the same size, then those of unknown size, then the other kind of NeuMF', () => {
    const rows = gapsOf({ model: 'NeuMF', factors: 32 }, 0.7, 0.424).map(({ row }) => [
      row.source,
      row.factors,
      row.pretrained,
    ])
    expect(rows).toEqual([
      ['post', 32, false],
      ['he2017', 32, false],
      ['reimplementation', undefined, false],
      ['tois2021', undefined, false],
      ['he2017', 32, true],
      ['reimplementation', undefined, true],
    ])
  })

  it('says whether the gap is more than chance among users', () => {
    const [near] = gapsOf({ model: 'NeuMF', factors: 32 }, 0.695, 0.42)
    expect(near.gap.hr10).toBeCloseTo(-0.007, 12)
    expect(near.within).toEqual({ hr10: true, ndcg10: true })
    expect(near.sentence).toBe(
      'Beside NeuMF F = 32 of Reference post: HR@10 is lower by .0070 (.6950 here, .7020 there); NDCG@10 is lower by .0050 (.4200 here, .4250 there). Both lie within the 95 % intervals of this run, so the gap may be chance among users.',
    )
    const pretrained = gapsOf({ model: 'NeuMF', factors: 32 }, 0.695, 0.42).find(({ row }) => row.pretrained)!
    expect(pretrained.within).toEqual({ hr10: false, ndcg10: false })
    expect(pretrained.sentence).toMatch(
      /^Beside NeuMF pre-trained F = 32 of He et al\. 2017 \(this run is not pre-trained\)/,
    )
    expect(pretrained.sentence).toMatch(/does not explain the gap\.$/)
  })

  it('goes to the nearest size where none is the same, and says so', () => {
    const [first] = gapsOf({ model: 'MLP', factors: 10, layers: 3 }, 0.67, 0.4)
    expect([first.row.factors, first.row.layers]).toEqual([8, 3])
    expect(first.sentence).toMatch(/\(another size\)/)
    const [tower] = gapsOf({ model: 'MLP', tower: [64, 32, 16], factors: 32 }, 0.67, 0.4)
    expect([tower.row.factors, tower.row.layers]).toEqual([16, 2])
  })

  it('says where the run is of another split', () => {
    const [row] = gapsOf({ model: 'GMF', factors: 32 }, 0.7, 0.42, 'ml-1m', false)
    expect(row.sentence).toMatch(/^Beside GMF F = 32 of Reference post \(of another split\)/)
  })

  it('knows baselines under the names of the papers, and nothing on other data', () => {
    const [popular] = gapsOf({ model: 'ItemPop' }, 0.4531, 0.2541)
    expect(popular.row).toMatchObject({ model: 'TopPop', source: 'tois2021' })
    expect(popular.sentence).toMatch(/HR@10 is the same, \.4533/)
    expect(gapsOf({ model: 'NeuMF' }, 0.7, 0.4, 'mine')).toEqual([])
    expect(gapsOf({ model: 'BPR' }, 0.7, 0.4)).toEqual([])
  })
})
