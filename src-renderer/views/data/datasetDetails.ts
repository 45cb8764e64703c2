import { shallowRef, watch } from 'vue'
import type { DatasetDetails } from '../../../src-main/contract/datasetContract.ts'
import { useDatasets } from '../../stores/datasets.ts'

/**
 * The distributions of a dataset. While they are read anew (it was renamed, the connection is back) the old ones stay;
 * another dataset begins with none.
 */
export function useDatasetDetails(id: () => string) {
  const datasets = useDatasets()
  const details = shallowRef<DatasetDetails>()
  const problem = shallowRef<string>()

  async function load(): Promise<void> {
    const wanted = id()
    problem.value = undefined
    if (details.value?.id !== wanted) details.value = undefined
    try {
      const found = await datasets.details(wanted)
      if (id() === wanted) details.value = found
    } catch (error) {
      if (id() === wanted) problem.value = error instanceof Error ? error.message : String(error)
    }
  }

  // The store forgets what has changed: then it is asked again.
  watch(
    () => [id(), datasets.detailsById.has(id())] as const,
    ([wanted, known]) => {
      if (!known || details.value?.id !== wanted) void load()
    },
    { immediate: true },
  )
  return { details, problem, load }
}
