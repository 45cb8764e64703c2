import type { RunCurves } from '../../../../src-main/contract/runContract.ts'
import type { EpochRecord } from '../../../../src-main/contract/vocabulary.ts'

/** Place of K = 10 in the stored curves. */
const AT_10 = 9

type Column = RunCurves['epoch']

function appended(column: Column, value: number): Column {
  const longer = new Float64Array(column.length + 1)
  longer.set(column)
  longer[column.length] = value
  return longer
}

/** Curves before the first epoch. */
export function emptyCurves(id: string): RunCurves {
  const none = () => new Float64Array(0)
  return {
    id,
    epoch: none(),
    loss: none(),
    hr10: none(),
    ndcg10: none(),
    trainSeconds: none(),
    samplesPerSecond: none(),
    thinned: false,
  }
}

/** The columns of full ranking: they begin with the first epoch after which all items were ranked. */
function fullColumns(
  { epoch, fullHr10, fullNdcg10 }: RunCurves,
  { full }: EpochRecord,
): Partial<Pick<RunCurves, 'fullHr10' | 'fullNdcg10'>> {
  if (!full && !fullHr10) return {}
  const unknown = () => new Float64Array(epoch.length).fill(NaN)
  return {
    fullHr10: appended(fullHr10 ?? unknown(), full?.hr[AT_10] ?? NaN),
    fullNdcg10: appended(fullNdcg10 ?? unknown(), full?.ndcg[AT_10] ?? NaN),
  }
}

/**
 * Curves with one more epoch at their end; undefined if it does not follow the last one, so that the curves must be
 * asked for anew (epochs were missed, or the run was resumed from an earlier one).
 */
export function withEpoch(
  curves: RunCurves,
  record: EpochRecord,
  selection: 'paper' | 'validation',
): RunCurves | undefined {
  const last = curves.epoch.at(-1) ?? 0
  if (record.epoch !== last + 1) return undefined
  const metrics = selection === 'paper' ? record.test : record.validation
  return {
    ...curves,
    epoch: appended(curves.epoch, record.epoch),
    loss: appended(curves.loss, record.loss ?? NaN),
    hr10: appended(curves.hr10, metrics?.hr[AT_10] ?? NaN),
    ndcg10: appended(curves.ndcg10, metrics?.ndcg[AT_10] ?? NaN),
    ...fullColumns(curves, record),
    trainSeconds: appended(curves.trainSeconds, (curves.trainSeconds.at(-1) ?? 0) + record.trainSeconds),
    samplesPerSecond: appended(curves.samplesPerSecond, record.samplesPerSecond),
  }
}
