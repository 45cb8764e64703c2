import { beforeAll, describe, expect, it } from 'vitest'
import type { StoredDataset } from '../../src-main/node/datasetLibrary.ts'
import { importSample, makeRun, type MadeRun } from '../node/finishedRuns.ts'
import { callNcf, ncfJson, temporaryLibrary } from './ncfProcess.ts'

const library = await temporaryLibrary()
const made: Record<string, string> = {}
let dataset: StoredDataset

const RUNS: Record<string, MadeRun> = {
  gmf: { config: { model: 'GMF', factors: 8, seed: 1 }, labels: { name: 'plain' }, full: true },
  gmf2: { config: { model: 'GMF', factors: 8, seed: 2 } },
  mlp: { config: { model: 'MLP', factors: 8, seed: 1 }, lift: 2.2, labels: { tags: ['deep'] }, full: true },
  mlp2: { config: { model: 'MLP', factors: 8, seed: 2 }, lift: 2.2, labels: { tags: ['deep'] } },
  pop: { config: { model: 'ItemPop' }, lift: -1, labels: { name: 'popular' } },
  unfinished: { config: { model: 'NeuMF', factors: 8 }, status: 'paused' },
}

beforeAll(async () => {
  dataset = await importSample(library)
  for (const [name, run] of Object.entries(RUNS)) made[name] = await makeRun(library, dataset, run)
})

describe('ncf compare', () => {
  it('tests two runs and says what came out', async () => {
    const { code, stdout } = await callNcf(library, ['compare', made.mlp, 'plain'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^MLP F = 8 against plain, 1,000 users$/m)
    expect(stdout).toMatch(
      /│ Among sampled candidates │ MLP F = 8 │ plain │ difference │ 95 % interval +│ p +│/,
    )
    expect(stdout).toMatch(
      /│ HR@10 +│ \.\d{4} +│ \.\d{4} │ \+\.\d{4} +│ \.\d{4} to \.\d{4} │ < \.001 │ better │/,
    )
    expect(stdout).toContain('Among all items')
    expect(stdout).toMatch(
      /^HR@10 of MLP F = 8 is higher than of plain by .*, real between these two runs: p < \.001/m,
    )
    expect(stdout).toMatch(/^note: One seed of each/m)
  })

  it('takes groups by commas, by tag and by one of their runs, and lists of any length', async () => {
    const compared = (side: string) => ncfJson(library, 'compare', 'tag:deep', side, '--k', '5')
    const listed = await compared(`${made.gmf},${made.gmf2}`)
    const grouped = await compared('group:plain')
    expect(grouped[0].metrics).toEqual(listed[0].metrics)
    expect(listed[0]).toMatchObject({
      event: 'comparison',
      a: { model: 'MLP', seeds: 2 },
      b: { model: 'GMF', seeds: 2 },
      k: 5,
    })
  })

  it('compares several with the last one, p adjusted by Holm', async () => {
    const lines = await ncfJson(library, 'compare', made.mlp, made.gmf, 'popular')
    expect(lines.map(({ a, b }) => [(a as { model: string }).model, (b as { name: string }).name])).toEqual([
      ['MLP', 'popular'],
      ['GMF', 'popular'],
    ])
    const { stdout } = await callNcf(library, ['compare', made.mlp, made.gmf, 'popular'])
    expect(stdout).toContain('p by Holm')
    expect(stdout).toMatch(/by Holm for 2 comparisons\.$/m)
  })

  it.each([
    [['compare', 'plain'], 2, /two sides at least/],
    [['compare', 'plain', 'popular', '--k', '21'], 2, /whole number from 1 to 20/],
    [['compare', 'plain', ''], 2, /one is empty/],
    [['compare', 'plain', 'nobody'], 1, /No run has the id or the name "nobody"/],
    [['compare', 'plain', 'tag:none'], 1, /No finished run has the tag "none"/],
    [['compare', 'plain', 'plain'], 1, /on both sides/],
    [['compare', 'plain,popular', 'tag:deep'], 1, /differ in more than their seed/],
    [['runs', 'gap', 'nobody'], 1, /No run has the id or the name "nobody"/],
    [['leaderboard', '--data', 'nothing'], 1, /nothing/],
    [['leaderboard'], 2, /--data/],
  ])('refuses %j with exit code %d', async (args, code, message) => {
    const outcome = await callNcf(library, args)
    expect(outcome.code).toBe(code)
    expect(outcome.stderr).toMatch(message)
    expect(outcome.stdout).toBe('')
  })

  it('refuses what is not finished', async () => {
    const { code, stderr } = await callNcf(library, ['compare', 'plain', made.unfinished])
    expect([code, stderr]).toEqual([1, expect.stringMatching(/is not finished, so it has no result/)])
  })
})

describe('ncf leaderboard', () => {
  it('shows each protocol in a table of its own', async () => {
    const { stdout } = await callNcf(library, ['leaderboard', '--data', 'sample'])
    expect(stdout).toMatch(/^Among sampled candidates, best epoch on test$/m)
    expect(stdout).toMatch(/^Among all items, best epoch on test$/m)
    expect(stdout).toMatch(/│ MLP F = 8 │ \.\d{4} ± \.\d{4} \(\.\d{4} to \.\d{4}\) │/)
    expect(stdout).toMatch(/^Not run yet on this data: ItemKNN, EASE, iALS, BPR\./m)
    const lines = await ncfJson(library, 'leaderboard', '--data', dataset.id)
    expect(lines[0]).toMatchObject({ event: 'leaderboard', datasetName: 'sample' })
    expect(lines.slice(1).map(({ event, evaluation }) => [event, evaluation])).toEqual([
      ['section', 'sampled'],
      ['section', 'full'],
    ])
  })
})

describe('ncf runs gap', () => {
  it('tells deviations and effects', async () => {
    const { stdout } = await callNcf(library, ['runs', 'gap', 'plain'])
    expect(stdout).toMatch(/held against He et al\./)
    expect(stdout).toMatch(/^ {2}Data: sample, not MovieLens 1M/m)
    expect(stdout).toMatch(/│ Ties won by the model +│ \.\d{4} → \.\d{4} │ \+\.\d{4} │/)
    expect(stdout).toContain('Nothing is published for this model and data.')
    const [gap] = await ncfJson(library, 'runs', 'gap', 'plain')
    expect(gap).toMatchObject({ event: 'gap', id: made.gmf, missing: [] })
  })
})
