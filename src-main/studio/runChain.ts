import { PART_MODELS, PARTS, requireFittingPart, type PartName } from '../core/models/pretraining.ts'
import { partOf } from '../core/run/groupKey.ts'
import { sizesOf } from '../core/run/partRuns.ts'
import type { NeuralConfig, PretrainedPart } from '../core/run/runConfig.ts'
import type { RunLabelsChange } from '../core/run/runLabels.ts'
import type { RunRecord } from '../core/run/runRecord.ts'
import { createRun, requireTrainable, runData, type NewRun, type NewRunPorts } from './newRun.ts'
import { obtainPart, type FusedRun } from './pretrainedParts.ts'

/** Where one half of a pre-trained NeuMF comes from: what is trained before it, a run, or a file of weights. */
export type PartOrigin = NeuralConfig | { runId: string } | { file: string }

/** A NeuMF with what it starts from. */
export interface NewChain extends Omit<NewRun, 'config'> {
  gmf: PartOrigin
  mlp: PartOrigin
  /** Without pretraining. */
  neumf: NeuralConfig
  /** Weight of the GMF part. */
  alpha: number
  /** One NeuMF for each, with parts of that seed where they are trained for it. */
  seeds: readonly string[]
}

/** Of runs that are trained to be parts. */
export const PART_TAG = 'pre-training'

/** Runs or files are the parts of every seed; the others are trained for each. */
type KnownParts = Partial<Record<PartName, PretrainedPart>>

/**
 * Stores the runs of a chain, each after those that it starts from.
 *
 * @throws PretrainingError for parts that are not there or do not fit, and what `requireTrainable` throws, before
 * anything is stored.
 */
export async function createChain(ports: NewRunPorts, chain: NewChain): Promise<RunRecord[]> {
  const size = await requireTrainable(ports, { ...chain, config: chain.neumf })
  const whole = { config: chain.neumf, data: runData(chain.dataset, size) }
  const known: KnownParts = {}
  for (const part of PARTS) known[part] = await knownPart(ports, chain, part, whole)
  const records: RunRecord[] = []
  for (const seed of chain.seeds) records.push(...(await createOnce(ports, chain, known, seed)))
  return records
}

/** Undefined for a part that is still to be trained. */
async function knownPart(
  ports: NewRunPorts,
  chain: NewChain,
  part: PartName,
  whole: FusedRun,
): Promise<PretrainedPart | undefined> {
  const origin = chain[part]
  if (!('model' in origin)) return obtainPart(ports, part, origin, whole)
  const name = `The ${PART_MODELS[part]} to be trained`
  requireFittingPart(part, sizesOf(origin, whole.data), sizesOf(whole.config, whole.data), name)
  await requireTrainable(ports, { ...chain, config: origin })
  return undefined
}

async function createOnce(
  ports: NewRunPorts,
  chain: NewChain,
  known: KnownParts,
  seed: string,
): Promise<RunRecord[]> {
  const records: RunRecord[] = []
  const obtained = async (part: PartName): Promise<PretrainedPart> => {
    const origin = chain[part]
    if (!('model' in origin)) return known[part]!
    const labels = partLabels(chain.labels, origin.model)
    const record = await createRun(ports, { ...chain, config: { ...origin, seed }, labels })
    records.push(record)
    return partOf(record)
  }
  const pretraining = { alpha: chain.alpha, gmf: await obtained('gmf'), mlp: await obtained('mlp') }
  const config = { ...chain.neumf, seed, pretraining }
  return [...records, await createRun(ports, { ...chain, config })]
}

/** A name holds 200 characters. */
function partLabels({ name, tags = [] }: RunLabelsChange, model: string): RunLabelsChange {
  return { name: name && `${name.slice(0, 180)} (${model})`, tags: [...new Set([...tags, PART_TAG])] }
}
