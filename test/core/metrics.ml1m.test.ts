import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { heldOutRank, remainingCandidates } from '../../src-main/core/metrics/rank.ts'
import { rankingMetrics } from '../../src-main/core/metrics/rankingMetrics.ts'

const folder = resolve(import.meta.dirname, '../../../shared/data/ml-1m')
const isAbsent = !existsSync(folder)
if (isAbsent)
  console.warn('Popularity on ML-1M is skipped: there is no ../shared/data/ml-1m beside the repository.')

const lines = (name: string) => readFileSync(resolve(folder, name), 'utf8').trimEnd().split('\n')

describe.skipIf(isAbsent)('popularity on the NCF files of ML-1M', () => {
  it('has the HR@10 and NDCG@10 that independent code measured: .4531 and .2541', () => {
    const popularity = new Map<number, number>()
    for (const line of lines('ml-1m.train.rating')) {
      const item = Number(line.split('\t', 2)[1])
      popularity.set(item, (popularity.get(item) ?? 0) + 1)
    }
    const score = (item: number) => popularity.get(item) ?? 0
    const ranked = lines('ml-1m.test.negative').map((line) => {
      const [pair, ...negatives] = line.split('\t')
      const heldOut = Number(pair.slice(1, -1).split(',')[1])
      const candidates = negatives.map(Number)
      const rank = heldOutRank(candidates.map(score), score(heldOut), candidates, heldOut)
      return { rank, remaining: remainingCandidates(candidates, heldOut) }
    })
    const metrics = rankingMetrics(
      ranked.map(({ rank }) => rank),
      ranked.map(({ remaining }) => remaining),
    )
    expect(metrics.users).toBe(6040)
    expect(metrics.hr[9]).toBeCloseTo(0.4531, 4)
    expect(metrics.ndcg[9]).toBeCloseTo(0.2541, 4)
    expect(ranked.filter(({ remaining }) => remaining < 99)).toHaveLength(156)
  })
})
