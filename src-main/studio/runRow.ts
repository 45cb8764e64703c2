import type { QueueEntry, RunRow, RunState } from '../contract/runContract.ts'
import { groupKeyOf } from '../core/run/groupKey.ts'
import type { ListedRun } from './ports.ts'

const NO_LABELS = { name: '', tags: [], notes: '', starred: false, archived: false }

/** What a place in the queue means for the list of runs. */
const QUEUED_STATES: Record<QueueEntry['state'], RunState> = {
  waiting: 'queued',
  starting: 'running',
  running: 'running',
  pausing: 'running',
  stopping: 'running',
  paused: 'paused',
}

/** A run as the list shows it; `queued` is its place in this program's queue, if it has one. */
export function runRow(run: ListedRun, queued: QueueEntry['state'] | undefined): RunRow {
  const { id, record, problem } = run
  if (!record) return { id, state: 'unreadable', ...NO_LABELS, problem, elsewhere: false }
  const { name, tags, notes, starred, archived } = run.labels
  const { createdAt, config, data, summary, status, error } = record
  const shown = error ?? problem
  return {
    id,
    state: queued ? QUEUED_STATES[queued] : status,
    ...{ name, tags, notes, starred, archived },
    ...(shown && { problem: shown }),
    ...{ createdAt, config, data },
    ...(summary && { summary }),
    groupKey: groupKeyOf(record),
    elsewhere: status === 'running' && queued === undefined,
  }
}
