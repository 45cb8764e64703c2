import { describe, expect, it } from 'vitest'
import { gapEffects } from '../../../src-main/core/comparison/gapEffects.ts'
import { heldOutRank, heldOutTies, remainingCandidates } from '../../../src-main/core/metrics/rank.ts'
import type { HeldOutRanks } from '../../../src-main/core/run/runRanks.ts'
import { metricsOf } from '../../../src-main/core/training/finalEvaluation.ts'
import { hasMl1m, ml1mLines } from '../ml1mDataset.ts'
import { summary, usersOf } from './runs.ts'

/** Popularity on the authors' test items: each user's rank, ties and copies of the held-out item. */
function popularity(): { sampled: HeldOutRanks; copies: Int32Array } {
  const counts = new Map<number, number>()
  for (const line of ml1mLines('ml-1m.train.rating')) {
    const item = Number(line.split('\t', 2)[1])
    counts.set(item, (counts.get(item) ?? 0) + 1)
  }
  const score = (item: number) => counts.get(item) ?? 0
  const users = ml1mLines('ml-1m.test.negative').map((line) => {
    const [pair, ...negatives] = line.split('\t')
    const heldOut = Number(pair.slice(1, -1).split(',')[1])
    const candidates = negatives.map(Number)
    const scores = candidates.map(score)
    return {
      rank: heldOutRank(scores, score(heldOut), candidates, heldOut),
      ties: heldOutTies(scores, score(heldOut), candidates, heldOut),
      negatives: remainingCandidates(candidates, heldOut),
      copies: candidates.filter((item) => item === heldOut).length,
    }
  })
  const column = (name: keyof (typeof users)[number]) => Int32Array.from(users, (user) => user[name])
  const sampled = { rank: column('rank'), ties: column('ties'), negatives: column('negatives') }
  return { sampled, copies: column('copies') }
}

describe.skipIf(!hasMl1m('The tie rule'))('rules on the NCF files of ML-1M, by popularity', () => {
  it('change it as much as independent code says', () => {
    const { sampled, copies } = popularity()
    const effects = gapEffects({
      id: 'popularity',
      summary: { ...summary(0.45, 0.25), test: metricsOf(sampled) },
      epochs: [],
      ranks: { users: usersOf(6040), sampled },
      copies,
    })
    const [ties, duplicates] = effects
    // A few lines of Python over the same files: won 2741 hits, NDCG .25446; copies counted 2730 hits, NDCG .25258.
    expect(ties.before.hr10 * 6040).toBeCloseTo(2737, 6)
    expect(ties.after.hr10 * 6040).toBeCloseTo(2741, 6)
    expect(ties.after.ndcg10).toBeCloseTo(0.2544551186, 9)
    expect(ties.sentence).toMatch(/of 409 users are tied/)
    expect(duplicates.after.hr10 * 6040).toBeCloseTo(2730, 6)
    expect(duplicates.after.ndcg10).toBeCloseTo(0.2525755211, 9)
    expect(duplicates.sentence).toMatch(/^156 users/)
  })
})
