import type { FULL_RANKINGS, RunConfig } from '../../src-main/contract/vocabulary.ts'
import { numberOf } from './typedNumbers.ts'

/** What is asked of every model, as it is typed. */
export interface SharedForm {
  seed: string
  selection: RunConfig['selection']
  fullRanking: (typeof FULL_RANKINGS)[number] | 'every'
  /** Epochs between two full rankings, where they are made again and again. */
  fullRankingEvery: string
  /** Epochs; empty: training never ends early. Of models with epochs alone. */
  patience: string
}

/** Epochs between full rankings that a form begins with. */
const FIRST_INTERVAL = '5'

/** The shared fields of a configuration. */
export function sharedFormOf(config: RunConfig): SharedForm {
  const { seed, selection, fullRanking } = config
  const patience = 'patience' in config && config.patience !== undefined ? String(config.patience) : ''
  const every = typeof fullRanking === 'number'
  return {
    ...{ seed, selection, patience },
    fullRanking: every ? 'every' : fullRanking,
    fullRankingEvery: every ? String(fullRanking) : FIRST_INTERVAL,
  }
}

/** What a schema reads of the shared fields; a model in closed form has no seed, and ranks all items at the end or never. */
export function sharedInput(form: SharedForm, closedForm: boolean) {
  const every = closedForm ? 'end' : numberOf(form.fullRankingEvery)
  return {
    ...(!closedForm && { seed: form.seed.trim() }),
    selection: form.selection,
    fullRanking: form.fullRanking === 'every' ? every : form.fullRanking,
    ...(!closedForm && form.patience.trim() !== '' && { patience: numberOf(form.patience) }),
  }
}
