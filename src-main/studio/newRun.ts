import { ContractError } from '../contract/contractError.ts'
import type { DatasetDescription } from '../core/dataset/datasetDescription.ts'
import { isPretrained } from '../core/run/partRuns.ts'
import { arithmeticOf, type RunConfig } from '../core/run/runConfig.ts'
import type { RunLabelsChange } from '../core/run/runLabels.ts'
import type { RunData, RunRecord } from '../core/run/runRecord.ts'
import type { DatasetShape } from '../core/training/trainingDemand.ts'
import type { StudioPorts } from './ports.ts'
import { requireParts } from './pretrainedParts.ts'

export type NewRunPorts = Pick<StudioPorts, 'runs' | 'datasets' | 'machine' | 'demand' | 'weightsFile'>

/** What is to be trained on what. */
export interface NewRun {
  dataset: DatasetDescription
  config: RunConfig
  threads: number | 'auto'
  /** Labels not given are left as they are. */
  labels: RunLabelsChange
  /** A pre-trained run whose first weights this one begins with, instead of parts. */
  startOf?: string
}

/**
 * Says what would only be found out when the run begins. Resolves to the sizes of its dataset.
 * @throws ContractError `no-validation`, what `demand` throws, PretrainingError, and the library's own errors.
 */
export async function requireTrainable(
  ports: Omit<NewRunPorts, 'machine'>,
  { dataset, config, threads, startOf }: Omit<NewRun, 'labels'>,
): Promise<DatasetShape> {
  const size = await ports.datasets.sizes(dataset.id)
  requireValidationItems(dataset, config)
  ports.demand(config, size, threads)
  if (isPretrained(config) && startOf === undefined) await requireParts(ports, config, runData(dataset, size))
  return size
}

/** Stores a new run, ready to be trained. @throws what `requireTrainable` throws, before anything is stored. */
export async function createRun(ports: NewRunPorts, run: NewRun): Promise<RunRecord> {
  const { dataset, config, threads, labels, startOf } = run
  const size = await requireTrainable(ports, run)
  const provenance = await ports.machine.provenance({ dataset, arithmetic: arithmeticOf(config), threads })
  const given = Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== undefined))
  return ports.runs.create(config, runData(dataset, size), provenance, given, startOf)
}

export function runData({ id, name, fingerprint }: DatasetDescription, size: DatasetShape): RunData {
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
