import { watchDebounced } from '@vueuse/core'
import { ref, shallowRef, type Ref } from 'vue'
import type { ReproductionGap } from '../../../../src-main/contract/comparisonContract.ts'
import type { RunRow } from '../../../../src-main/contract/runContract.ts'
import { client } from '../../../client/client.ts'

const SETTLE = 120

/** What a finished run does otherwise than the paper, asked again when it was measured anew. */
export function useGap(run: Ref<RunRow>) {
  const gap = shallowRef<ReproductionGap>()
  const failure = ref('')

  async function load(): Promise<void> {
    const { id, state } = run.value
    if (state !== 'finished') return
    try {
      const found = await client.request('run:gap', { id })
      if (id !== run.value.id) return
      gap.value = found
      failure.value = ''
    } catch (error) {
      if (id === run.value.id) failure.value = error instanceof Error ? error.message : String(error)
    }
  }

  watchDebounced([() => run.value.id, () => run.value.state, () => run.value.summary], load, {
    debounce: SETTLE,
    immediate: true,
  })
  return { gap, failure, load }
}
