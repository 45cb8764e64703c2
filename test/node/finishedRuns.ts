import { openDatasetLibrary, type StoredDataset } from '../../src-main/node/datasetLibrary.ts'
import { openRunStore } from '../../src-main/node/runStore.ts'
import { samplePath } from '../../src-main/node/welcome.ts'
import type { EpochRecord } from '../../src-main/core/run/epochRecord.ts'
import { runConfigSchema, type RunConfigInput } from '../../src-main/core/run/runConfig.ts'
import type { RunLabelsChange } from '../../src-main/core/run/runLabels.ts'
import type { HeldOutRanks, RunRanks } from '../../src-main/core/run/runRanks.ts'
import type { RunData } from '../../src-main/core/run/runRecord.ts'
import { summarizeRun } from '../../src-main/core/run/runSummary.ts'
import { metricsOf } from '../../src-main/core/training/finalEvaluation.ts'
import { abilities, Chance } from '../core/comparison/simulatedUsers.ts'
import { provenance } from './runFixture.ts'

/** Which users are easy is the same for every run, as of real data. */
const USERS = 1000

export interface MadeRun {
  config: RunConfigInput
  /** How much better than others, on the logit scale of simulated users. */
  lift?: number
  labels?: RunLabelsChange
  /** Ranks among all items, too. */
  full?: boolean
  /** false: no ranks are stored, as of runs of older versions. */
  ranks?: boolean
  status?: 'finished' | 'paused'
  data?: Partial<RunData>
  /** HR@10 and NDCG@10 of epochs before the best one are lower by this, of those after it as well. */
  epochs?: number
  bestEpoch?: number
}

/** Imports the sample into a library. */
export async function importSample(library: string): Promise<StoredDataset> {
  return (await openDatasetLibrary(library)).import(samplePath())
}

function simulatedRanks(name: string, lift: number, candidates: number): HeldOutRanks {
  const chance = new Chance(name)
  const ability = abilities(new Chance('users of the sample'), USERS, lift)
  const rank = Int32Array.from(ability, (value) =>
    Math.floor((candidates + 1) * chance.uniform() ** (1 + Math.exp(value / 2))),
  )
  // Every tenth of those who are not first is tied with one candidate.
  const ties = rank.map((place, user) => (place > 0 && user % 10 === 0 ? 1 : 0))
  return { rank, ties, negatives: new Int32Array(USERS).fill(candidates) }
}

function epochRecords(
  ranks: RunRanks,
  config: { selection: 'paper' | 'validation' },
  made: MadeRun,
): EpochRecord[] {
  const { epochs = 3, bestEpoch = 2 } = made
  const best = metricsOf(ranks.sampled)
  const worse = {
    ...best,
    hr: best.hr.map((value) => value * 0.99),
    ndcg: best.ndcg.map((value) => value * 0.99),
  }
  return Array.from({ length: epochs }, (_, i) => ({
    epoch: i + 1,
    loss: 0.3,
    [config.selection === 'paper' ? 'test' : 'validation']: i + 1 === bestEpoch ? best : worse,
    ...{ trainSeconds: 1, evaluateSeconds: 0.1, samplesPerSecond: 1000, step: i + 1 },
  }))
}

/** Stores a run on the sample as training leaves it, with made-up ranks that depend on its seed; returns its id. */
export async function makeRun(library: string, dataset: StoredDataset, made: MadeRun): Promise<string> {
  const store = openRunStore(library)
  const config = runConfigSchema.parse(made.config)
  const { fingerprint, name, report } = dataset.description
  const sizes = { userCount: report.users, itemCount: report.items, interactions: report.interactions }
  const data = { datasetId: dataset.id, name, fingerprint, ...sizes, ...made.data }
  const { id } = await store.create(config, data, provenance, made.labels)
  const { lift = 1, full = false, status = 'finished' } = made
  const key = `${config.model} ${config.seed} ${lift}`
  const ranks: RunRanks = {
    users: Int32Array.from({ length: USERS }, (_, user) => user),
    sampled: simulatedRanks(key, lift, 99),
    ...(full && { full: simulatedRanks(`full ${key}`, lift - 2, report.items - 1) }),
  }
  const epochs = epochRecords(ranks, config, made)
  for (const epoch of epochs) await store.appendEpoch(id, epoch)
  const ending = { test: metricsOf(ranks.sampled), ...(ranks.full && { full: metricsOf(ranks.full) }) }
  await store.updateRecord(id, { status, summary: summarizeRun(epochs, config.selection, ending) })
  if (made.ranks === false) return id
  const all = { hr10: 0.5, ndcg10: 0.3 }
  await store.writeEvaluation(id, ranks, {
    schemaVersion: 1,
    groups: [{ from: 1, to: 100, users: USERS, sampled: all }],
  })
  return id
}
