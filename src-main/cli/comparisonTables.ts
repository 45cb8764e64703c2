import type {
  Comparison,
  ComparedMetric,
  ComparedSide,
  Interval95,
  Leaderboard,
  LeaderboardRow,
  LeaderboardSection,
  OwnLeaderboardRow,
  ReproductionGap,
} from '../contract/comparisonContract.ts'
import { publishedTitle } from '../core/comparison/publishedGap.ts'
import { pValueText, shareText } from '../core/comparison/verdict.ts'
import { count } from './datasetSource.ts'
import { asPublished, share, table } from './resultTable.ts'

const RANKED_AMONG = { sampled: 'Among sampled candidates', full: 'Among all items' } as const

function range({ from, to }: Interval95): string {
  return `${shareText(from)} to ${shareText(to)}`
}

function signed(value: number): string {
  return value > 0 ? `+${shareText(value)}` : shareText(value)
}

function note(sentence: string): string {
  return `note: ${sentence}`
}

const WORDS = { better: 'better', worse: 'worse', noise: 'within noise' } as const

function comparedRow({ name, a, b, difference, interval, p, adjustedP, verdict }: ComparedMetric): string[] {
  const adjusted = adjustedP === undefined ? [] : [pValueText(adjustedP)]
  return [
    name,
    share(a),
    share(b),
    signed(difference),
    range(interval),
    pValueText(p),
    ...adjusted,
    WORDS[verdict],
  ]
}

function sideText({ name, seeds }: ComparedSide): string {
  return seeds === 1 ? name : `${name} (${seeds} seeds)`
}

function comparedTable({ a, b, metrics }: Comparison, ranking: ComparedMetric['ranking']): string[] {
  const rows = metrics.filter((metric) => metric.ranking === ranking)
  if (rows.length === 0) return []
  const adjusted = rows.some(({ adjustedP }) => adjustedP !== undefined) ? ['p by Holm'] : []
  const head = [RANKED_AMONG[ranking], a.name, b.name, 'difference', '95 % interval', 'p', ...adjusted, '']
  return [table(head, rows.map(comparedRow))]
}

/** A comparison for people: tables, the verdicts in words, and what to bear in mind. */
export function describeComparison(comparison: Comparison): string {
  const { a, b, users, metrics, warnings } = comparison
  return [
    `${sideText(a)} against ${sideText(b)}, ${count(users)} users`,
    ...comparedTable(comparison, 'sampled'),
    ...comparedTable(comparison, 'full'),
    ...metrics.filter(({ metric }) => metric !== 'mrr').map(({ sentence }) => sentence),
    ...warnings.map(note),
  ].join('\n')
}

function seededText({ mean, deviation, interval }: OwnLeaderboardRow['hr10']): string {
  const spread = deviation === undefined ? '' : ` ± ${share(deviation)}`
  return `${share(mean)}${spread}${interval ? ` (${range(interval)})` : ''}`
}

function ownCells(row: OwnLeaderboardRow): string[] {
  return [row.name, seededText(row.hr10), seededText(row.ndcg10), String(row.seeds), row.runIds[0]]
}

function boardRow(row: LeaderboardRow): string[] {
  if (row.kind === 'own') return ownCells(row)
  const name = publishedTitle(row)
  const about = row.approximate ? 'about ' : ''
  return [name, about + asPublished(row.hr10), about + asPublished(row.ndcg10), '', row.sourceName]
}

const SELECTED = {
  paper: 'best epoch on test',
  validation: 'best epoch by validation',
  unknown: 'selection not published',
} as const

function sectionTable({ evaluation, selection, note: explanation, rows }: LeaderboardSection): string {
  const title = `${RANKED_AMONG[evaluation]}, ${SELECTED[selection]}`
  return [
    title,
    explanation,
    table(['model', 'HR@10', 'NDCG@10', 'seeds', 'latest run or source'], rows.map(boardRow)),
  ].join('\n')
}

/** The leaderboard for people: a table for each protocol. */
export function describeLeaderboard({
  datasetName,
  sections,
  warnings,
  missingBaselines,
}: Leaderboard): string {
  const missing = `Not run yet on this data: ${missingBaselines.join(', ')}. Each takes "ncf train --model NAME".`
  return [
    `${datasetName}: mean ± deviation over seeds (95 % interval over users). Figures of two tables cannot be compared.`,
    ...warnings.map(note),
    ...(sections.length > 0 ? sections.map(sectionTable) : ['There are no finished runs on this data yet.']),
    ...(missingBaselines.length > 0 ? [missing] : []),
  ].join('\n\n')
}

function deviationLines({ deviations, agreements }: ReproductionGap): string[] {
  const rows = deviations.map(({ what, here, paper, consequence }) => [
    `${what}: ${here}, not ${paper}.`,
    `  ${consequence}`,
  ])
  return [
    deviations.length === 0
      ? 'The protocol is that of the paper.'
      : 'Deviations from the protocol of the paper:',
    ...rows.flat().map((line) => `  ${line}`),
    `Alike: ${agreements.join(', ').toLowerCase().replaceAll('ndcg', 'NDCG').replaceAll('l2', 'L2')}.`,
  ]
}

function effectRow({ title, before, after, delta }: ReproductionGap['effects'][number]): string[] {
  return [
    title,
    `${share(before.hr10)} → ${share(after.hr10)}`,
    signed(delta.hr10),
    `${share(before.ndcg10)} → ${share(after.ndcg10)}`,
    signed(delta.ndcg10),
  ]
}

/** The gap between a run and the paper, for people. */
export function describeGap(gap: ReproductionGap): string {
  const { id, paper, effects, published, missing, group } = gap
  return [
    `${id} held against ${paper}`,
    ...deviationLines(gap),
    'What other rules would make of this run:',
    table(['rule', 'HR@10', '', 'NDCG@10', ''], effects.map(effectRow)),
    ...effects.map(({ sentence }) => sentence),
    ...missing.map(note),
    ...(group ? [group.sentence] : []),
    ...published.map(({ sentence }) => sentence),
    ...(published.length === 0 ? ['Nothing is published for this model and data.'] : []),
  ].join('\n')
}
