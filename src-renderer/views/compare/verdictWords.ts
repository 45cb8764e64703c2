import type { ComparedMetric } from '../../../src-main/contract/comparisonContract.ts'
import { signedMetric } from '../runs/inspector/comparisonRows.ts'

/** p as papers print it: .31, .004, < .001. */
export function pText(p: number): string {
  if (p < 0.001) return '< .001'
  return p.toFixed(p < 0.1 ? 3 : 2).replace(/^0/, '')
}

/** HR@10, all items: HR@10. */
export function metricTitle({ name, ranking }: Pick<ComparedMetric, 'name' | 'ranking'>): string {
  return ranking === 'full' ? `${name}, all items` : name
}

export function intervalText({ from, to }: ComparedMetric['interval']): string {
  return `${signedMetric(from)} to ${signedMetric(to)}`
}

/** The verdict as a sign and a word, so that colour is not needed. */
export const VERDICT_WORDS: Readonly<
  Record<ComparedMetric['verdict'], { sign: string; word: string; tone: 'success' | 'danger' | 'quiet' }>
> = {
  better: { sign: '▲', word: 'better', tone: 'success' },
  worse: { sign: '▼', word: 'worse', tone: 'danger' },
  noise: { sign: '≈', word: 'within noise', tone: 'quiet' },
}
