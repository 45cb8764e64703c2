import {
  isClosedForm,
  describeEarlyStop,
  halfWidth95,
  meanHalfWidth95,
  type RunMetrics,
} from '../../../../src-main/contract/vocabulary.ts'
import type { RunRow } from '../../../../src-main/contract/runContract.ts'
import { formatMetric } from '../../../layout/formats.ts'
import { hitRateInterval, intervalWords } from './resultWords.ts'

/** Place of K = 10 in the stored curves. */
const AT_10 = 9

/** A figure with its 95 % interval. */
export interface Figure {
  value: string
  /** ± 0.012; '' where it is not known. */
  width: string
  /** The same in words. */
  words: string
}

/** The two figures that every paper reports, of one way of ranking. */
export interface Headline {
  ranking: 'sampled' | 'full'
  title: string
  /** What the held-out item was ranked among. */
  about: string
  hr: Figure
  ndcg: Figure
}

function hitRateFigure({ hr, users }: RunMetrics): Figure {
  return {
    value: formatMetric(hr[AT_10]),
    width: `± ${halfWidth95(hr[AT_10], users).toFixed(3)}`,
    words: hitRateInterval(hr[AT_10], users),
  }
}

function ndcgFigure({ ndcg, ndcg10Deviation, users }: RunMetrics): Figure {
  const value = ndcg[AT_10]
  if (ndcg10Deviation === undefined) return { value: formatMetric(value), width: '', words: '' }
  const half = meanHalfWidth95(ndcg10Deviation, users)
  return {
    value: formatMetric(value),
    width: `± ${half.toFixed(3)}`,
    words: intervalWords([Math.max(0, value - half), value + half], users),
  }
}

function headline(ranking: Headline['ranking'], metrics: RunMetrics, on: string): Headline {
  const [title, among] =
    ranking === 'full'
      ? ['All items', 'all items that the user does not know']
      : ['Sampled', 'sampled candidates']
  const about = `The ${on} item of each user among ${among}`
  return { ranking, title, about, hr: hitRateFigure(metrics), ndcg: ndcgFigure(metrics) }
}

/** What a run has reached among sampled candidates and, where they were ranked, among all items. */
export function headlines({ summary }: RunRow): Headline[] {
  if (!summary) return []
  const onTest = summary.test !== undefined || summary.selection === 'paper'
  const sampled = headline('sampled', summary.test ?? summary.selected, onTest ? 'test' : 'validation')
  return summary.full ? [sampled, headline('full', summary.full, 'test')] : [sampled]
}

/** Which epoch the figures are of, and why there are no more; '' of a model without epochs. */
export function epochWords({ summary, config }: RunRow): string {
  if (!summary || !config || isClosedForm(config)) return ''
  const { bestEpoch, epochsCompleted, last, stoppedEarly } = summary
  const best = `Best epoch ${bestEpoch} of ${epochsCompleted}${last ? `, last ${formatMetric(last.hr10)}` : ''}`
  if (!stoppedEarly || !('patience' in config)) return best
  return `${best}. ${describeEarlyStop(epochsCompleted, config)}`
}
