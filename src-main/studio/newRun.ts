import { ContractError } from '../contract/contractError.ts'
import type { DatasetDescription } from '../core/dataset/datasetDescription.ts'
import type { RunConfig } from '../core/run/runConfig.ts'
import { estimateRun, type DataSize } from '../core/run/runEstimate.ts'
import type { RunLabelsChange } from '../core/run/runLabels.ts'
import type { RunData, RunRecord } from '../core/run/runRecord.ts'
import type { LibraryPorts } from './ports.ts'

type NewRunPorts = Pick<LibraryPorts, 'runs' | 'datasets' | 'machine'>

/** What is to be trained on what. */
export interface NewRun {
  dataset: DatasetDescription
  config: RunConfig
  threads: number | 'auto'
  /** Labels not given are left as they are. */
  labels: RunLabelsChange
}

const GIB = 2 ** 30

/**
 * Stores a new run, ready to be trained, after a look at whether it can be.
 * @throws ContractError `too-large` or `no-validation`; the library's own errors.
 */
export async function createRun(ports: NewRunPorts, run: NewRun): Promise<RunRecord> {
  const { dataset, config, threads, labels } = run
  const size = await ports.datasets.sizes(dataset.id)
  requireTrainable(ports, dataset, config, size)
  const { arithmetic } = config
  const provenance = await ports.machine.provenance({ dataset, arithmetic, threads })
  const given = Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== undefined))
  return ports.runs.create(config, runData(dataset, size), provenance, given)
}

function runData({ id, name, fingerprint }: DatasetDescription, size: DataSize): RunData {
  return { datasetId: id, name, fingerprint, ...size }
}

/** What would only be found out when the run begins is said before it is stored. */
export function requireTrainable(
  { machine }: Pick<NewRunPorts, 'machine'>,
  dataset: DatasetDescription,
  config: RunConfig,
  size: DataSize,
): void {
  if (config.selection === 'validation' && dataset.validationSource === null)
    throw new ContractError(
      'no-validation',
      `${dataset.name} was imported without validation items: import it with validation, or select as in the paper.`,
    )
  const surroundings = { memoryBytes: machine.memoryBytes, cores: machine.facts.cores }
  const { fits, memoryBytes } = estimateRun(config, size, [], surroundings)
  if (fits) return
  const needed = (memoryBytes / GIB).toFixed(1)
  const there = (machine.memoryBytes / GIB).toFixed(1)
  throw new ContractError(
    'too-large',
    `This training needs about ${needed} GiB; this machine has ${there} GiB, of which the engine can use 4. Choose fewer factors, a smaller batch or a smaller dataset.`,
  )
}
