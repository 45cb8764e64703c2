import type { RunMetrics } from '../core/run/epochRecord.ts'
import type { EvaluationReport, GroupResult, Recommendations } from '../core/run/evaluationReport.ts'
import { count } from './datasetSource.ts'
import { headline, share, table } from './resultTable.ts'

/** What the two rankings are called above their tables, which never share one. */
export const RANKINGS = {
  sampled: 'Sampled ranking: the held-out item among the candidates of its user',
  full: 'Full ranking: the same item among all that its user does not have in train',
} as const

/** A run's headline figures of full ranking, in a block of their own. */
export function fullRankingBlock(full: RunMetrics): string {
  return [RANKINGS.full, table(['', 'HR@10', 'NDCG@10'], [['this run', ...headline(full)]])].join('\n')
}

/** What the lists of the best items say, in a line. */
export function describeRecommendations({
  listLength,
  coverage,
  gini,
  averagePopularity,
  meanPopularityRank,
}: Recommendations): string {
  return [
    `best ${listLength} of every user: ${(100 * coverage).toFixed(1)} % of the items`,
    `Gini ${share(gini)}`,
    `${averagePopularity.toFixed(1)} training users an item`,
    `popularity rank ${count(Math.round(meanPopularityRank))}`,
  ].join(', ')
}

function activityOf({ from, to }: GroupResult): string {
  return from === to ? count(from) : `${count(from)} to ${count(to)}`
}

/** Users by their number of training items, and how each group fares. */
export function groupTable(groups: EvaluationReport['groups']): string {
  const hasFull = groups.some(({ full }) => full)
  const head = [
    'training items',
    'users',
    'HR@10',
    'NDCG@10',
    ...(hasFull ? ['full HR@10', 'full NDCG@10'] : []),
  ]
  const rows = groups.map((group) => [
    activityOf(group),
    count(group.users),
    share(group.sampled.hr10),
    share(group.sampled.ndcg10),
    share(group.full?.hr10),
    share(group.full?.ndcg10),
  ])
  return table(head, rows)
}
