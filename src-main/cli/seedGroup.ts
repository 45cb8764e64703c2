import { deviation, mean } from '../core/comparison/moments.ts'
import type { RunMetrics } from '../core/run/epochRecord.ts'
import type { RunSummary } from '../core/run/runSummary.ts'
import { hrAt10, ndcgAt10, resultOf } from './jsonLines.ts'
import { share, table } from './resultTable.ts'

/** A finished run of a group that differs in nothing but seeds. */
export interface SeededRun {
  id: string
  summary: RunSummary
}

interface Figure {
  name: string
  of(summary: RunSummary): number | undefined
}

const sampled = (summary: RunSummary): RunMetrics => resultOf(summary).metrics
const FIGURES: readonly Figure[] = [
  { name: 'hr@10', of: (summary) => hrAt10(sampled(summary)) },
  { name: 'ndcg@10', of: (summary) => ndcgAt10(sampled(summary)) },
  { name: 'fullHr@10', of: ({ full }) => hrAt10(full) },
  { name: 'fullNdcg@10', of: ({ full }) => ndcgAt10(full) },
]

interface Spread {
  name: string
  mean: number
  /** Of a sample: n - 1. */
  sd: number
}

/** Of the figures that every run has. */
function spreads(runs: readonly SeededRun[]): Spread[] {
  return FIGURES.flatMap(({ name, of }) => {
    const values = runs.map(({ summary }) => of(summary)).filter((value) => value !== undefined)
    if (values.length < runs.length) return []
    return [{ name, mean: mean(values), sd: deviation(values) }]
  })
}

/** The line of a group of seeds. These fields are fixed. */
export function groupLine(runs: readonly SeededRun[]): Record<string, unknown> {
  const figures = spreads(runs)
  return {
    event: 'group',
    runs: runs.map(({ id }) => id),
    mean: Object.fromEntries(figures.map(({ name, mean }) => [name, mean])),
    sd: Object.fromEntries(figures.map(({ name, sd }) => [name, sd])),
  }
}

/** Sampled and full ranking each in a table of its own. */
export function describeGroup(runs: readonly SeededRun[], name: string): string {
  const figures = spreads(runs)
  const isFull = ({ name }: Spread) => name.startsWith('full')
  const block = (title: string, [hr, ndcg]: Spread[]) =>
    table(
      [title, 'HR@10', 'sd', 'NDCG@10', 'sd'],
      [[`mean of ${runs.length} seeds`, share(hr.mean), share(hr.sd), share(ndcg.mean), share(ndcg.sd)]],
    )
  const full = figures.filter(isFull)
  return [
    block(
      name,
      figures.filter((figure) => !isFull(figure)),
    ),
    ...(full.length > 0 ? [block(`${name}, full ranking`, full)] : []),
  ].join('\n')
}
