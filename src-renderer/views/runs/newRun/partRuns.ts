import type { RunRow } from '../../../../src-main/contract/runContract.ts'
import { isNeural, type NeuralConfig, type PretrainedPart } from '../../../../src-main/contract/vocabulary.ts'
import { formatMetric } from '../../../layout/formats.ts'
import { bestResult, runName } from '../runFacts.ts'

/** Something that one half of a pre-trained NeuMF can come from. */
export interface PartChoice {
  key: string
  title: string
  part: PretrainedPart
  /** Of a run that is still in the library. */
  config?: NeuralConfig
}

/** What tells parts apart in a list. */
export function partKey(part: PretrainedPart): string {
  return 'runId' in part ? part.runId : `file ${part.sha256}`
}

function ofRun(run: RunRow, model: 'GMF' | 'MLP', fingerprint: string): PartChoice[] {
  const { config, data, groupKey, state, id } = run
  const fits = state === 'finished' && data?.fingerprint === fingerprint && groupKey !== undefined
  if (!fits || !config || !isNeural(config) || config.model !== model) return []
  const title = `${runName(run)}, F = ${config.factors}, HR@10 ${formatMetric(bestResult(run)?.hr10)}`
  return [{ key: id, title, part: { runId: id, groupKey }, config }]
}

/**
 * The finished runs of a model on some data, in the order given; a part that is chosen already but is not among them
 * (a file, a run of an older version of the library) stays to be seen.
 */
export function partChoices(
  runs: readonly RunRow[],
  model: 'GMF' | 'MLP',
  fingerprint: string,
  chosen: PretrainedPart | undefined,
): PartChoice[] {
  const found = runs.flatMap((run) => ofRun(run, model, fingerprint))
  if (!chosen || 'runId' in chosen || found.some(({ key }) => key === partKey(chosen))) return found
  return [{ key: partKey(chosen), title: chosen.file, part: chosen }, ...found]
}
