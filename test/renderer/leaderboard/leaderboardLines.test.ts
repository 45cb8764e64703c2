import { describe, expect, it } from 'vitest'
import type { Leaderboard } from '../../../src-main/contract/comparisonContract.ts'
import {
  leaderboardCsv,
  leaderboardLatex,
  leaderboardMarkdown,
} from '../../../src-renderer/views/leaderboard/leaderboardExport.ts'
import {
  barPlace,
  barScale,
  leaderboardLines,
} from '../../../src-renderer/views/leaderboard/leaderboardLines.ts'

type Section = Leaderboard['sections'][number]

const ease: Section['rows'][number] = {
  ...{ kind: 'own', model: 'EASE', name: 'EASE λ = 500', groupKey: 'e', runIds: ['r1'] },
  ...{ seeds: 1, users: 6040, pretrained: false },
  hr10: { mean: 0.71, interval: { from: 0.699, to: 0.721 } },
  ndcg10: { mean: 0.445 },
}
const neumf: Section['rows'][number] = {
  ...{ kind: 'own', model: 'NeuMF', name: 'NeuMF F = 32', groupKey: 'n', runIds: ['r2', 'r3', 'r4'] },
  ...{ seeds: 3, users: 6040, pretrained: false, factors: 32, parameterCount: 3_300_000 },
  hr10: { mean: 0.7, deviation: 0.002, interval: { from: 0.688, to: 0.712 } },
  ndcg10: { mean: 0.425, deviation: 0.001, interval: { from: 0.415, to: 0.435 } },
}
const paper: Section['rows'][number] = {
  ...{
    kind: 'published',
    source: 'he2017',
    sourceName: 'He et al. 2017',
    citation: 'He et al.: NCF & more.',
  },
  ...{ dataset: 'ml-1m', model: 'NeuMF', factors: 32, selection: 'paper', pretrained: true },
  ...{ hr10: 0.726, ndcg10: 0.445, approximate: true },
}
const sampled: Section = {
  ...{ evaluation: 'sampled', selection: 'paper', note: '' },
  rows: [paper, ease, neumf],
}
const full: Section = { evaluation: 'full', selection: 'paper', note: '', rows: [ease] }

describe('a section of the leaderboard', () => {
  const lines = leaderboardLines(sampled)

  it('numbers its rows, each section from one', () => {
    expect(lines.map(({ place }) => place)).toEqual([1, 2, 3])
    expect(leaderboardLines(full)[0].place).toBe(1)
  })

  it('names published rows by model and sizes, with their source and no interval', () => {
    expect(lines[0]).toMatchObject({
      name: 'NeuMF pre-trained F = 32',
      source: { name: 'He et al. 2017' },
      hr10: { text: 'about 0.726', words: '' },
      runIds: [],
    })
  })

  it('marks baselines, and shows what is known of own figures', () => {
    expect(lines[1].tags).toEqual(['baseline'])
    expect(lines[1].hr10.words).toBe('95 % interval over 6,040 users 0.699 to 0.721')
    expect(lines[1].ndcg10.words).toBe('')
    expect(lines[2]).toMatchObject({ tags: [], parameters: '3.3M', hr10: { text: '0.700 ± 0.002' } })
  })

  it('draws all means and intervals on one scale', () => {
    const scale = barScale(lines, 'hr10')
    expect(scale.from).toBeLessThan(0.688)
    expect(scale.to).toBeGreaterThan(0.726)
    expect(barPlace(scale.from, scale)).toBe(0)
    expect(barPlace(scale.to, scale)).toBe(100)
    const [alone] = leaderboardLines({ ...full, rows: [{ ...ease, hr10: { mean: 0.5 } }] })
    expect(barPlace(0.5, barScale([alone], 'hr10'))).toBeCloseTo(50)
  })
})

describe('a copied leaderboard', () => {
  it('keeps the protocols in tables of their own', () => {
    const markdown = leaderboardMarkdown({ sections: [sampled, full] })
    expect(markdown).toContain('### Sampled candidates, epoch chosen on the test items')
    expect(markdown).toContain('### All items, epoch chosen on the test items')
    expect(markdown).toContain('| 3 | NeuMF F = 32 | own | 3 | 0.700 ± 0.002 | 0.425 ± 0.001 |')
    expect(markdown.match(/\| Place \|/g)).toHaveLength(2)
  })

  it('is LaTeX with its signs written out', () => {
    const latex = leaderboardLatex({ sections: [sampled] })
    expect(latex).toContain('0.700 $\\pm$ 0.002')
    expect(latex).toContain('EASE $\\lambda$ = 500')
    expect(latex.match(/\\end\{tabular\}/g)).toHaveLength(1)
  })

  it('is CSV with the protocol in each row and every digit', () => {
    const [head, first, second] = leaderboardCsv({ sections: [sampled, full] }).split('\r\n')
    expect(head).toMatch(/^Evaluation,Selection,Place,Model,Source,Citation,Seeds,HR@10,HR@10 sd/)
    expect(first).toBe(
      'sampled,paper,1,NeuMF pre-trained F = 32,He et al. 2017,He et al.: NCF & more.,,0.726,,,,0.445,,,',
    )
    expect(second).toBe('sampled,paper,2,EASE λ = 500,own,,1,0.71,,0.699,0.721,0.445,,,')
  })
})
