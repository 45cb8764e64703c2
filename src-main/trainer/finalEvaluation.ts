import { setImmediate } from 'node:timers/promises'
import type { Dataset } from '../core/dataset/dataset.ts'
import type { Scorer } from '../core/engine.ts'
import type { RunConfig } from '../core/run/runConfig.ts'
import type { RunEnding } from '../core/run/runSummary.ts'
import { finalEvaluation } from '../core/training/finalEvaluation.ts'
import type { RankingHost } from '../core/training/fullRanking.ts'
import type { RunStore } from '../node/runStore.ts'
import type { RankingEvent } from './messages.ts'

/** Milliseconds between two reports of a ranking: four a second. */
const REPORT_PACE = 240

/** Tells of a ranking at the pace of a person, and lets the messages in that ask it to stop. */
export function rankingHost(hooks: { emit(event: RankingEvent): void; stopWish(): unknown }): RankingHost {
  let reportedAt = -Infinity
  return {
    shouldStop: () => hooks.stopWish() !== undefined,
    ranked: async (users, of) => {
      await setImmediate()
      const now = performance.now()
      if (users > 0 && users < of && now - reportedAt < REPORT_PACE) return
      reportedAt = now
      hooks.emit({ kind: 'ranking', users, of })
    },
  }
}

/** Whether a run's best weights are ranked among all items at its end. */
export function ranksAllItems({ fullRanking }: Pick<RunConfig, 'fullRanking'>): boolean {
  return fullRanking !== 'never'
}

/**
 * Measures a run's best weights on the test items and stores ranks and report with the run, whose lock the caller
 * holds. What goes into the summary is returned.
 *
 * @returns undefined when the host wanted to stop: nothing is stored, and the same call can be made again.
 */
export async function evaluateAndStore(
  store: RunStore,
  runId: string,
  { model, dataset, all }: { model: Scorer; dataset: Dataset; all: boolean },
  host: RankingHost,
): Promise<Pick<RunEnding, 'test' | 'full' | 'recommendations'> | undefined> {
  const evaluation = await finalEvaluation(model, dataset, all, host)
  if (!evaluation) return undefined
  const { test, full, ranks, report } = evaluation
  await store.writeEvaluation(runId, ranks, report)
  const { recommendations } = report
  return { test, ...(full && { full }), ...(recommendations && { recommendations }) }
}
