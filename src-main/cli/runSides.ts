import { groupKeyOf } from '../core/run/groupKey.ts'
import type { RunStore, StoredRun } from '../node/runStore.ts'
import { NotFoundError, UsageError } from './exitCodes.ts'

const TAG = 'tag:'
const GROUP = 'group:'

async function finishedRuns(store: RunStore): Promise<StoredRun[]> {
  const runs = await store.list()
  return runs.filter((run): run is StoredRun => run.record?.status === 'finished')
}

async function taggedRuns(store: RunStore, tag: string): Promise<string[]> {
  const found = (await finishedRuns(store)).filter(({ labels }) => labels.tags.includes(tag))
  if (found.length === 0)
    throw new NotFoundError(`No finished run has the tag "${tag}". "ncf runs list" shows the tags.`)
  return found.map(({ id }) => id)
}

async function groupOfRun(store: RunStore, query: string): Promise<string[]> {
  const { id, record } = await store.read(await store.find(query))
  const found = (await finishedRuns(store)).filter((run) => groupKeyOf(run.record) === groupKeyOf(record))
  if (found.length === 0) throw new NotFoundError(`Of the group of ${id}, no run is finished yet.`)
  return found.map((run) => run.id)
}

async function runsOfPart(store: RunStore, part: string): Promise<string[]> {
  if (part.startsWith(TAG)) return taggedRuns(store, part.slice(TAG.length))
  if (part.startsWith(GROUP)) return groupOfRun(store, part.slice(GROUP.length))
  if (part === '') throw new UsageError('A side of a comparison names runs, parted by commas: one is empty.')
  return [await store.find(part)]
}

/** What the sides of a comparison can be, for the help. */
export const SIDE_HELP =
  'A side is a run (its id, the beginning of it, or its name), runs parted by commas that differ in their seed alone, tag:NAME for the finished runs of a tag, or group:RUN for those that differ from a run in their seed alone.'

/**
 * The runs that one side of a comparison means. Throws UsageError, NotFoundError, or StoreError for a run that is not
 * there or not the only one.
 */
export async function runsOfSide(store: RunStore, side: string): Promise<string[]> {
  const parts = await Promise.all(side.split(',').map((part) => runsOfPart(store, part.trim())))
  return [...new Set(parts.flat())]
}
