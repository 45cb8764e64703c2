import { fieldsOf, runConfigSchema } from '../../src-main/contract/vocabulary.ts'
import { BASELINE_NAMES, type BaselineConfig, type BaselineName } from '../../src-main/contract/vocabulary.ts'
import { numberOf } from './typedNumbers.ts'

/** A setting of a baseline: all of them are numbers. */
export interface BaselineField {
  key: 'neighbors' | 'shrinkage' | 'lambda' | 'factors' | 'alpha' | 'learningRate' | 'epochs'
  label: string
  hint?: string
}

/** The settings that each baseline has, apart from what all models share. */
export const BASELINE_FIELDS: Readonly<Record<BaselineName, readonly BaselineField[]>> = {
  ItemPop: [],
  ItemKNN: [
    { key: 'neighbors', label: 'Neighbours', hint: 'Kept for each item' },
    { key: 'shrinkage', label: 'Shrinkage', hint: 'Against similarities that few users support' },
  ],
  EASE: [{ key: 'lambda', label: 'Lambda', hint: 'L2 penalty; hundreds to thousands' }],
  iALS: [
    { key: 'factors', label: 'Factors' },
    { key: 'lambda', label: 'Lambda', hint: 'L2 penalty, scaled by frequency' },
    { key: 'alpha', label: 'Alpha', hint: 'Weight of what was not observed' },
    { key: 'epochs', label: 'Epochs' },
  ],
  BPR: [
    { key: 'factors', label: 'Factors' },
    { key: 'lambda', label: 'Lambda', hint: 'L2 penalty of each sample’s rows' },
    { key: 'learningRate', label: 'Learning rate' },
    { key: 'epochs', label: 'Epochs' },
  ],
}

/** The settings of every baseline as they are typed: each model keeps its own while others are looked at. */
export type BaselineForms = Record<BaselineName, Record<string, string>>

function textsOf(config: BaselineConfig): Record<string, string> {
  const fields = fieldsOf(config)
  return Object.fromEntries(BASELINE_FIELDS[config.model].map(({ key }) => [key, String(fields[key])]))
}

/** Every baseline at its defaults; with a configuration, that one as it says. */
export function baselineFormsOf(config?: BaselineConfig): BaselineForms {
  const entries = BASELINE_NAMES.map((model) => {
    const shown = config?.model === model ? config : (runConfigSchema.parse({ model }) as BaselineConfig)
    return [model, textsOf(shown)]
  })
  return Object.fromEntries(entries) as BaselineForms
}

/** What a schema reads of a baseline's own fields. */
export function baselineInput(forms: BaselineForms, model: BaselineName): Record<string, unknown> {
  const texts = forms[model]
  return {
    model,
    ...Object.fromEntries(BASELINE_FIELDS[model].map(({ key }) => [key, numberOf(texts[key])])),
  }
}
