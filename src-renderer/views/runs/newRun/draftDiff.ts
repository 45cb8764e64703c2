import type { RunRow } from '../../../../src-main/contract/runContract.ts'
import type { RunConfig } from '../../../../src-main/contract/vocabulary.ts'
import { configDiff, type ConfigChange } from './configFields.ts'

/** What a draft changes in a run, its data first; undefined while one of the two cannot be read. */
export function draftDiff(
  base: Pick<RunRow, 'config' | 'data'>,
  config: RunConfig | undefined,
  datasetName: string | undefined,
): ConfigChange[] | undefined {
  if (!base.config || !config) return undefined
  const from = base.data?.name
  const otherData = from !== undefined && datasetName !== undefined && from !== datasetName
  const data = otherData ? [{ key: 'dataset', label: 'Dataset', from, to: datasetName }] : []
  return [...data, ...configDiff(base.config, config)]
}
