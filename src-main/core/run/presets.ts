import { runConfigSchema, type RunConfigInput } from './runConfig.ts'

export interface Preset {
  id: string
  title: string
  /** What it is for, in a sentence. */
  description: string
  config: RunConfigInput
}

/** He et al. (WWW 2017), section 4.1: batch 256, Adam at 0.001, four negatives for each positive, best epoch by test HR@10. */
const PAPER = {
  epochs: 20,
  batchSize: 256,
  learningRate: 0.001,
  negativesPerPositive: 4,
  optimizer: 'adam',
  selection: 'paper',
} as const

/** Configurations to start from. Whatever a preset leaves out has the default of RunConfig. */
export const PRESETS: readonly Preset[] = [
  {
    id: 'gmf-paper',
    title: 'GMF, paper settings',
    description:
      'The elementwise product of two embeddings: the fastest model, close to matrix factorisation.',
    config: { ...PAPER, model: 'GMF', factors: 32 },
  },
  {
    id: 'mlp-paper',
    title: 'MLP, paper settings',
    description: 'A tower of three hidden layers over concatenated embeddings.',
    config: { ...PAPER, model: 'MLP', factors: 32, layers: 3 },
  },
  {
    id: 'neumf-paper',
    title: 'NeuMF, paper settings',
    description: 'GMF and MLP side by side, fused in the last layer, from random weights.',
    config: { ...PAPER, model: 'NeuMF', factors: 32, layers: 3 },
  },
  {
    id: 'neumf-small',
    title: 'NeuMF, small and quick',
    description: 'Eight factors: a first result in a tenth of the time.',
    config: { ...PAPER, model: 'NeuMF', factors: 8, layers: 3, epochs: 10 },
  },
  {
    id: 'neumf-honest',
    title: 'NeuMF, selected by validation',
    description:
      'As in the paper, but the best epoch is chosen on items of its own: no peeking at the test items.',
    config: { ...PAPER, model: 'NeuMF', factors: 32, layers: 3, selection: 'validation' },
  },
].map((preset) => ({ ...preset, config: runConfigSchema.parse(preset.config) }))
