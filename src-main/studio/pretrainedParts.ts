import { ContractError } from '../contract/contractError.ts'
import { ModelSpecError } from '../core/models/modelSpec.ts'
import { PARTS, PretrainingError, requireFittingPart, type PartName } from '../core/models/pretraining.ts'
import { specFromTensors, type RecognisedModel } from '../core/models/specFromTensors.ts'
import { partOf } from '../core/run/groupKey.ts'
import {
  missingPart,
  nameOfPart,
  requirePartRun,
  sizesOf,
  type PretrainedConfig,
} from '../core/run/partRuns.ts'
import type { NeuralConfig, PretrainedPart } from '../core/run/runConfig.ts'
import type { RunData, RunRecord } from '../core/run/runRecord.ts'
import type { StudioPorts, WeightsFile } from './ports.ts'
import { problemOf } from './failures.ts'
import { wholePath } from './sources.ts'

export type PartPorts = Pick<StudioPorts, 'runs' | 'weightsFile'>

/** A NeuMF and the data that it is to be trained on. */
export interface FusedRun {
  config: NeuralConfig
  data: RunData
}

/** Throws PretrainingError unless a configuration's parts are there and fit; they need not be finished. */
export async function requireParts(ports: PartPorts, config: PretrainedConfig, data: RunData): Promise<void> {
  for (const part of PARTS) {
    const source = config.pretraining[part]
    const found = await obtainPart(ports, part, source, { config, data })
    if ('sha256' in source && 'sha256' in found && source.sha256 !== found.sha256) {
      const message = `${nameOfPart(part, source)} has been changed: choose it anew.`
      throw new PretrainingError('part-changed', message)
    }
  }
}

/** A run or a file as a part of a NeuMF. Throws PretrainingError for one that is not there or does not fit. */
export async function obtainPart(
  ports: PartPorts,
  part: PartName,
  source: { runId: string } | { file: string },
  whole: FusedRun,
): Promise<PretrainedPart> {
  if ('file' in source) return filePart(ports, part, source.file, whole)
  const record = await partRecord(ports, part, source.runId)
  requirePartRun(part, record, whole)
  return partOf(record)
}

async function partRecord({ runs }: PartPorts, part: PartName, runId: string): Promise<RunRecord> {
  const { record, problem } = await runs.read(runId).catch((error: unknown) => {
    throw problemOf(error).code === 'run-not-found' ? missingPart(part, { runId, groupKey: '' }) : error
  })
  if (record) return record
  throw new ContractError(problem!.code, problem!.message)
}

async function filePart(
  { weightsFile }: PartPorts,
  part: PartName,
  file: string,
  { config, data }: FusedRun,
): Promise<PretrainedPart> {
  const found = await weightsFile(wholePath(file))
  if (!found) throw missingPart(part, { file, sha256: '' })
  const source = { file, sha256: found.sha256 }
  const name = nameOfPart(part, source)
  requireFittingPart(part, recognised(found, name), sizesOf(config, data), name)
  return source
}

function recognised({ shapes }: WeightsFile, name: string): RecognisedModel {
  try {
    return specFromTensors(shapes)
  } catch (error) {
    if (!(error instanceof ModelSpecError)) throw error
    throw new PretrainingError('part-of-other-model', `${name}: ${error.message}`)
  }
}
