import { watchDebounced } from '@vueuse/core'
import { shallowRef, type Ref } from 'vue'
import type { RunEstimate } from '../../../../src-main/contract/runContract.ts'
import type { RunConfig } from '../../../../src-main/contract/vocabulary.ts'
import { client } from '../../../client/client.ts'
import { formatBytes } from '../../../layout/formats.ts'

/** Milliseconds after the last key before an estimate is asked for. */
const PAUSE = 200

export type EstimateState =
  | { step: 'none' }
  | { step: 'waiting'; last?: RunEstimate }
  | { step: 'known'; estimate: RunEstimate }
  | { step: 'failed'; message: string }

export const BASIS_WORDS: Record<RunEstimate['basis'], string> = {
  measured: 'Time as measured on this machine, without evaluation.',
  scaled: 'Time scaled from other runs on this machine, without evaluation.',
  guess: 'Time is a rough guess: nothing was trained on this machine yet.',
}

/** Why a run cannot start for want of memory; undefined when it fits. */
export function memoryProblem({ fits, memoryBytes }: RunEstimate): string | undefined {
  if (fits) return undefined
  const cure = 'Take fewer factors or a narrower tower.'
  return `It would need ${formatBytes(memoryBytes)} of memory, more than this machine has. ${cure}`
}

/** The figures to show: those of the last configuration while the next are awaited. */
export function shownEstimate(state: EstimateState): RunEstimate | undefined {
  if (state.step === 'known') return state.estimate
  return state.step === 'waiting' ? state.last : undefined
}

/** What training a configuration would take, asked again shortly after it has changed. */
export function useRunEstimate(
  asked: Ref<{ datasetId: string; config: RunConfig } | undefined>,
): Readonly<Ref<EstimateState>> {
  const state = shallowRef<EstimateState>({ step: 'none' })
  /** Grows with each question, so that a late answer to an older one is not shown. */
  let turn = 0

  async function ask(): Promise<void> {
    const mine = ++turn
    const question = asked.value
    if (!question) return void (state.value = { step: 'none' })
    state.value = { step: 'waiting', last: shownEstimate(state.value) }
    try {
      const estimate = await client.request('run:estimate', question)
      if (mine === turn) state.value = { step: 'known', estimate }
    } catch (error) {
      if (mine === turn) state.value = { step: 'failed', message: (error as Error).message }
    }
  }

  watchDebounced(asked, ask, { debounce: PAUSE, immediate: true })
  return state
}
