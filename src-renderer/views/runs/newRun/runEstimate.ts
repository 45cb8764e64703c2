import { watchDebounced } from '@vueuse/core'
import { shallowRef, type Ref } from 'vue'
import type { RunEstimate } from '../../../../src-main/contract/runContract.ts'
import { isNeural, plannedEpochs } from '../../../../src-main/contract/vocabulary.ts'
import { client } from '../../../client/client.ts'
import { formatBytes } from '../../../layout/formats.ts'
import type { PlannedWork } from '../../../stores/draft.ts'

/** Milliseconds after the last key before an estimate is asked for. */
const PAUSE = 200

/** A piece of the work and what it would take. */
export interface EstimatedWork extends PlannedWork {
  estimate: RunEstimate
}

export type EstimateState =
  | { step: 'none' }
  | { step: 'waiting'; last?: readonly EstimatedWork[] }
  | { step: 'known'; works: readonly EstimatedWork[] }
  | { step: 'failed'; message: string }

export const BASIS_WORDS: Record<RunEstimate['basis'], string> = {
  measured: 'Time as measured on this machine, without evaluation.',
  scaled: 'Time scaled from other runs on this machine, without evaluation.',
  guess: 'Time is a rough guess: nothing was trained on this machine yet.',
}

/** Why runs cannot start for want of memory; undefined when all fit. */
export function memoryProblem(works: readonly EstimatedWork[]): string | undefined {
  const tooLarge = works.find(({ estimate }) => !estimate.fits)
  if (!tooLarge) return undefined
  const { config, estimate } = tooLarge
  const what = works.length > 1 ? config.model : 'It'
  const cure = isNeural(config)
    ? 'Take fewer factors or a narrower tower.'
    : 'Take a smaller model or dataset.'
  return `${what} would need ${formatBytes(estimate.memoryBytes)} of memory, more than this machine has. ${cure}`
}

/** The figures to show: those of the last configuration while the next are awaited. */
export function shownEstimate(state: EstimateState): readonly EstimatedWork[] | undefined {
  if (state.step === 'known') return state.works
  return state.step === 'waiting' ? state.last : undefined
}

/** Seconds of training that all runs take together. */
export function secondsOf(works: readonly EstimatedWork[]): number {
  return works.reduce(
    (sum, { config, runs, estimate }) => sum + estimate.secondsPerEpoch * plannedEpochs(config) * runs,
    0,
  )
}

async function estimateOf(datasetId: string, work: PlannedWork): Promise<EstimatedWork> {
  return { ...work, estimate: await client.request('run:estimate', { datasetId, config: work.config }) }
}

/** What training would take, asked again shortly after the work has changed. */
export function useRunEstimate(
  asked: Ref<{ datasetId: string; works: readonly PlannedWork[] } | undefined>,
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
      const answers = await Promise.all(question.works.map((work) => estimateOf(question.datasetId, work)))
      if (mine === turn) state.value = { step: 'known', works: answers }
    } catch (error) {
      if (mine === turn) state.value = { step: 'failed', message: (error as Error).message }
    }
  }

  watchDebounced(asked, ask, { debounce: PAUSE, immediate: true })
  return state
}
