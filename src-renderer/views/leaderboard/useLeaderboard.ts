import { computed, ref, shallowRef, type Ref } from 'vue'
import { watchDebounced } from '@vueuse/core'
import type { Leaderboard } from '../../../src-main/contract/comparisonContract.ts'
import { client } from '../../client/client.ts'
import { useRuns } from '../../stores/runs.ts'

/** Milliseconds that runs must be at rest before the leaderboard is asked for again. */
const SETTLE = 150

/** The leaderboard of a dataset, asked for again when a run on it ends, is measured, renamed or removed. */
export function useLeaderboard(datasetId: Ref<string | undefined>) {
  const runs = useRuns()
  const board = shallowRef<Leaderboard>()
  const failure = ref('')
  const loading = ref(false)

  async function load(): Promise<void> {
    const id = datasetId.value
    if (id === undefined) return
    loading.value = true
    try {
      const found = await client.request('leaderboard:show', { datasetId: id })
      if (id !== datasetId.value) return
      board.value = found
      failure.value = ''
    } catch (error) {
      if (id === datasetId.value) failure.value = error instanceof Error ? error.message : String(error)
    } finally {
      if (id === datasetId.value) loading.value = false
    }
  }

  /** All that a leaderboard says of own runs; epochs that go by change none of it. */
  const standing = computed(() =>
    runs.list
      .filter(({ state, data }) => state === 'finished' && data !== undefined)
      .map(({ id, name, summary }) => `${id} ${name} ${summary?.full !== undefined}`)
      .join('\n'),
  )
  watchDebounced([datasetId, standing], load, { debounce: SETTLE, maxWait: 1000, immediate: true })

  /** Not that of a dataset that was looked at before. */
  const shown = computed(() => (board.value?.datasetId === datasetId.value ? board.value : undefined))
  return { board: shown, failure, loading, load }
}
