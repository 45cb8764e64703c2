import type { PublishedResultRow, RunRow } from '../../../src-main/contract/runContract.ts'
import { comparisonClass } from './comparability.ts'
import { publishedName } from '../runs/inspector/comparisonRows.ts'
import { bestResult, fullResult, runName } from '../runs/runFacts.ts'

/** What differences are counted from: a run of the comparison or a published result. */
export interface Baseline {
  /** 'run:<id>' or 'published:<place in the list>'. */
  key: string
  name: string
  figures: Partial<Record<'hr10' | 'ndcg10' | 'fullHr10' | 'fullNdcg10' | 'mrr' | 'auc', number>>
  citation?: string
  /** Of a run: which other runs it may be held against. */
  comparisonClass?: string
}

/** Whether a difference to the baseline says something about the models, not about data or protocol. */
export function mayCompare(run: RunRow, baseline: Baseline): boolean {
  if (baseline.comparisonClass !== undefined) return baseline.comparisonClass === comparisonClass(run)
  return bestResult(run)?.on === 'test'
}

function ofRun(run: RunRow): Baseline[] {
  const metrics = run.summary?.test ?? run.summary?.selected
  const best = bestResult(run)
  if (!metrics || !best) return []
  const { mrr, auc } = metrics
  const full = fullResult(run)
  return [
    {
      key: `run:${run.id}`,
      name: runName(run),
      figures: {
        ...{ hr10: best.hr10, ndcg10: best.ndcg10, mrr, auc },
        ...(full && { fullHr10: full.hr10, fullNdcg10: full.ndcg10 }),
      },
      comparisonClass: comparisonClass(run),
    },
  ]
}

function ofPublished(row: PublishedResultRow, place: number): Baseline {
  const { hr10, ndcg10, citation } = row
  return { key: `published:${place}`, name: publishedName(row), figures: { hr10, ndcg10 }, citation }
}

/** Everything to count differences from: the runs with figures, then what was published for their data. */
export function baselines(runs: readonly RunRow[], published: readonly PublishedResultRow[]): Baseline[] {
  return [...runs.flatMap(ofRun), ...published.map(ofPublished)]
}
