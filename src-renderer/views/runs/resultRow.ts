import { fieldsOf, plannedEpochs } from '../../../src-main/contract/vocabulary.ts'
import type { RunRow } from '../../../src-main/contract/runContract.ts'
import { formatMetric } from '../../layout/formats.ts'
import { bestResult } from './runFacts.ts'

const TITLES = ['Model', 'F', 'HR@10', 'NDCG@10', 'Best epoch', 'Seed', 'Protocol'] as const

/** What a results table of a paper says about a run. */
function cells(run: RunRow): string[] {
  const { config, summary } = run
  const best = bestResult(run)
  return [
    config?.model ?? '–',
    String(fieldsOf(config).factors ?? '–'),
    formatMetric(best?.hr10),
    formatMetric(best?.ndcg10),
    summary && config ? `${summary.bestEpoch} of ${plannedEpochs(config)}` : '–',
    config?.seed ?? '–',
    protocol(run),
  ]
}

/** How the numbers came about, without which they cannot be compared. */
export function protocol(run: RunRow): string {
  const best = bestResult(run)
  const data = run.data?.name ?? 'unknown data'
  if (!best || !run.config) return data
  const split = best.on === 'test' ? 'test items' : 'validation items'
  const chosen = run.config.selection === 'paper' ? 'best epoch by test HR@10' : 'best epoch by validation'
  return `${data}, ${split} among sampled negatives, ${chosen}`
}

/** Text for a cell of a Markdown table. */
export function markdownEscaped(text: string): string {
  return text.replaceAll('|', String.raw`\|`).replace(/\s+/g, ' ')
}

/** Runs as a Markdown table, or its rows alone. */
export function markdownRows(runs: readonly RunRow[], withHead: boolean): string {
  const line = (texts: readonly string[]) => `| ${texts.map(markdownEscaped).join(' | ')} |`
  const head = [line(TITLES), line(TITLES.map((_, i) => (i > 0 && i < 6 ? '---:' : '---')))]
  return [...(withHead ? head : []), ...runs.map((run) => line(cells(run)))].join('\n')
}

const LATEX: Record<string, string> = {
  '\\': String.raw`\textbackslash{}`,
  '~': String.raw`\textasciitilde{}`,
  '^': String.raw`\textasciicircum{}`,
  '–': '--',
}

/** Text with the signs that LaTeX reads as commands written out. */
export function latexEscaped(text: string): string {
  return text.replace(/[\\~^–]|[&%$#_{}]/g, (sign) => LATEX[sign] ?? `\\${sign}`)
}

/** Runs as rows of a LaTeX tabular; with its head as a comment, so that the columns are known. */
export function latexRows(runs: readonly RunRow[]): string {
  const line = (texts: readonly string[]) => `${texts.map(latexEscaped).join(' & ')} \\\\`
  return [`% ${line(TITLES)}`, ...runs.map((run) => line(cells(run)))].join('\n')
}
