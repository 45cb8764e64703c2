/** How a difference was tested: see mcnemar, signFlips and seedsAndUsers. */
export const PAIRED_TESTS = ['McNemar', 'permutation', 'users and seeds'] as const
export type PairedTest = (typeof PAIRED_TESTS)[number]

export const VERDICTS = ['better', 'worse', 'noise'] as const
export type Verdict = (typeof VERDICTS)[number]
