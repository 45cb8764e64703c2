import type { DatasetDescription } from '../core/dataset/datasetDescription.ts'
import { DEFAULT_ALPHA } from '../core/models/pretraining.ts'
import { groupKey, groupKeyOf, partOf } from '../core/run/groupKey.ts'
import { isPretrained } from '../core/run/partRuns.ts'
import { PRETRAINED, type RunConfig } from '../core/run/runConfig.ts'
import type { RunRecord } from '../core/run/runRecord.ts'
import type { StudyGroup } from '../core/run/study.ts'
import { openRunStore, type RunStore } from '../node/runStore.ts'
import { createRun, type NewRunPorts } from '../studio/newRun.ts'
import { withEngine } from './engineProcess.ts'
import { EXIT } from './exitCodes.ts'
import { withRankingBar } from './rankingBar.ts'
import type { Terminal } from './terminal.ts'
import { trainAndTell } from './trainingSession.ts'

/** Raised when a training of the study is stopped: what is done is kept, and the next call goes on. */
export class StudyInterrupted extends Error {
  override name = 'StudyInterrupted'
}

export interface StudySurroundings {
  ports: NewRunPorts
  library: string
  dataset: DatasetDescription
  threads: number | 'auto'
  terminal: Terminal
}

/** A group with its finished runs, one for each seed. */
export interface StudiedGroup extends StudyGroup {
  runs: RunRecord[]
}

/** Tag of the runs that a study makes. */
const TAG = 'study'

/**
 * Brings every run of a study to its end: takes those that the library has, goes on with unfinished ones and trains the
 * others, and ranks all items wherever that is missing. Throws StudyInterrupted, and what trainings throw.
 */
export async function runStudy(
  groups: readonly StudyGroup[],
  surroundings: StudySurroundings,
): Promise<StudiedGroup[]> {
  const known = await knownRuns(surroundings.library)
  const studied: StudiedGroup[] = []
  for (const group of groups) {
    const runs: RunRecord[] = []
    for (const seed of group.seeds) {
      const config = withParts({ ...group.config, seed }, group, studied)
      runs.push(await obtainRun(config, known, surroundings))
    }
    studied.push({ ...group, runs })
  }
  return studied
}

/** The first weights of a pre-trained NeuMF: the GMF and the MLP of the same seed, which come before it. */
function withParts(config: RunConfig, { model }: StudyGroup, studied: readonly StudiedGroup[]): RunConfig {
  if (model !== PRETRAINED || config.model !== 'NeuMF') return config
  const part = (name: 'GMF' | 'MLP') => {
    const { runs } = studied.find((group) => group.model === name)!
    return partOf(runs.find((run) => run.config.seed === config.seed)!)
  }
  return { ...config, pretraining: { alpha: DEFAULT_ALPHA, gmf: part('GMF'), mlp: part('MLP') } }
}

/** Those that the library has before the study, read once: a study needs each configuration and seed once. */
async function knownRuns(library: string): Promise<RunRecord[]> {
  return (await openRunStore(library).list()).flatMap(({ record }) => record ?? [])
}

async function obtainRun(
  config: RunConfig,
  known: readonly RunRecord[],
  surroundings: StudySurroundings,
): Promise<RunRecord> {
  const { library, ports, dataset, threads, terminal } = surroundings
  const store = openRunStore(library)
  const labels = { tags: [TAG, ...(isPretrained(config) ? ['pre-trained'] : [])] }
  const run =
    findRun(config, dataset.fingerprint, known) ??
    (await createRun(ports, { dataset, config, threads, labels }))
  if (run.status !== 'finished') {
    const code = await trainAndTell(run, { library, threads, terminal })
    if (code !== EXIT.done) throw new StudyInterrupted()
  }
  await requireRanks(store, run.id, surroundings)
  return (await store.read(run.id)).record
}

/** The run of a configuration and seed that is nearest to its end: a finished one, else one that can go on. */
function findRun(config: RunConfig, fingerprint: string, known: readonly RunRecord[]): RunRecord | undefined {
  const key = groupKey(config, fingerprint)
  const records = known.filter((run) => run.config.seed === config.seed && groupKeyOf(run) === key)
  const resumable = ({ status }: RunRecord) => ['created', 'paused', 'interrupted'].includes(status)
  return records.find(({ status }) => status === 'finished') ?? records.find(resumable)
}

/** Runs from before they were asked to rank all items, or of an older version, are ranked now from their weights. */
async function requireRanks(
  store: RunStore,
  runId: string,
  { library, threads, terminal }: StudySurroundings,
): Promise<void> {
  if ((await store.readRanks(runId))?.full) return
  const job = { library, runId, full: true, threads }
  await withEngine((engine) => withRankingBar(terminal, (tell) => engine.rank(job, tell)))
}
