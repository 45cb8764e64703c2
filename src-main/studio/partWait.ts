import type { QueueEntry } from '../contract/runContract.ts'
import { partRunIds } from '../core/run/partRuns.ts'
import type { RunRecord } from '../core/run/runRecord.ts'
import type { RunIndex } from './runIndex.ts'

/**
 * The runs that a run starts from and that are not finished, as the index knows them; none once it has begun, since it
 * keeps its start.
 */
export function unfinishedParts(index: RunIndex, record: RunRecord | undefined): string[] {
  if (!record || record.initialWeightsHash !== undefined) return []
  return partRunIds(record.config).filter((part) => index.record(part)?.status !== 'finished')
}

/** Runs that start from others before those others: what ends a chain ends it from behind. */
export function dependentsFirst(index: RunIndex, ids: readonly string[]): string[] {
  const depends = (id: string) => partRunIds(index.record(id)?.config).length > 0
  return [...ids.filter(depends), ...ids.filter((id) => !depends(id))]
}

/** Which runs of the queue have to wait for others that they start from. */
export class PartWait {
  /** What was told of runs whose parts will not come by themselves. */
  private readonly told = new Map<string, string>()

  constructor(
    private readonly index: RunIndex,
    private readonly queued: (id: string) => QueueEntry['state'] | undefined,
    private readonly tell: (runId: string, message: string) => void,
  ) {}

  /** The runs that a run waits for. */
  partsOf(id: string): string[] {
    return unfinishedParts(this.index, this.index.record(id))
  }

  /** Tells, once each time, of waiting runs whose parts nobody trains or is going to train. */
  remind(waiting: readonly string[]): void {
    const problems = new Map(waiting.flatMap((id) => this.problemOf(id)))
    for (const [id, message] of problems) if (this.told.get(id) !== message) this.tell(id, message)
    this.told.clear()
    for (const [id, message] of problems) this.told.set(id, message)
  }

  private problemOf(id: string): [string, string][] {
    const part = this.partsOf(id).find((one) => this.isLeft(one))
    if (part === undefined) return []
    return [[id, `Run ${id} waits for run ${part}, which it starts from. ${this.cure(id, part)}`]]
  }

  /** Neither in this queue, even paused, nor trained by another process. */
  private isLeft(part: string): boolean {
    return this.queued(part) === undefined && this.index.peek(part)?.elsewhere !== true
  }

  private cure(id: string, part: string): string {
    const status = this.index.record(part)?.status
    const otherwise = `or take ${id} out of the queue`
    if (status === undefined)
      return `That one is not in the library any more: bring it back from the trash, ${otherwise}.`
    const what = status === 'failed' ? 'ended with an error' : 'was stopped'
    return `That one ${what}: resume it, and ${id} trains after it, ${otherwise}.`
  }
}
