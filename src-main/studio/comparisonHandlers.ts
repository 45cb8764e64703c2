import type { Handlers } from '../contract/contract.ts'
import { compare, compareAgainst, intervals } from './comparisons.ts'
import { showLeaderboard } from './leaderboards.ts'
import type { StudioPorts } from './ports.ts'
import { reproductionGap } from './reproductionGaps.ts'
import type { RunIndex } from './runIndex.ts'

type ComparisonHandlers = Pick<
  Handlers,
  'run:compare' | 'run:compare-against' | 'run:intervals' | 'run:gap' | 'leaderboard:show'
>

/** Answers whether one run is better than another, and how runs stand beside published results. */
export function comparisonHandlers(ports: StudioPorts, index: RunIndex): ComparisonHandlers {
  const { runs, datasets, clock } = ports
  // Resampling takes seconds where there are many users or runs: windows and queue have their turn between.
  const pause = () => new Promise<void>((resolve) => void clock.after(0, resolve))
  const sources = {
    runs,
    datasets,
    listed: () => index.listed(),
    publishedResults: () => ports.publishedResults(),
  }
  return {
    'run:compare': (argument) => compare(runs, argument, pause),
    'run:compare-against': (argument) => compareAgainst(runs, argument, pause),
    'run:intervals': (argument) => intervals(runs, argument),
    'run:gap': ({ id }) => reproductionGap(sources, id),
    'leaderboard:show': ({ datasetId }) => showLeaderboard(sources, datasetId),
  }
}
