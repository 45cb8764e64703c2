import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StoredDataset } from '../../src-main/node/datasetLibrary.ts'
import { importSample, makeRun, type MadeRun } from '../node/finishedRuns.ts'
import { FakeEngines } from './fakeEngine.ts'
import { startStudio, type TestStudio } from './studioFixture.ts'

let library: string
let dataset: StoredDataset
const made: Record<string, string> = {}

const GMF = { model: 'GMF', factors: 8 } as const
const MLP = { model: 'MLP', factors: 8 } as const
const RUNS: Record<string, MadeRun> = {
  gmf1: { config: { ...GMF, seed: 1 }, full: true },
  gmf2: { config: { ...GMF, seed: 2 } },
  gmf3: { config: { ...GMF, seed: 3 } },
  gmfAgain: { config: { ...GMF, seed: 3 } },
  gmfHonest: { config: { ...GMF, seed: 1, selection: 'validation' } },
  mlp1: { config: { ...MLP, seed: 1 }, lift: 2.2, full: true, labels: { name: 'deep' } },
  mlp2: { config: { ...MLP, seed: 2 }, lift: 2.2 },
  mlp3: { config: { ...MLP, seed: 3 }, lift: 2.2 },
  pop: { config: { model: 'ItemPop' }, lift: -1 },
  old: { config: { ...GMF, seed: 9 }, ranks: false },
  unfinished: { config: { ...GMF, seed: 10 }, status: 'paused' },
  elsewhere: { config: { ...GMF, seed: 1 }, data: { fingerprint: 'another' } },
  archived: { config: { model: 'EASE' }, labels: { archived: true } },
}

beforeAll(async () => {
  library = await mkdtemp(join(tmpdir(), 'ncf-comparisons-'))
  dataset = await importSample(library)
  for (const [name, run] of Object.entries(RUNS)) made[name] = await makeRun(library, dataset, run)
})
afterAll(() => rm(library, { recursive: true, force: true }))

function open(): Promise<TestStudio> {
  return startStudio({ library, ports: { engines: new FakeEngines().start } })
}

describe('run:compare', () => {
  it('tests two runs over their users, sampled and full, and says what came out', async () => {
    const studio = await open()
    const comparison = await studio.ask('run:compare', { a: [made.mlp1], b: [made.gmf1] })
    expect(comparison).toMatchObject({
      k: 10,
      users: 1000,
      a: { runIds: [made.mlp1], name: 'deep', model: 'MLP', seeds: 1, selection: 'paper' },
      b: { name: 'GMF F = 8' },
    })
    const told = comparison.metrics.map(({ ranking, name, test }) => [ranking, name, test])
    expect(told).toEqual([
      ['sampled', 'HR@10', 'McNemar'],
      ['sampled', 'NDCG@10', 'permutation'],
      ['sampled', 'MRR', 'permutation'],
      ['full', 'HR@10', 'McNemar'],
      ['full', 'NDCG@10', 'permutation'],
      ['full', 'MRR', 'permutation'],
    ])
    const [hr] = comparison.metrics
    expect(hr.difference).toBeCloseTo(hr.a - hr.b, 12)
    expect(hr.interval.from).toBeLessThan(hr.difference)
    expect(hr.interval.to).toBeGreaterThan(hr.difference)
    expect((hr.discordant!.onlyA - hr.discordant!.onlyB) / 1000).toBeCloseTo(hr.difference, 12)
    expect(hr).toMatchObject({ verdict: 'better' })
    expect(hr.sentence).toMatch(
      /^HR@10 of deep is higher than of GMF F = 8 by \.\d{4} \(95 % interval \.\d{4} to \.\d{4}\), real between these two runs: p < \.001 \(McNemar, 1,000 users\)\.$/,
    )
    expect(comparison.warnings.join(' ')).toMatch(/Both best epochs were chosen on the test items/)
    expect(comparison.warnings.join(' ')).toMatch(/One seed of each/)
  })

  it('is the other way round for the other order, and calls two seeds of one model noise', async () => {
    const studio = await open()
    const there = await studio.ask('run:compare', { a: [made.mlp1], b: [made.gmf1], k: 5 })
    const back = await studio.ask('run:compare', { a: [made.gmf1], b: [made.mlp1], k: 5 })
    there.metrics.forEach((metric, i) => {
      expect(back.metrics[i].p).toBe(metric.p)
      expect(back.metrics[i].difference).toBeCloseTo(-metric.difference, 12)
    })
    expect(back.metrics[0]).toMatchObject({ verdict: 'worse', name: 'HR@5' })
    const seeds = await studio.ask('run:compare', { a: [made.gmf1], b: [made.gmf2] })
    expect(seeds.metrics.map(({ verdict }) => verdict)).toEqual(['noise', 'noise', 'noise'])
    expect([seeds.a.name, seeds.b.name]).toEqual(['GMF F = 8 (seed 1)', 'GMF F = 8 (seed 2)'])
    expect(seeds.metrics[0].sentence).toMatch(/within noise: p = /)
  })

  it('tests groups over users and seeds, a run of a repeated seed left out', async () => {
    const studio = await open()
    const comparison = await studio.ask('run:compare', {
      a: [made.mlp1, made.mlp2, made.mlp3],
      b: [made.gmf1, made.gmf2, made.gmf3, made.gmfAgain],
    })
    expect([comparison.a.seeds, comparison.b.seeds]).toEqual([3, 3])
    const [hr] = comparison.metrics
    expect(hr).toMatchObject({ test: 'users and seeds', verdict: 'better' })
    expect(hr.sentence).toMatch(
      /real beyond the luck of users and seeds: p = \.003 \(3 and 3 seeds, 1,000 users\)/,
    )
    expect(comparison.warnings.some((line) => line.includes(made.gmfAgain))).toBe(true)
    expect(comparison.metrics.every(({ ranking }) => ranking === 'sampled')).toBe(true)
  })

  it('warns of another selection and of a single seed', async () => {
    const studio = await open()
    const chosen = await studio.ask('run:compare', { a: [made.gmf1], b: [made.gmfHonest] })
    expect([chosen.a.name, chosen.b.name]).toEqual(['GMF F = 8 (best on test)', 'GMF F = 8 (by validation)'])
    expect(chosen.warnings[0]).toMatch(
      /GMF F = 8 \(best on test\) was chosen on the test items, which flatters it/,
    )
    const single = await studio.ask('run:compare', { a: [made.gmf1], b: [made.mlp1, made.mlp2] })
    expect(single.warnings.join(' ')).toMatch(/GMF F = 8 has a single seed/)
    const closed = await studio.ask('run:compare', { a: [made.pop], b: [made.mlp1, made.mlp2] })
    expect(closed.warnings.join(' ')).not.toMatch(/single seed/)
  })

  it.each([
    ['other-data', 'gmf1', 'elsewhere', /data differ/],
    ['ranks-missing', 'gmf1', 'old', /ncf evaluate --run/],
    ['run-not-finished', 'gmf1', 'unfinished', /not finished/],
    ['same-runs', 'gmf1', 'gmf1', /on both sides/],
  ])('refuses with %s', async (code, a, b, message) => {
    const studio = await open()
    const asked = studio.ask('run:compare', { a: [made[a]], b: [made[b]] })
    await expect(asked).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
  })

  it('refuses a group of runs that differ in more than their seed, and what is no run', async () => {
    const studio = await open()
    const mixed = studio.ask('run:compare', { a: [made.gmf1, made.mlp2], b: [made.mlp1] })
    await expect(mixed).rejects.toMatchObject({ code: 'mixed-group' })
    const unknown = studio.ask('run:compare', { a: ['20200101-000000-gmf-abcd'], b: [made.mlp1] })
    await expect(unknown).rejects.toMatchObject({ code: 'run-not-found' })
  })
})

describe('run:compare-against', () => {
  it('adjusts p for the number of comparisons, and tells of those that cannot be made', async () => {
    const studio = await open()
    const answers = await studio.ask('run:compare-against', {
      baseline: [made.gmf1],
      others: [[made.mlp1], [made.old], [made.gmf2], [made.pop]],
    })
    expect(answers.map(({ runIds, problem }) => [runIds[0], problem?.code])).toEqual([
      [made.mlp1, undefined],
      [made.old, 'ranks-missing'],
      [made.gmf2, undefined],
      [made.pop, undefined],
    ])
    const hits = answers.flatMap(({ comparison }) => comparison?.metrics[0] ?? [])
    for (const { p, adjustedP } of hits) expect(adjustedP).toBeGreaterThanOrEqual(p)
    expect(hits[1].sentence).toMatch(/; p = .* by Holm for 3 comparisons\.$/)
    // Full ranking is there of one pair alone: nothing to adjust.
    const full = answers[0].comparison!.metrics.find(({ ranking }) => ranking === 'full')
    expect(full?.adjustedP).toBeUndefined()
  })
})

describe('run:intervals', () => {
  it('gives each figure of a run its interval', async () => {
    const studio = await open()
    const { users, metrics } = await studio.ask('run:intervals', { ids: [made.gmf1] })
    expect(users).toBe(1000)
    expect(metrics.map(({ ranking, name, method }) => `${ranking} ${name} ${method}`)).toEqual([
      ...['sampled HR@10 Wilson', 'sampled NDCG@10 normal', 'sampled MRR normal'],
      ...['full HR@10 Wilson', 'full NDCG@10 normal', 'full MRR normal'],
    ])
    const { summary } = (await studio.ask('run:show', { id: made.gmf1 })).row
    expect(metrics[0].value).toBeCloseTo(summary!.test!.hr[9], 12)
    for (const { interval, value } of metrics) expect(interval.from < value && value < interval.to).toBe(true)
  })

  it('gives a group the spread of its seeds besides', async () => {
    const studio = await open()
    const { metrics } = await studio.ask('run:intervals', { ids: [made.gmf1, made.gmf2, made.gmf3] })
    expect(metrics[0].method).toBe('users and seeds')
    expect(metrics[0].seeds!.deviation).toBeGreaterThan(0)
    expect(metrics[0].seeds!.interval.from).toBeLessThan(metrics[0].value)
  })
})

describe('leaderboard:show', () => {
  it('ranks groups of seeds within their protocol, and never across', async () => {
    const studio = await open()
    const board = await studio.ask('leaderboard:show', { datasetId: dataset.id })
    const sections = board.sections.map(({ evaluation, selection, rows }) => [
      `${evaluation} ${selection}`,
      rows.map((row) => (row.kind === 'own' ? `${row.name}: ${row.seeds}` : row.model)),
    ])
    expect(sections).toEqual([
      ['sampled paper', ['MLP F = 8: 3', 'GMF F = 8: 4', 'ItemPop: 1']],
      ['sampled validation', ['GMF F = 8: 1', 'ItemPop: 1']],
      ['full paper', ['MLP F = 8: 1', 'GMF F = 8: 1']],
    ])
    expect(board.missingBaselines).toEqual(['ItemKNN', 'EASE', 'iALS', 'BPR'])
    expect(board.warnings).toEqual([])
    const [best] = board.sections[0].rows
    expect(best.kind === 'own' && best.runIds).toEqual([made.mlp1, made.mlp2, made.mlp3].sort().reverse())
    expect(best.kind === 'own' && best.hr10.deviation).toBeGreaterThan(0)
  })

  it('refuses a dataset that is not there', async () => {
    const studio = await open()
    await expect(studio.ask('leaderboard:show', { datasetId: '0123456789ab' })).rejects.toMatchObject({
      code: 'not-found',
    })
  })
})

describe('run:gap', () => {
  it('tells deviations, effects and published figures of a run without training', async () => {
    const studio = await open()
    const gap = await studio.ask('run:gap', { id: made.gmf1 })
    expect(gap.deviations.map(({ what }) => what)).toEqual(['Data', 'Epochs'])
    expect(gap.agreements).toContain('Optimizer')
    expect(gap.effects.map(({ effect }) => effect)).toEqual([
      ...['ties-for-model', 'duplicates-counted', 'natural-logarithm', 'full-ranking', 'last-epoch'],
      'validation-run',
    ])
    const [ties, copies, , , last] = gap.effects
    expect(ties.delta.hr10).toBeGreaterThanOrEqual(0)
    expect(ties.sentence).toMatch(/are tied with candidates/)
    expect(copies.delta).toEqual({ hr10: 0, ndcg10: 0 })
    expect(last.after.hr10).toBeCloseTo(0.99 * last.before.hr10, 12)
    expect(gap).toMatchObject({ missing: [], published: [], group: { seeds: 4 } })
    expect(gap.group!.runIds).toContain(made.gmf1)
    expect(gap.group!.sentence).toMatch(/^Over its 4 seeds: HR@10 \.\d{4} ± \.\d{4}, NDCG@10/)
    expect((await studio.ask('run:gap', { id: made.gmfHonest })).group).toBeUndefined()
  })

  it('says what is missing and how to get it', async () => {
    const studio = await open()
    const { missing, effects } = await studio.ask('run:gap', { id: made.old })
    expect(missing).toHaveLength(2)
    expect(missing.join(' ')).toContain(`ncf evaluate --run ${made.old} --full-ranking`)
    expect(effects.map(({ effect }) => effect)).toEqual(['natural-logarithm', 'last-epoch'])
  })

  it('is told of a run whose ranks are damaged, but for what they would tell', async () => {
    const id = await makeRun(library, dataset, { config: { model: 'BPR', seed: 77 } })
    await writeFile(join(library, 'runs', id, 'ranks.safetensors'), 'no ranks')
    const studio = await open()
    const { missing, effects } = await studio.ask('run:gap', { id })
    expect(missing[0]).toMatch(/ranks of single users are not stored/)
    expect(effects.map(({ effect }) => effect)).toContain('last-epoch')
    const comparing = studio.ask('run:compare', { a: [id], b: [made.gmf1] })
    await expect(comparing).rejects.toMatchObject({ code: 'ranks-damaged' })
  })

  it('is not told of a run that is not finished', async () => {
    const studio = await open()
    await expect(studio.ask('run:gap', { id: made.unfinished })).rejects.toMatchObject({
      code: 'run-not-finished',
    })
  })
})
