/** Rules that differ between implementations, and whose effect the stored ranks and epochs tell. */
export const EFFECTS = [
  'ties-for-model',
  'duplicates-counted',
  'natural-logarithm',
  'full-ranking',
  'last-epoch',
  'validation-figure',
  'validation-run',
] as const
export type GapEffect = (typeof EFFECTS)[number]
