import type { RunMetrics } from '../core/run/epochRecord.ts'
import { arithmeticOf } from '../core/run/runConfig.ts'
import type { RunRecord } from '../core/run/runRecord.ts'
import type { RunEnding, RunSummary } from '../core/run/runSummary.ts'
import type { RunStore } from '../node/runStore.ts'
import { evaluateAndStore, rankingHost, ranksAllItems } from './finalEvaluation.ts'
import type { JobOf, RankingEvent } from './messages.ts'
import { loadRunDataset } from './runDataset.ts'
import { withModel, type EngineFor } from './scoring.ts'

/** A run whose best weights cannot, or must not, be measured now. */
export class NotRankableError extends Error {
  override name = 'NotRankableError'

  constructor(
    readonly code: 'no-epochs' | 'test-not-due' | 'stopped',
    message: string,
  ) {
    super(message)
  }
}

export interface RankHooks {
  engineFor: EngineFor
  emit(event: RankingEvent): void
  stopWish(): unknown
}

/**
 * Measures the best weights of a stored run on the test items and stores ranks, report and summary, without training:
 * for runs of older versions, and for full ranking after the event. Holds the run's lock.
 *
 * @throws NotRankableError, or RunLockedError while the run is trained.
 */
export async function rankStoredRun(
  store: RunStore,
  { runId, full }: Pick<JobOf<'rank'>, 'runId' | 'full'>,
  hooks: RankHooks,
): Promise<RunSummary> {
  const lock = await store.lock(runId, { wait: true })
  try {
    const { record } = await store.read(runId)
    requireRankable(record)
    const all = full || ranksAllItems(record.config) || record.summary?.full !== undefined
    const measured = await measure(store, record, all, hooks)
    if (!measured) throw new NotRankableError('stopped', `The ranking of run ${runId} was called off.`)
    return await keep(store, record, measured)
  } finally {
    await lock.release()
  }
}

/** A run that is selected by validation looks at the test items once, when its best epoch is certain. */
function requireRankable({ id, status, config, summary }: RunRecord): void {
  if (!summary)
    throw new NotRankableError('no-epochs', `Run ${id} has no epoch yet, so there are no weights to measure.`)
  if (status === 'finished' || config.selection === 'paper') return
  throw new NotRankableError(
    'test-not-due',
    `Run ${id} is selected by validation and not finished: its test items are scored once, at its end. Resume it first.`,
  )
}

async function measure(store: RunStore, record: RunRecord, all: boolean, hooks: RankHooks) {
  const { dataset } = await loadRunDataset(store.libraryDir, record)
  const engine = hooks.engineFor({ arithmetic: arithmeticOf(record.config) })
  const { tensors } = await store.readCheckpoint(record.id, 'best')
  return withModel(engine, dataset, tensors, (model) =>
    evaluateAndStore(store, record.id, { model, dataset, all }, rankingHost(hooks)),
  )
}

async function keep(store: RunStore, { id, summary }: RunRecord, measured: RunEnding): Promise<RunSummary> {
  const changed = { ...summary!, ...measured }
  await store.updateRecord(id, { summary: changed })
  const differs = summary!.test && !isSameResult(summary!.test, measured.test!)
  const note = differs
    ? ' They differ from those stored before, which another version or machine had found.'
    : ''
  await store.log(id, `Ranks of the best weights stored.${note}`).catch(() => {})
  return changed
}

/** Runs of older versions lack what has been added to metrics since. */
function isSameResult(a: RunMetrics, b: RunMetrics): boolean {
  return JSON.stringify([a.users, a.hr, a.ndcg]) === JSON.stringify([b.users, b.hr, b.ndcg])
}
