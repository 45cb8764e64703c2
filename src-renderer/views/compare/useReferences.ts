import { computed, shallowRef, watch, type Ref } from 'vue'
import type { PublishedResultRow, RunRow } from '../../../src-main/contract/runContract.ts'
import { client } from '../../client/client.ts'
import { useComparison } from '../../stores/comparison.ts'
import { useDatasets } from '../../stores/datasets.ts'
import { useNotices } from '../../stores/notices.ts'
import { referenceLines } from '../runs/inspector/comparisonRows.ts'
import { baselines } from './comparisonBaseline.ts'

/** The data that all runs share; undefined where they do not. */
function commonData(rows: readonly RunRow[]): RunRow['data'] {
  const fingerprints = new Set(rows.map(({ data }) => data?.fingerprint))
  return fingerprints.size === 1 ? rows[0].data : undefined
}

/** What the runs can be held against beside each other: published results and ranking by popularity. */
export function useReferences(rows: Ref<readonly RunRow[]>) {
  const comparison = useComparison()
  const datasets = useDatasets()
  const published = shallowRef<readonly PublishedResultRow[]>([])
  const data = computed(() => commonData(rows.value))

  watch(
    () => data.value?.name,
    async (datasetName) => {
      published.value = []
      if (datasetName === undefined) return
      const ask = () => client.request('published:list', { datasetName })
      const found = await useNotices().attempt(ask)
      if (found && data.value?.name === datasetName) published.value = found
    },
    { immediate: true },
  )
  // A dataset that is no longer in the library has no base line.
  watch(
    () => data.value?.datasetId,
    (id) => {
      if (id !== undefined && datasets.entries.get(id)?.description)
        datasets.details(id).catch(() => undefined)
    },
    { immediate: true },
  )

  const popularity = computed(() => datasets.detailsById.get(data.value?.datasetId ?? '')?.popularityBaseline)
  const choices = computed(() => baselines(rows.value, published.value))
  const chosen = computed(() =>
    published.value.filter((_, place) => comparison.baselineKey === `published:${place}`),
  )
  const onTest = computed(() => rows.value.every(({ config }) => config?.selection !== 'validation'))
  const lines = computed(() => {
    // Both are figures on the test items: beside curves on validation items they would mislead.
    const of = (metric: 'hr10' | 'ndcg10') =>
      onTest.value ? referenceLines(metric, popularity.value, chosen.value) : []
    return { hr10: of('hr10'), ndcg10: of('ndcg10') }
  })
  return { choices, lines }
}
