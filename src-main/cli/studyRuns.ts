import type { DatasetDescription } from '../core/dataset/datasetDescription.ts'
import { groupKey } from '../core/run/groupKey.ts'
import { isPretrained } from '../core/run/partRuns.ts'
import type { RunConfig } from '../core/run/runConfig.ts'
import type { RunRecord } from '../core/run/runRecord.ts'
import type { StudyGroup } from '../core/run/study.ts'
import { openRunStore, type RunStore, type StoredRun } from '../node/runStore.ts'
import { createRun, type NewRunPorts } from '../studio/newRun.ts'
import { withEngine } from './engineProcess.ts'
import { EXIT } from './exitCodes.ts'
import { RankingBar } from './rankingBar.ts'
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
  const studied: StudiedGroup[] = []
  for (const group of groups) {
    const runs: RunRecord[] = []
    for (const seed of group.seeds) {
      const config = withParts({ ...group.config, seed }, group, studied, surroundings.dataset)
      runs.push(await obtainRun(config, surroundings))
    }
    studied.push({ ...group, runs })
  }
  return studied
}

/** The first weights of a pre-trained NeuMF: the GMF and the MLP of the same seed, which come before it. */
function withParts(
  config: RunConfig,
  { model }: StudyGroup,
  studied: readonly StudiedGroup[],
  { fingerprint }: DatasetDescription,
): RunConfig {
  if (model !== 'NeuMF-pre' || config.model !== 'NeuMF') return config
  const part = (name: 'GMF' | 'MLP') => {
    const runs = studied.find((group) => group.model === name)!.runs
    const run = runs.find((candidate) => candidate.config.seed === config.seed)!
    return { runId: run.id, groupKey: groupKey(run.config, fingerprint) }
  }
  return { ...config, pretraining: { alpha: 0.5, gmf: part('GMF'), mlp: part('MLP') } }
}

async function obtainRun(config: RunConfig, surroundings: StudySurroundings): Promise<RunRecord> {
  const { library, ports, dataset, threads, terminal } = surroundings
  const store = openRunStore(library)
  const known = await findRun(store, config, dataset.fingerprint)
  const labels = { tags: [TAG, ...(isPretrained(config) ? ['pre-trained'] : [])] }
  const run = known ?? (await createRun(ports, { dataset, config, threads, labels }))
  if (run.status !== 'finished') {
    const code = await trainAndTell(run, { library, threads, terminal })
    if (code !== EXIT.done) throw new StudyInterrupted()
  }
  await requireRanks(store, run.id, surroundings)
  return (await store.read(run.id)).record
}

/** The run of a configuration and seed that is nearest to its end: a finished one, else one that can go on. */
async function findRun(
  store: RunStore,
  config: RunConfig,
  fingerprint: string,
): Promise<RunRecord | undefined> {
  const key = groupKey(config, fingerprint)
  const records = (await store.list())
    .filter((run): run is StoredRun => run.record !== undefined)
    .map(({ record }) => record)
    .filter(
      ({ config: other, data }) => other.seed === config.seed && groupKey(other, data.fingerprint) === key,
    )
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
  const bar = new RankingBar(terminal)
  const job = { library, runId, full: true, threads }
  await withEngine((engine) => engine.rank(job, (event) => bar.draw(event)).finally(() => bar.clear()))
}
