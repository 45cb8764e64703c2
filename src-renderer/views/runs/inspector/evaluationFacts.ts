import type { EvaluationReport, Recommendations } from '../../../../src-main/contract/vocabulary.ts'
import { formatCount, formatMetric } from '../../../layout/formats.ts'
import type { Fact } from './runFactLists.ts'

const percent = (share: number) => `${(100 * share).toFixed(1)} %`

/** What the lists of the best items say beyond hits, for a dataset with a number of items. */
export function recommendationFacts(found: Recommendations, itemCount: number | undefined): Fact[] {
  const of = itemCount === undefined ? '' : ` of ${formatCount(itemCount)}`
  const mean = (value: number) => formatCount(Math.round(value))
  return [
    { name: 'Item coverage', value: `${percent(found.coverage)}${of || ' of the'} items` },
    { name: 'Gini index', value: `${formatMetric(found.gini)} (0: all items alike)` },
    { name: 'Popularity', value: `${mean(found.averagePopularity)} users an item, on average` },
    { name: 'Popularity rank', value: `${mean(found.meanPopularityRank)}${of}, on average` },
  ]
}

type Group = EvaluationReport['groups'][number]

/** 16–23, or 20 where all have as many. */
export function activityRange({ from, to }: Pick<Group, 'from' | 'to'>): string {
  return from === to ? formatCount(from) : `${formatCount(from)}–${formatCount(to)}`
}
