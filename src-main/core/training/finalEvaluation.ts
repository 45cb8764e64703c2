import type { Dataset } from '../dataset/dataset.ts'
import { itemPopularity } from '../dataset/itemPopularity.ts'
import type { Scorer } from '../engine.ts'
import { activityGroups } from '../metrics/activityGroups.ts'
import { gini } from '../metrics/gini.ts'
import { itemCoverage } from '../metrics/itemCoverage.ts'
import { averagePopularity, meanPopularityRank } from '../metrics/popularityOfRecommendations.ts'
import { rankingMetrics } from '../metrics/rankingMetrics.ts'
import { SELECTION_K, type RunMetrics } from '../run/epochRecord.ts'
import type { EvaluationReport, GroupResult, Recommendations } from '../run/evaluationReport.ts'
import type { HeldOutRanks, RunRanks } from '../run/runRanks.ts'
import { FullRanking, LIST_LENGTH, type FullRankingResult, type RankingHost } from './fullRanking.ts'
import { HeldOutEvaluation } from './heldOutEvaluation.ts'

/** All that a run's best weights are told of, from one look at the test items. */
export interface FinalEvaluation {
  /** Among the sampled candidates. */
  test: RunMetrics
  /** Among all items, where that was asked for. */
  full?: RunMetrics
  /** Each user's ranks: what every figure here can be computed from again. */
  ranks: RunRanks
  report: EvaluationReport
}

/**
 * Measures a model on the test items, once: sampled, and, where it is asked for, among all items. A session that has
 * trained must be flushed before.
 *
 * @returns undefined when the host wanted to stop. Throws EvaluationError where nothing is held out.
 */
export async function finalEvaluation(
  model: Scorer,
  dataset: Dataset,
  ranksAllItems: boolean,
  host: RankingHost,
): Promise<FinalEvaluation | undefined> {
  const evaluation = new HeldOutEvaluation(dataset, 'test')
  const sampled = await evaluation.rankWithTies(model)
  const full = ranksAllItems ? await new FullRanking(dataset, 'test').run(model, host) : undefined
  if (ranksAllItems && !full) return undefined
  const ranks: RunRanks = { users: evaluation.users, sampled, ...(full && { full: full.ranks }) }
  return {
    test: metricsOf(sampled),
    ...(full && { full: metricsOf(full.ranks) }),
    ranks,
    report: {
      schemaVersion: 1,
      groups: groupResults(ranks, dataset),
      ...(full && { recommendations: recommendationsOf(full, dataset) }),
    },
  }
}

/** The metrics that ranks stand for. */
export function metricsOf({ rank, negatives }: HeldOutRanks): RunMetrics {
  return rankingMetrics(rank, negatives)
}

function groupResults({ users, sampled, full }: RunRanks, { trainStart }: Dataset): GroupResult[] {
  const activity = users.map((user) => trainStart[user + 1] - trainStart[user])
  return activityGroups(activity).map(({ from, to, members }) => ({
    from,
    to,
    users: members.length,
    sampled: atTen(sampled, members),
    ...(full && { full: atTen(full, members) }),
  }))
}

function atTen({ rank, negatives }: HeldOutRanks, members: readonly number[]): GroupResult['sampled'] {
  const { hr, ndcg } = rankingMetrics(
    members.map((place) => rank[place]),
    members.map((place) => negatives[place]),
  )
  return { hr10: hr[SELECTION_K - 1], ndcg10: ndcg[SELECTION_K - 1] }
}

function recommendationsOf({ ranks, recommended }: FullRankingResult, dataset: Dataset): Recommendations {
  const popularity = itemPopularity(dataset)
  return {
    listLength: LIST_LENGTH,
    users: ranks.rank.length,
    coverage: itemCoverage(recommended),
    gini: gini(recommended),
    averagePopularity: averagePopularity(recommended, popularity),
    meanPopularityRank: meanPopularityRank(recommended, popularity),
  }
}
