import type { RunConfig } from '../core/run/runConfig.ts'
import type { RunLabelsChange } from '../core/run/runLabels.ts'
import type { RunRecord } from '../core/run/runRecord.ts'
import type { LoadedDataset } from '../node/datasetFolder.ts'
import { collectProvenance } from '../node/provenance.ts'
import type { RunStore } from '../node/runStore.ts'

/** Stores a new run of a configuration on a dataset, ready to be trained. Labels not given are left as they are. */
export async function createRun(
  store: RunStore,
  { description, dataset }: LoadedDataset,
  config: RunConfig,
  threads: number | 'auto',
  labels: RunLabelsChange,
): Promise<RunRecord> {
  const data = {
    datasetId: description.id,
    name: description.name,
    fingerprint: description.fingerprint,
    userCount: dataset.userCount,
    itemCount: dataset.itemCount,
    interactions: dataset.trainItems.length,
  }
  const origin = { dataset: description, arithmetic: config.arithmetic, threads }
  const given = Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== undefined))
  return store.create(config, data, await collectProvenance(origin), given)
}
