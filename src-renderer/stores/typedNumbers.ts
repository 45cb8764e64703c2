import type { z } from 'zod'

/** NaN for what is no number, so that the schema refuses it. */
export function numberOf(text: string): number {
  return text.trim() === '' ? NaN : Number(text)
}

/** Numbers between commas or spaces; none in empty text. */
export function numbersOf(text: string): number[] {
  return text
    .split(/[\s,;]+/)
    .filter((part) => part !== '')
    .map(Number)
}

const WHOLE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 20 })

/** What a schema finds wrong with something typed, in words for its field. */
export function issueWords(issue: z.core.$ZodIssue): string {
  if (issue.path[0] === 'seed' && issue.code !== 'custom') return 'Must be a whole number of at least 0.'
  if (issue.code === 'too_small' && issue.path[0] === 'tower' && issue.path.length === 1)
    return 'Write the widths with commas between them: 64, 32, 16, 8.'
  if (issue.code === 'too_small')
    return `Must be ${issue.inclusive === false ? 'above' : 'at least'} ${WHOLE.format(issue.minimum)}.`
  if (issue.code === 'too_big' && issue.path[0] === 'tower' && issue.path.length === 1)
    return `Must be at most ${issue.maximum} widths.`
  if (issue.code === 'too_big')
    return `Must be ${issue.inclusive === false ? 'below' : 'at most'} ${WHOLE.format(issue.maximum)}.`
  if (issue.code === 'invalid_type') return `Must be a ${issue.expected === 'int' ? 'whole ' : ''}number.`
  // How often all items are ranked is one of two words or a number: what was typed is the number.
  if (issue.path[0] === 'fullRanking') return 'Must be a whole number from 1 to 100,000.'
  return issue.message
}
