import type { RunRow } from '../../../../src-main/contract/runContract.ts'
import { isNeural, type PretrainedPart } from '../../../../src-main/contract/vocabulary.ts'
import { runName } from '../runFacts.ts'

/** Another run of the same chain; without an id it is a file, or a run that has gone. */
export interface PartLink {
  text: string
  id?: string
}

/** The runs on either side of a pre-trained NeuMF. */
export interface ChainLinks {
  /** What a fused run starts from: GMF, then MLP. */
  parts: PartLink[]
  /** The fused runs that start from this one. */
  fused: PartLink[]
}

function partLink(part: PretrainedPart, row: (id: string) => RunRow | undefined): PartLink {
  if ('file' in part) return { text: part.file }
  const run = row(part.runId)
  return run ? { text: runName(run), id: run.id } : { text: `${part.runId} (not in the library)` }
}

function pretrainingOf({ config }: RunRow) {
  return config && isNeural(config) ? config.pretraining : undefined
}

function startsFrom(run: RunRow, id: string): boolean {
  const pretraining = pretrainingOf(run)
  if (!pretraining) return false
  return [pretraining.gmf, pretraining.mlp].some((part) => 'runId' in part && part.runId === id)
}

/** The links of a run to the others of its chain. */
export function chainLinks(run: RunRow, rows: ReadonlyMap<string, RunRow>): ChainLinks {
  const pretraining = pretrainingOf(run)
  const row = (id: string) => rows.get(id)
  const parts = pretraining ? [partLink(pretraining.gmf, row), partLink(pretraining.mlp, row)] : []
  // Only halves are parts of something: the library is not searched for every other run.
  const isHalf = run.config?.model === 'GMF' || run.config?.model === 'MLP'
  const fused = isHalf ? [...rows.values()].filter((other) => startsFrom(other, run.id)) : []
  return { parts, fused: fused.map((other) => ({ text: runName(other), id: other.id })) }
}
