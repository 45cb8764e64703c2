import { join } from 'node:path'
import { ModelSpecError } from '../core/models/modelSpec.ts'
import type { Weights } from '../core/models/parameterLayout.ts'
import { fuseParts, PretrainingError, requireFittingPart, type PartName } from '../core/models/pretraining.ts'
import { specFromTensors, type RecognisedModel } from '../core/models/specFromTensors.ts'
import {
  missingPart,
  nameOfPart,
  requireFinishedPart,
  requirePartRun,
  type PretrainedConfig,
} from '../core/run/partRuns.ts'
import type { PretrainedPart } from '../core/run/runConfig.ts'
import type { RunRecord } from '../core/run/runRecord.ts'
import { isMissing } from '../node/runErrors.ts'
import { RUN_FILES, runFolder } from '../node/runFolder.ts'
import { StoreError, type RunStore } from '../node/runStore.ts'
import { readSafetensors, type Tensor } from '../node/safetensors.ts'
import { fileHash } from '../node/weightsFile.ts'
import { requireWeights } from './checkpoint.ts'
import { layoutOf, tensorsOf, weightsHash, weightsOf, type ModelShape } from './weights.ts'

export interface PretrainedRun {
  store: RunStore
  record: RunRecord & { config: PretrainedConfig }
  shape: ModelShape
  /** Tells people what they should know. */
  notice(message: string): void
}

/**
 * The weights that a pre-trained NeuMF begins with. At its first start they are made of its parts and stored with the
 * run, whose lock the caller holds: from then on the parts are not needed, and a new start gives the same numbers.
 *
 * @throws PretrainingError for parts that are gone, not finished, or do not fit.
 */
export async function pretrainedStart(run: PretrainedRun): Promise<Weights> {
  return (await storedStart(run)) ?? (await makeStart(run))
}

/** Undefined before the first start, and, with a notice, where what was stored is damaged. */
async function storedStart({ store, record, shape, notice }: PretrainedRun): Promise<Weights | undefined> {
  const { id, initialWeightsHash } = record
  if (initialWeightsHash === undefined) return undefined
  const file = join(runFolder(store.libraryDir, id), RUN_FILES.initial)
  try {
    const { tensors } = await store.readCheckpoint(id, 'initial')
    requireWeights(tensors, layoutOf(shape), file)
    const weights = weightsOf(tensors)
    if (weightsHash(weights, shape) === initialWeightsHash) return weights
    notice(`${file} does not hold the weights that the run began with; they are made of its parts again.`)
  } catch (error) {
    if (!(error instanceof StoreError && error.code.startsWith('checkpoint-'))) throw error
    notice(`${error.message} The weights that the run began with are made of its parts again.`)
  }
  return undefined
}

async function makeStart({ store, record, shape }: PretrainedRun): Promise<Weights> {
  const { id, config, data, initialWeightsHash } = record
  const { gmf, mlp, alpha } = config.pretraining
  const parts = {
    gmf: await partWeights(store, record, shape, 'gmf'),
    mlp: await partWeights(store, record, shape, 'mlp'),
  }
  const weights = fuseParts(parts.gmf, parts.mlp, shape, alpha)
  const hash = weightsHash(weights, shape)
  if (initialWeightsHash !== undefined && initialWeightsHash !== hash) {
    const message = `The parts of run ${id} no longer give the weights that it began with: train it anew.`
    throw new PretrainingError('part-changed', message)
  }
  const metadata = { epoch: '0', step: '0', fingerprint: data.fingerprint, alpha: String(alpha) }
  await store.writeCheckpoint(id, 'initial', tensorsOf(weights, shape), metadata)
  await store.updateRecord(id, { initialWeightsHash: hash })
  const names = `${nameOfPart('gmf', gmf)} and ${nameOfPart('mlp', mlp)}`
  await store.log(id, `Begins with ${names}, alpha ${alpha}.`).catch(() => {})
  return weights
}

async function partWeights(
  store: RunStore,
  record: PretrainedRun['record'],
  whole: RecognisedModel,
  part: PartName,
): Promise<Weights> {
  const source = record.config.pretraining[part]
  const tensors =
    'runId' in source ? await runTensors(store, record, part, source.runId) : await fileTensors(part, source)
  requireFittingPart(part, recognised(tensors, nameOfPart(part, source)), whole, nameOfPart(part, source))
  return weightsOf(tensors)
}

function recognised(tensors: readonly Tensor[], name: string): RecognisedModel {
  try {
    const weights = tensors.filter(({ data }) => data instanceof Float32Array)
    return specFromTensors(new Map(weights.map((tensor) => [tensor.name, tensor.shape])))
  } catch (error) {
    if (!(error instanceof ModelSpecError)) throw error
    throw new PretrainingError('part-of-other-model', `${name}: ${error.message}`)
  }
}

async function runTensors(
  store: RunStore,
  whole: PretrainedRun['record'],
  part: PartName,
  runId: string,
): Promise<Tensor[]> {
  const { record } = await store.read(runId).catch((error: unknown) => {
    const isGone = error instanceof StoreError && error.code === 'run-not-found'
    throw isGone ? missingPart(part, whole.config.pretraining[part]) : error
  })
  requirePartRun(part, record, whole)
  requireFinishedPart(part, record)
  return (await store.readCheckpoint(runId, 'best')).tensors
}

async function fileTensors(
  part: PartName,
  source: Extract<PretrainedPart, { file: string }>,
): Promise<Tensor[]> {
  const hash = await fileHash(source.file).catch((error: unknown) => {
    throw isMissing(error) ? missingPart(part, source) : error
  })
  if (hash !== source.sha256) {
    const message = `${nameOfPart(part, source)} has been changed since the run was made: its SHA-256 begins with ${hash.slice(0, 12)}, not ${source.sha256.slice(0, 12)}. Put the old file back, or train anew.`
    throw new PretrainingError('part-changed', message)
  }
  return (await readSafetensors(source.file, { finite: true })).tensors
}
