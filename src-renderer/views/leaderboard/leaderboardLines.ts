import type { LeaderboardRow, LeaderboardSection } from '../../../src-main/contract/comparisonContract.ts'
import { BASELINE_NAMES, publishedTitle } from '../../../src-main/contract/vocabulary.ts'
import { formatCompact, formatCount, formatMetric } from '../../layout/formats.ts'

/** A figure as a line of the leaderboard shows it. */
export interface LineFigure {
  mean: number
  deviation?: number
  /** 0.684 ± 0.003 */
  text: string
  interval?: { from: number; to: number }
  /** The interval in words; '' without one. */
  words: string
}

export interface LeaderboardLine {
  key: string
  /** From 1, within its section alone. */
  place: number
  kind: LeaderboardRow['kind']
  name: string
  /** Runs of this library behind it; none behind a published row. */
  runIds: readonly string[]
  /** Short name and full citation of a published row. */
  source?: { name: string; citation: string }
  tags: string[]
  seeds?: number
  parameters: string
  hr10: LineFigure
  ndcg10: LineFigure
}

function ownFigure(
  { mean, deviation, interval }: { mean: number; deviation?: number; interval?: LineFigure['interval'] },
  users: number,
): LineFigure {
  const spread = deviation === undefined ? '' : ` ± ${deviation.toFixed(3)}`
  const words = interval
    ? `95 % interval over ${formatCount(users)} users ${formatMetric(interval.from)} to ${formatMetric(interval.to)}`
    : ''
  return { mean, deviation, interval, words, text: `${formatMetric(mean)}${spread}` }
}

type OwnRow = Extract<LeaderboardRow, { kind: 'own' }>
type PublishedRow = Extract<LeaderboardRow, { kind: 'published' }>

function ownLine(row: OwnRow): Omit<LeaderboardLine, 'place'> {
  const { groupKey, name, runIds, seeds, model, parameterCount, users } = row
  const isBaseline = (BASELINE_NAMES as readonly string[]).includes(model)
  return {
    ...{ key: groupKey, kind: 'own', name, runIds, seeds },
    tags: isBaseline ? ['baseline'] : [],
    parameters: parameterCount === undefined ? '' : formatCompact(parameterCount),
    hr10: ownFigure(row.hr10, users),
    ndcg10: ownFigure(row.ndcg10, users),
  }
}

function publishedLine(row: PublishedRow, place: number): Omit<LeaderboardLine, 'place'> {
  const { sourceName, citation, approximate } = row
  const figure = (mean: number): LineFigure => ({
    mean,
    text: `${approximate ? 'about ' : ''}${formatMetric(mean)}`,
    words: '',
  })
  return {
    ...{ key: `published ${place}`, kind: 'published', runIds: [] },
    name: publishedTitle(row),
    source: { name: sourceName, citation },
    tags: [],
    parameters: '',
    hr10: figure(row.hr10),
    ndcg10: figure(row.ndcg10),
  }
}

/** The rows of one protocol in their order; places never go beyond a section. */
export function leaderboardLines({ rows }: LeaderboardSection): LeaderboardLine[] {
  return rows.map((row, i) => ({
    ...(row.kind === 'own' ? ownLine(row) : publishedLine(row, i)),
    place: i + 1,
  }))
}

export interface Scale {
  from: number
  to: number
}

/** What the bars of a section span: every mean and interval of a metric, with a little room. */
export function barScale(lines: readonly LeaderboardLine[], metric: 'hr10' | 'ndcg10'): Scale {
  const values = lines.flatMap((line) => {
    const { mean, interval } = line[metric]
    return [mean, interval?.from ?? mean, interval?.to ?? mean]
  })
  const [from, to] = [Math.min(...values), Math.max(...values)]
  const room = Math.max(0.05 * (to - from), 0.001)
  return { from: Math.max(0, from - room), to: Math.min(1, to + room) }
}

/** Where a value stands on a scale, in per cent. */
export function barPlace(value: number, { from, to }: Scale): number {
  return to === from ? 50 : (100 * (value - from)) / (to - from)
}
