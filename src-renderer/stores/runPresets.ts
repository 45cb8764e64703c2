import { PRETRAINED, PRESETS, runConfigSchema, type RunConfig } from '../../src-main/contract/vocabulary.ts'
import { baselineFormsOf } from './baselineForm.ts'
import { paperPretraining } from './pretrainingForm.ts'
import { ALL_BASELINES, formOf, readForm, type RunForm, type RunPlan } from './runForm.ts'

/** A form to start from. */
export interface FormPreset {
  id: string
  title: string
  /** What it is for, in a sentence. */
  description: string
  form(): RunForm
}

const ofPaper = () => formOf(runConfigSchema.parse({ model: 'NeuMF', factors: 32, layers: 3, epochs: 20 }))

const LATER: readonly FormPreset[] = [
  {
    id: 'all-baselines',
    title: 'All baselines',
    description:
      'One run each of ItemPop, ItemKNN, EASE, iALS and BPR: what any neural model should be held against.',
    form: () => ({ ...ofPaper(), model: ALL_BASELINES, baselines: baselineFormsOf() }),
  },
  {
    id: 'neumf-pre-paper',
    title: 'NeuMF pre-trained, paper',
    description: 'Trains GMF and MLP first, then fuses them and goes on with SGD: the paper’s best model.',
    form: () => ({ ...ofPaper(), model: PRETRAINED, pretraining: paperPretraining() }),
  },
]

/** The presets of the drawer: single configurations, a chain and a set of them. */
export const FORM_PRESETS: readonly FormPreset[] = [
  ...PRESETS.map(({ id, title, description, config }) => ({
    ...{ id, title, description },
    form: () => formOf(runConfigSchema.parse(config)),
  })),
  ...LATER,
]

/** Without what changes no number of a run, or the luck of it alone. */
function essence(config: RunConfig): RunConfig {
  return runConfigSchema.parse({ ...config, seed: '0', fullRanking: 'never' })
}

/** Whether two configurations differ in nothing but their seed and in when all items are ranked. */
export function equalButSeed(a: RunConfig, b: RunConfig): boolean {
  return JSON.stringify(essence(a)) === JSON.stringify(essence(b))
}

function essenceOf(plan: RunPlan): string {
  if (plan.kind === 'runs') return JSON.stringify(plan.configs.map(essence))
  const { gmf, mlp, neumf, alpha } = plan
  return JSON.stringify([[gmf, mlp, neumf].map(essence), alpha])
}

const known = new Map<string, FormPreset>()

/** The preset that a plan is, whatever its seed and its full ranking. */
export function presetOf(plan: RunPlan): FormPreset | undefined {
  if (known.size === 0)
    for (const preset of FORM_PRESETS) {
      const read = readForm(preset.form())
      if (read.plan) known.set(essenceOf(read.plan), preset)
    }
  return known.get(essenceOf(plan))
}
