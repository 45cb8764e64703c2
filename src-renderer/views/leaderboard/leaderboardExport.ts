import type { Leaderboard } from '../../../src-main/contract/comparisonContract.ts'
import { toCsv } from '../../charts/csv.ts'
import { latexFigures, markdownEscaped } from '../runs/resultRow.ts'
import { leaderboardLines, type LeaderboardLine } from './leaderboardLines.ts'
import { protocolTitle } from './protocolWords.ts'

const TITLES = ['Place', 'Model', 'Source', 'Seeds', 'HR@10', 'NDCG@10']

function cells({ place, name, source, seeds, hr10, ndcg10 }: LeaderboardLine): string[] {
  const origin = source?.name ?? 'own'
  return [String(place), name, origin, seeds === undefined ? '–' : String(seeds), hr10.text, ndcg10.text]
}

/** A Markdown table for each protocol, under a heading that names it. */
export function leaderboardMarkdown({ sections }: Pick<Leaderboard, 'sections'>): string {
  const line = (texts: readonly string[]) => `| ${texts.map(markdownEscaped).join(' | ')} |`
  const rule = '| ---: | --- | --- | ---: | ---: | ---: |'
  return sections
    .map((section) => {
      const rows = leaderboardLines(section).map((one) => line(cells(one)))
      return [`### ${protocolTitle(section)}`, '', line(TITLES), rule, ...rows].join('\n')
    })
    .join('\n\n')
}

/** A LaTeX tabular (package booktabs) for each protocol, which a comment names. */
export function leaderboardLatex({ sections }: Pick<Leaderboard, 'sections'>): string {
  const line = (texts: readonly string[]) => `${texts.map(latexFigures).join(' & ')} \\\\`
  return sections
    .map((section) =>
      [
        `% ${protocolTitle(section)}`,
        '\\begin{tabular}{rllrrr}',
        '\\toprule',
        line(TITLES),
        '\\midrule',
        ...leaderboardLines(section).map((one) => line(cells(one))),
        '\\bottomrule',
        '\\end{tabular}',
      ].join('\n'),
    )
    .join('\n\n')
}

const CSV_TITLES = [
  ...['Evaluation', 'Selection', 'Place', 'Model', 'Source', 'Citation', 'Seeds'],
  ...['HR@10', 'HR@10 sd', 'HR@10 from', 'HR@10 to', 'NDCG@10', 'NDCG@10 sd', 'NDCG@10 from', 'NDCG@10 to'],
]

/** All protocols as CSV, each row with its own: figures with every digit. */
export function leaderboardCsv({ sections }: Pick<Leaderboard, 'sections'>): string {
  const figure = ({ mean, deviation, interval }: LeaderboardLine['hr10']) => [
    mean,
    deviation ?? '',
    interval?.from ?? '',
    interval?.to ?? '',
  ]
  return toCsv({
    columns: CSV_TITLES.map((title) => ({ title })),
    rows: sections.flatMap((section) =>
      leaderboardLines(section).map(({ place, name, source, seeds, hr10, ndcg10 }) => [
        ...[section.evaluation, section.selection, place, name],
        ...[source?.name ?? 'own', source?.citation ?? '', seeds ?? ''],
        ...[...figure(hr10), ...figure(ndcg10)],
      ]),
    ),
  })
}
