import { ContractError } from '../contract/contractError.ts'
import type { DatasetDescription } from '../core/dataset/datasetDescription.ts'
import type { RunConfig } from '../core/run/runConfig.ts'
import type { RunLabelsChange } from '../core/run/runLabels.ts'
import type { RunData, RunRecord } from '../core/run/runRecord.ts'
import type { DatasetShape } from '../core/training/trainingDemand.ts'
import type { StudioPorts } from './ports.ts'

type NewRunPorts = Pick<StudioPorts, 'runs' | 'datasets' | 'machine' | 'demand'>

/** What is to be trained on what. */
export interface NewRun {
  dataset: DatasetDescription
  config: RunConfig
  threads: number | 'auto'
  /** Labels not given are left as they are. */
  labels: RunLabelsChange
}

/**
 * Stores a new run, ready to be trained, after a look at whether it can be.
 * @throws ContractError `no-validation`, what `demand` throws, and the library's own errors.
 */
export async function createRun(ports: NewRunPorts, run: NewRun): Promise<RunRecord> {
  const { dataset, config, threads, labels } = run
  const size = await ports.datasets.sizes(dataset.id)
  // What would only be found out when the run begins is said before it is stored.
  requireValidationItems(dataset, config)
  ports.demand(config, size, threads)
  const { arithmetic } = config
  const provenance = await ports.machine.provenance({ dataset, arithmetic, threads })
  const given = Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== undefined))
  return ports.runs.create(config, runData(dataset, size), provenance, given)
}

function runData({ id, name, fingerprint }: DatasetDescription, size: DatasetShape): RunData {
  return { datasetId: id, name, fingerprint, ...size }
}

function requireValidationItems(
  { name, validationSource }: DatasetDescription,
  { selection }: RunConfig,
): void {
  if (selection === 'paper' || validationSource !== null) return
  throw new ContractError(
    'no-validation',
    `${name} was imported without validation items: import it with validation, or select as in the paper.`,
  )
}
