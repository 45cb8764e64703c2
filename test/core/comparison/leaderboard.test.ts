import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { leaderboard, type LeaderboardDataset } from '../../../src-main/core/comparison/leaderboard.ts'
import { parsePublishedResults } from '../../../src-main/core/run/publishedResults.ts'
import { data, metrics, ranked, summary } from './runs.ts'

const file = new URL('../../../resources/published-results.json', import.meta.url)
const published = parsePublishedResults(JSON.parse(readFileSync(file, 'utf8')))
const dataset: LeaderboardDataset = {
  name: 'ml-1m',
  fingerprint: data.fingerprint,
  isSourceSplit: true,
  hasValidation: false,
}
const GMF = { model: 'GMF', factors: 32 } as const

function titles(sections: ReturnType<typeof leaderboard>['sections']) {
  return sections.map(({ evaluation, selection, rows }) => [
    `${evaluation} ${selection}`,
    ...rows.map((row) => (row.kind === 'own' ? row.name : `${row.model} of ${row.source}`)),
  ])
}

describe('the leaderboard', () => {
  it('ranks own runs with published ones of their protocol alone', () => {
    const runs = [ranked(GMF, 0.7), ranked({ ...GMF, selection: 'validation' }, 0.69)]
    const { sections } = leaderboard(dataset, runs, published)
    const [paper, validation, unknown] = titles(sections)
    expect(paper).toEqual(['sampled paper', 'GMF of post', 'NeuMF of post', 'GMF F = 32', 'MLP of post'])
    expect(validation).toEqual(['sampled validation', 'GMF F = 32'])
    expect(unknown[0]).toBe('sampled unknown')
    // All published rows of the data but those three of the post.
    expect(sections[2].rows).toHaveLength(published.filter((row) => row.dataset === 'ml-1m').length - 3)
    for (const { rows } of sections) {
      const rates = rows.map((row) => (row.kind === 'own' ? row.hr10.mean : row.hr10))
      expect(rates).toEqual([...rates].sort((a, b) => b - a))
    }
  })

  it('gives a group mean, deviation over seeds and interval over users; a repeated seed counts once', () => {
    const rates = [0.7, 0.704, 0.708, 0.708]
    const runs = rates.map((rate, i) => ranked({ ...GMF, seed: Math.min(i, 2) }, rate))
    const [{ rows }] = leaderboard(dataset, runs, []).sections
    expect(rows).toHaveLength(1)
    const [row] = rows
    if (row.kind !== 'own') throw new Error('not an own row')
    expect(row).toMatchObject({ seeds: 3, users: 6040, factors: 32, pretrained: false })
    expect(row.runIds).toHaveLength(4)
    expect(row.hr10.mean).toBeCloseTo(0.704, 12)
    expect(row.hr10.deviation).toBeCloseTo(0.004, 12)
    // z sqrt(.704 * .296 / 6040) = .01151.
    expect(row.hr10.interval!.to - row.hr10.mean).toBeCloseTo(0.0114, 3)
    // z * .35 / sqrt(6040) = .00883.
    expect(row.ndcg10.interval!.to - row.ndcg10.mean).toBeCloseTo(0.00883, 5)
    // GMF: (6040 + 3706) * 32 embeddings, 32 weights and a bias.
    expect(row.parameterCount).toBe((6040 + 3706) * 32 + 33)
  })

  it('keeps other settings apart and names what is unusual about them', () => {
    const runs = [ranked(GMF, 0.7), ranked({ ...GMF, learningRate: 0.01 }, 0.71)]
    const [{ rows }] = leaderboard(dataset, runs, []).sections
    expect(rows.map((row) => row.kind === 'own' && row.name)).toEqual([
      'GMF F = 32, learning rate 0.01',
      'GMF F = 32',
    ])
  })

  it('shows full ranking in sections of its own', () => {
    const full = { ...summary(0.7, 0.4), full: metrics(0.1, 0.05) }
    const { sections } = leaderboard(dataset, [ranked(GMF, 0.7, { summary: full })], published)
    expect(titles(sections).at(-1)).toEqual(['full paper', 'GMF F = 32'])
  })

  it('shows a model without epochs to choose among in each section of its ranking', () => {
    const runs = [
      ranked({ model: 'EASE' }, 0.72),
      ranked(GMF, 0.7),
      ranked({ ...GMF, selection: 'validation' }, 0.69),
    ]
    const { sections } = leaderboard({ ...dataset, name: 'mine' }, runs, published)
    expect(titles(sections)).toEqual([
      ['sampled paper', 'EASE λ = 500', 'GMF F = 32'],
      ['sampled validation', 'EASE λ = 500', 'GMF F = 32'],
    ])
    const alone = leaderboard({ ...dataset, name: 'mine' }, runs.slice(0, 1), published)
    expect(titles(alone.sections)).toEqual([['sampled paper', 'EASE λ = 500']])
  })

  it('of own data has no published rows, and names the baselines that are missing', () => {
    const other = { ...data, fingerprint: 'beef' }
    const runs = [ranked({ model: 'ItemPop' }, 0.45), ranked({ model: 'EASE' }, 0.7, { data: other })]
    const board = leaderboard({ ...dataset, name: 'mine' }, runs, published)
    expect(titles(board.sections)).toEqual([['sampled paper', 'ItemPop']])
    expect(board).toMatchObject({ warnings: [], missingBaselines: ['ItemKNN', 'EASE', 'iALS', 'BPR'] })
    expect(leaderboard({ ...dataset, name: 'mine' }, [], published).sections).toEqual([])
  })

  it('warns beside published rows where the split is not that of the authors', () => {
    const warn = (change: Partial<LeaderboardDataset>) =>
      leaderboard({ ...dataset, ...change }, [], published).warnings.join()
    expect(warn({ isSourceSplit: false })).toMatch(/split anew/)
    expect(warn({ hasValidation: true })).toMatch(/set aside for validation/)
    expect(warn({})).toBe('')
    expect(warn({ name: 'mine', isSourceSplit: false })).toBe('')
  })
})
