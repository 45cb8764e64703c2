import { wilsonInterval } from '../metrics/interval.ts'
import { sharedRankings, valuesOf, type ComparedGroup } from './comparedRuns.ts'
import { meanInterval, seedInterval, type Interval95 } from './interval95.ts'
import { metricName, RANKED_METRICS, type RankedMetric, type Ranking } from './metricValues.ts'
import { deviation, mean } from './moments.ts'
import { groupInterval } from './seedsAndUsers.ts'

/** A figure of a run or group with its 95 % interval. */
export interface Headline {
  metric: RankedMetric
  ranking: Ranking
  name: string
  value: number
  interval: Interval95
  seeds?: { deviation: number; interval: Interval95 }
  method: 'Wilson' | 'normal' | 'users and seeds'
}

function ofOneRun(values: Float64Array, metric: RankedMetric): Pick<Headline, 'interval' | 'method'> {
  if (metric !== 'hr') return { interval: meanInterval(values), method: 'normal' }
  const [from, to] = wilsonInterval(mean(values), values.length)
  return { interval: { from, to }, method: 'Wilson' }
}

function ofSeeds(runs: readonly Float64Array[]): Pick<Headline, 'interval' | 'method' | 'seeds'> {
  const means = runs.map(mean)
  return {
    interval: groupInterval(runs),
    method: 'users and seeds',
    seeds: { deviation: deviation(means), interval: seedInterval(means) },
  }
}

/** HR@K, NDCG@K and MRR of a run or group with their intervals, sampled and, where every run has it, full. */
export function headlines(group: ComparedGroup, k: number): Headline[] {
  return sharedRankings([group]).flatMap((ranking) =>
    RANKED_METRICS.map((metric) => {
      const runs = valuesOf(group, ranking, metric, k)
      const figure = runs.length > 1 ? ofSeeds(runs) : ofOneRun(runs[0], metric)
      return { metric, ranking, name: metricName(metric, k), value: mean(runs.map(mean)), ...figure }
    }),
  )
}
