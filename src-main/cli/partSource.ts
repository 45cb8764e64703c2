import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { modelSpec, ModelSpecError, type ModelSpec } from '../core/models/modelSpec.ts'
import { PretrainingError } from '../core/models/pretraining.ts'
import { specFromTensors } from '../core/models/specFromTensors.ts'
import { isNeural } from '../core/run/runConfig.ts'
import type { RunStore } from '../node/runStore.ts'
import { describeWeightsFile } from '../node/weightsFile.ts'

/** A part of a NeuMF that is there already, and its widths; undefined where they cannot be told. */
export interface FoundPart {
  origin: { runId: string } | { file: string }
  spec?: ModelSpec
}

/** What `--gmf` or `--mlp` means: a file of weights, or the run with that id, beginning of an id, or name. */
export async function findPart(store: RunStore, text: string): Promise<FoundPart> {
  const isFile = await stat(text).then(
    (entry) => entry.isFile(),
    () => false,
  )
  if (isFile) return { origin: { file: resolve(text) }, spec: await specOfFile(text) }
  const runId = await store.find(text)
  const { config } = (await store.read(runId)).record
  return { origin: { runId }, ...(isNeural(config) && { spec: modelSpec(config) }) }
}

async function specOfFile(path: string): Promise<ModelSpec | undefined> {
  const file = await describeWeightsFile(path)
  if (!file) return undefined
  try {
    return specFromTensors(file.shapes).spec
  } catch (error) {
    if (error instanceof ModelSpecError)
      throw new PretrainingError('part-of-other-model', `${path}: ${error.message}`)
    throw error
  }
}

/** Sizes as flags have them. */
export interface Sizes {
  factors?: number
  layers?: number
  tower?: number[]
}

/** The sizes of the NeuMF that parts fit into: the factors of the GMF, the layers or the tower of the MLP. */
export function sizesOfParts(gmf: ModelSpec | undefined, mlp: ModelSpec | undefined): Sizes {
  const factors = gmf?.gmfWidth || mlp?.hiddenSizes.at(-1)
  if (!mlp || mlp.mlpWidth === 0 || factors === undefined) return { ...(factors && { factors }) }
  const layers = mlp.hiddenSizes.length
  const halving = modelSpec({ model: 'MLP', factors, layers })
  const { mlpWidth, hiddenSizes } = mlp
  const isHalving = halving.mlpWidth === mlpWidth && halving.hiddenSizes.join() === hiddenSizes.join()
  return isHalving ? { factors, layers } : { factors, tower: [2 * mlpWidth, ...hiddenSizes] }
}
