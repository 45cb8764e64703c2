import { isNeural, type PretrainedPart, type RunConfig } from './runConfig.ts'
import type { RunRecord } from './runRecord.ts'

/** What of a run decides its group. */
interface GroupedRun {
  config: RunConfig
  data: Pick<RunRecord['data'], 'fingerprint'>
}

/** Two rounds of FNV-1a over UTF-16 units from different starts: 64 bits tell thousands of runs apart. */
function hash(text: string, start: number): string {
  let value = start
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  return (value >>> 0).toString(16).padStart(8, '0')
}

/** JSON with the fields in the order of their names, so that equal configurations have equal texts. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}

/** The group of the runs that a part comes from, not the run itself: each seed has its own. */
function withoutRun(part: PretrainedPart): unknown {
  return 'runId' in part ? { groupKey: part.groupKey } : part
}

function seedless(config: RunConfig): unknown {
  // How often all items are ranked changes no number.
  const shared = { ...config, seed: undefined, fullRanking: undefined }
  if (!isNeural(config) || !config.pretraining) return shared
  const { alpha, gmf, mlp } = config.pretraining
  return { ...shared, pretraining: { alpha, gmf: withoutRun(gmf), mlp: withoutRun(mlp) } }
}

/** Equal for runs that differ in nothing but their seed: same data, same configuration. */
export function groupKey(config: RunConfig, fingerprint: string): string {
  const text = canonical([seedless(config), fingerprint])
  return hash(text, 0x811c9dc5) + hash(text, 0x9747b28c)
}

/** The group of a run. */
export function groupKeyOf({ config, data }: GroupedRun): string {
  return groupKey(config, data.fingerprint)
}

/** A run as a part of a NeuMF. */
export function partOf(run: GroupedRun & Pick<RunRecord, 'id'>): PretrainedPart {
  return { runId: run.id, groupKey: groupKeyOf(run) }
}
