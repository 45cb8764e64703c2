import type { LeaderboardSection } from '../../../src-main/contract/comparisonContract.ts'

type Protocol = Pick<LeaderboardSection, 'evaluation' | 'selection'>

export const EVALUATION_WORDS: Readonly<Record<Protocol['evaluation'], string>> = {
  sampled: 'Sampled candidates',
  full: 'All items',
}
export const SELECTION_WORDS: Readonly<Record<Protocol['selection'], string>> = {
  paper: 'epoch chosen on the test items',
  validation: 'epoch chosen on validation items',
  unknown: 'choice of the epoch unknown',
}

/** The short words of the badges. */
export const EVALUATION_BADGES: Readonly<Record<Protocol['evaluation'], string>> = {
  sampled: 'sampled',
  full: 'full',
}
export const SELECTION_BADGES = { paper: 'paper', validation: 'validation', unknown: 'unknown' } as const

/** A protocol as a heading: Sampled candidates, epoch chosen on the test items. */
export function protocolTitle({ evaluation, selection }: Protocol): string {
  return `${EVALUATION_WORDS[evaluation]}, ${SELECTION_WORDS[selection]}`
}
