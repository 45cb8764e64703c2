import type { ComparedMetric, Comparison } from '../contract/comparisonContract.ts'
import { modelTitle } from '../core/comparison/modelTitle.ts'
import { deviation, mean } from '../core/comparison/moments.ts'
import { halfWidth95 } from '../core/metrics/interval.ts'
import type { RunMetrics } from '../core/run/epochRecord.ts'
import type { RunConfig } from '../core/run/runConfig.ts'
import type { RunRecord } from '../core/run/runRecord.ts'
import { share } from './resultTable.ts'
import type { StudiedGroup } from './studyRuns.ts'

/** The groups of a study under one selection, and how each fares against the one they are held against. */
export interface StudyPart {
  selection: RunConfig['selection']
  groups: readonly StudiedGroup[]
  reference: StudiedGroup
  /** Of every other group with the reference, in their order. */
  comparisons: readonly (Comparison | undefined)[]
}

export interface StudyDocument {
  dataset: string
  users: number
  /** The call that makes it again. */
  command: string
  /** Of this program. */
  version: string
  parts: readonly StudyPart[]
}

const SELECTION_WORDS: Record<RunConfig['selection'], string> = {
  paper: 'Selected as in the paper: best epoch by HR@10 on the test items',
  validation: 'Selected by validation: best epoch by HR@10 on items of its own, test items scored once',
}
const RANKING_WORDS = {
  sampled: 'Sampled ranking: the held-out item among 99 negatives',
  full: 'Full ranking: the held-out item among all items that the user does not have in train',
} as const
type Ranking = keyof typeof RANKING_WORDS

/** A pipe table of Markdown. */
function pipeTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const rule = head.map((_, i) => (i === 0 ? '---' : '---:'))
  return [line(head), line(rule), ...rows.map(line)].join('\n')
}

function metricsOf({ summary }: RunRecord, ranking: Ranking): RunMetrics {
  return ranking === 'sampled' ? summary!.test! : summary!.full!
}

/** `.7023 ± .0021` over several seeds, the bare figure of one. */
function spread(values: readonly number[]): string {
  if (values.length === 1) return share(values[0])
  return `${share(mean(values))} ± ${share(deviation(values))}`
}

function titleOf({ runs: [first] }: StudiedGroup): string {
  return modelTitle(first.config)
}

function resultTable(groups: readonly StudiedGroup[], ranking: Ranking): string {
  const rows = groups.map((group) => {
    const metrics = group.runs.map((run) => metricsOf(run, ranking))
    return [
      titleOf(group),
      String(group.runs.length),
      spread(metrics.map(({ hr }) => hr[9])),
      spread(metrics.map(({ ndcg }) => ndcg[9])),
      group.runs.map(({ summary }) => summary!.bestEpoch).join(', '),
    ]
  })
  return pipeTable(['model', 'seeds', 'HR@10', 'NDCG@10', 'best epoch'], rows)
}

function probability(p: number): string {
  return p < 0.001 ? '< .001' : share(p, 3)
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${share(Math.abs(value))}`
}

function difference({ difference: value, interval }: ComparedMetric): string {
  return `${signed(value)} (${signed(interval.from)} to ${signed(interval.to)})`
}

function testTable({ groups, reference, comparisons }: StudyPart, ranking: Ranking): string {
  const others = groups.filter((group) => group !== reference)
  const rows = others.flatMap((group, i) => {
    const compared = comparisons[i]?.metrics.filter((metric) => metric.ranking === ranking) ?? []
    const [hr, ndcg] = ['HR@10', 'NDCG@10'].map((name) => compared.find((metric) => metric.name === name))
    if (!hr || !ndcg) return []
    const cells = [hr, ndcg].flatMap((metric) => [
      difference(metric),
      probability(metric.adjustedP ?? metric.p),
    ])
    return [[titleOf(group), ...cells]]
  })
  return pipeTable(['model', 'HR@10', 'p', 'NDCG@10', 'p'], rows)
}

function section(part: StudyPart, ranking: Ranking): string {
  return [
    `### ${RANKING_WORDS[ranking]}`,
    resultTable(part.groups, ranking),
    `Against ${titleOf(part.reference)}: difference, its 95 % interval, and p by Holm's rule.`,
    testTable(part, ranking),
  ].join('\n\n')
}

function partText(part: StudyPart): string {
  const head = `## ${SELECTION_WORDS[part.selection]}`
  return [head, section(part, 'sampled'), section(part, 'full')].join('\n\n')
}

/**
 * The results of a study in Markdown. The two rankings and the two selections have tables of their own: figures of
 * different protocols cannot be compared.
 */
export function studyDocument({ dataset, users, command, version, parts }: StudyDocument): string {
  const half = share(halfWidth95(0.7, users))
  return [
    `# Results on ${dataset}`,
    `Made by \`${command}\` with NCF Studio ${version}. Figures are means over seeds ± their standard deviation. ` +
      `Other users would move any HR@10 near .7 by ${half} (95 %), whatever the seed; differences between models on ` +
      `the same users are tested in pairs, over users and seeds.`,
    ...parts.map(partText),
    '',
  ].join('\n\n')
}
