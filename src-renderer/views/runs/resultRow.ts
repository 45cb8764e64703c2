import { isClosedForm, plannedEpochs } from '../../../src-main/contract/vocabulary.ts'
import type { RunRow } from '../../../src-main/contract/runContract.ts'
import { formatMetric } from '../../layout/formats.ts'
import { modelName, settingsText } from './modelWords.ts'
import { bestResult, fullResult } from './runFacts.ts'

interface ResultColumn {
  title: string
  align: 'start' | 'end'
  text(run: RunRow): string
}

const NONE = '–'

const bestEpochText = ({ summary, config }: RunRow) =>
  summary && config && !isClosedForm(config) ? `${summary.bestEpoch} of ${plannedEpochs(config)}` : NONE

function result(title: string, value: (run: RunRow) => number | undefined): ResultColumn {
  return { title, align: 'end', text: (run) => formatMetric(value(run)) }
}

/** Figures among all items, which are no others' rivals: only where a run has them. */
const FULL: readonly ResultColumn[] = [
  result('Full HR@10', (run) => fullResult(run)?.hr10),
  result('Full NDCG@10', (run) => fullResult(run)?.ndcg10),
]

/** What a results table of a paper says about runs. */
function columnsFor(runs: readonly RunRow[]): readonly ResultColumn[] {
  return [
    { title: 'Model', align: 'start', text: ({ config }) => (config ? modelName(config) : NONE) },
    { title: 'Settings', align: 'start', text: ({ config }) => (config && settingsText(config)) || NONE },
    result('HR@10', (run) => bestResult(run)?.hr10),
    result('NDCG@10', (run) => bestResult(run)?.ndcg10),
    ...(runs.some(fullResult) ? FULL : []),
    { title: 'Best epoch', align: 'end', text: bestEpochText },
    { title: 'Seed', align: 'end', text: ({ config }) => config?.seed ?? NONE },
    { title: 'Protocol', align: 'start', text: protocol },
  ]
}

/** How the numbers came about, without which they cannot be compared. */
export function protocol(run: RunRow): string {
  const best = bestResult(run)
  const data = run.data?.name ?? 'unknown data'
  if (!best || !run.config) return data
  const split = best.on === 'test' ? 'test items' : 'validation items'
  const among = `${data}, ${split} among sampled negatives`
  if (isClosedForm(run.config)) return among
  return `${among}, best epoch by ${run.config.selection === 'paper' ? 'test HR@10' : 'validation'}`
}

/** Text for a cell of a Markdown table. */
export function markdownEscaped(text: string): string {
  return text.replaceAll('|', String.raw`\|`).replace(/\s+/g, ' ')
}

/** Runs as a Markdown table, or its rows alone. */
export function markdownRows(runs: readonly RunRow[], withHead: boolean): string {
  const columns = columnsFor(runs)
  const line = (texts: readonly string[]) => `| ${texts.map(markdownEscaped).join(' | ')} |`
  const rule = columns.map(({ align }) => (align === 'end' ? '---:' : '---'))
  const head = [line(columns.map(({ title }) => title)), line(rule)]
  const rows = runs.map((run) => line(columns.map(({ text }) => text(run))))
  return [...(withHead ? head : []), ...rows].join('\n')
}

const LATEX: Record<string, string> = {
  '\\': String.raw`\textbackslash{}`,
  '~': String.raw`\textasciitilde{}`,
  '^': String.raw`\textasciicircum{}`,
  '–': '--',
  λ: String.raw`$\lambda$`,
  α: String.raw`$\alpha$`,
}

/** Text with the signs that LaTeX reads as commands written out. */
export function latexEscaped(text: string): string {
  return text.replace(/[\\~^–λα]|[&%$#_{}]/g, (sign) => LATEX[sign] ?? `\\${sign}`)
}

/** Text with signs that LaTeX's fonts may lack as mathematics. */
export function latexFigures(text: string): string {
  return latexEscaped(text).replaceAll('−', '$-$').replaceAll('±', '$\\pm$')
}

/** Runs as rows of a LaTeX tabular; with its head as a comment, so that the columns are known. */
export function latexRows(runs: readonly RunRow[]): string {
  const columns = columnsFor(runs)
  const line = (texts: readonly string[]) => `${texts.map(latexEscaped).join(' & ')} \\\\`
  const rows = runs.map((run) => line(columns.map(({ text }) => text(run))))
  return [`% ${line(columns.map(({ title }) => title))}`, ...rows].join('\n')
}
