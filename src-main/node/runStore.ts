import { appendFile, copyFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { EpochRecord } from '../core/run/epochRecord.ts'
import type { RunConfig } from '../core/run/runConfig.ts'
import { parseEvaluationReport, type EvaluationReport } from '../core/run/evaluationReport.ts'
import { changeLabels, type RunLabels, type RunLabelsChange } from '../core/run/runLabels.ts'
import type { RunRanks } from '../core/run/runRanks.ts'
import { parseRunRecord, type Provenance, type RunData, type RunRecord } from '../core/run/runRecord.ts'
import { createFolder, ensureFolder, removeLeftovers, writeFileAtomically } from './atomicFile.ts'
import { writeCheckpointFile, type CheckpointMetadata } from './runCheckpoint.ts'
import { EpochAppender, truncateEpochLog } from './runEpochLog.ts'
import { explained, isMissing, RunLockedError, StoreError } from './runErrors.ts'
import { formatJson, newRunId, RUN_FILES, runsFolder, type CheckpointName } from './runFolder.ts'
import { acquireLock, type RunLock } from './runLock.ts'
import { writeRanksFile } from './runRanks.ts'
import { RunReader } from './runReader.ts'
import { emptyTrash, listTrash, moveToTrash, restoreFromTrash, type TrashedRun } from './runTrash.ts'
import type { Tensor } from './safetensors.ts'
import { Turns } from './turns.ts'

export { RunLockedError, StoreError, type StoreErrorCode } from './runErrors.ts'
export type { Checkpoint, CheckpointMetadata } from './runCheckpoint.ts'
export type { CheckpointName } from './runFolder.ts'
export type { EpochLog } from './runEpochLog.ts'
export type { RunLock } from './runLock.ts'
export type { ListedRun, RunProblem, StoredRun } from './runReader.ts'
export type { TrashedRun } from './runTrash.ts'

/** What may change in a run's record; `undefined` removes a field. */
export type RunRecordChange = Partial<Omit<RunRecord, 'schemaVersion' | 'id' | 'createdAt'>>

/**
 * The runs of a library on disk, one folder each. Whoever trains a run holds its lock and alone writes its record,
 * epochs and checkpoints; labels may be changed by anyone at any time. Every method throws StoreError.
 *
 * At the end of an epoch, append its line first and write the checkpoint after it: a kill in between leaves a line
 * too many, which truncateEpochs drops on resume; the other way round a line would be missing for ever.
 */
export class RunStore extends RunReader {
  private readonly appenders = new Map<string, EpochAppender>()
  private readonly turns = new Turns()

  /**
   * Stores a new run of status `created`.
   *
   * @param startOf A pre-trained run whose first weights the new one begins with.
   */
  async create(
    config: RunConfig,
    data: RunData,
    provenance: Provenance,
    labels: RunLabelsChange = {},
    startOf?: string,
  ): Promise<RunRecord> {
    const now = new Date()
    const id = newRunId(config.model, now)
    const folder = this.folder(id)
    return explained(folder, async () => {
      const createdAt = now.toISOString()
      const start = startOf === undefined ? undefined : await this.readRecord(startOf)
      const record = parseRunRecord({
        schemaVersion: 1,
        id,
        createdAt,
        status: 'created',
        config,
        data,
        provenance,
        initialWeightsHash: start?.initialWeightsHash,
      })
      const firstLabels = changeLabels(labels)
      await ensureFolder(runsFolder(this.libraryDir))
      await createFolder(folder, async (draft) => {
        await writeFileAtomically(join(draft, RUN_FILES.record), formatJson(record))
        await writeFileAtomically(join(draft, RUN_FILES.labels), formatJson(firstLabels))
        await writeFile(join(draft, RUN_FILES.epochs), '')
        if (start)
          await copyFile(join(this.folder(start.id), RUN_FILES.initial), join(draft, RUN_FILES.initial))
      })
      return record
    })
  }

  /** Changes a run's record; only for the process that holds its lock. */
  updateRecord(id: string, change: RunRecordChange): Promise<RunRecord> {
    return this.inTurn(id, RUN_FILES.record, async (path) => {
      const record = parseRunRecord({ ...(await this.readRecord(id)), ...change })
      await writeFileAtomically(path, formatJson(record))
      return record
    })
  }

  /** Changes a run's labels, also while another process trains or relabels it. */
  updateLabels(
    id: string,
    change: RunLabelsChange | ((old: RunLabels) => RunLabelsChange),
  ): Promise<RunLabels> {
    return this.inTurn(id, RUN_FILES.labels, async (path) => {
      const lock = await this.lockLabels(id)
      try {
        const old = await this.readLabels(id)
        const labels = changeLabels(typeof change === 'function' ? change(old) : change, old)
        await writeFileAtomically(path, formatJson(labels))
        return labels
      } finally {
        await lock.release()
      }
    })
  }

  /** Appends the next epoch and returns when it is on the disk; a half-written last line is cut off before. */
  appendEpoch(id: string, epoch: EpochRecord): Promise<void> {
    return this.inTurn(id, RUN_FILES.epochs, async (path) => {
      const appender = this.appenders.get(id) ?? new EpochAppender(path)
      this.appenders.set(id, appender)
      await appender.append(epoch)
    })
  }

  /** Keeps the first `keep` epochs: to resume from a checkpoint that is older than the last line. */
  truncateEpochs(id: string, keep: number): Promise<void> {
    return this.inTurn(id, RUN_FILES.epochs, (path) => truncateEpochLog(path, keep))
  }

  /** Replaces a checkpoint atomically. The arrays must not change until the promise is fulfilled. */
  writeCheckpoint(
    id: string,
    which: CheckpointName,
    tensors: readonly Tensor[],
    metadata: CheckpointMetadata,
  ): Promise<void> {
    return this.inTurn(id, RUN_FILES[which], (path) =>
      writeCheckpointFile(path, { tensors: [...tensors], metadata }),
    )
  }

  /** Replaces what the best weights were measured to, the ranks first; only for the process that holds the lock. */
  async writeEvaluation(id: string, ranks: RunRanks, report: EvaluationReport): Promise<void> {
    await this.inTurn(id, RUN_FILES.ranks, (path) => writeRanksFile(path, ranks))
    await this.inTurn(id, RUN_FILES.evaluation, (path) =>
      writeFileAtomically(path, formatJson(parseEvaluationReport(report))),
    )
  }

  /** Drops what was measured of weights that further training may replace. */
  removeEvaluation(id: string): Promise<void> {
    return this.inTurn(id, RUN_FILES.ranks, async (path) => {
      await rm(path, { force: true })
      await rm(join(this.folder(id), RUN_FILES.evaluation), { force: true })
    })
  }

  /** Appends a message to log.txt with the time; further lines of it are indented. */
  log(id: string, message: string): Promise<void> {
    const text = `${new Date().toISOString()} ${message.replaceAll(/\r?\n/g, '\n  ')}\n`
    return this.inTurn(id, RUN_FILES.log, (path) => appendFile(path, text))
  }

  /** Moves a run into the trash. Throws RunLockedError while it is in use. */
  async remove(id: string): Promise<TrashedRun> {
    const folder = this.folder(id)
    const lock = await this.lock(id)
    try {
      return await explained(folder, async () => {
        // Labels that are being written are written where they belong, and take no lock along into the trash.
        const labelsLock = await this.lockLabels(id)
        try {
          return await moveToTrash(this.libraryDir, id)
        } finally {
          await labelsLock.release()
        }
      })
    } finally {
      await lock.release()
    }
  }

  private lockLabels(id: string): Promise<RunLock> {
    return acquireLock(join(this.folder(id), RUN_FILES.labelsLock), id, true)
  }

  /** Brings a run back from the trash, by the name that listTrash gives, and returns its id. */
  restore(trashName: string): Promise<string> {
    return explained(this.libraryDir, () => restoreFromTrash(this.libraryDir, trashName))
  }

  /** The removed runs, the latest removal first. */
  listTrash(): Promise<TrashedRun[]> {
    return explained(this.libraryDir, () => listTrash(this.libraryDir))
  }

  /** Deletes the removed runs for good and says how many there were. */
  emptyTrash(): Promise<number> {
    return explained(this.libraryDir, () => emptyTrash(this.libraryDir))
  }

  /**
   * Exclusive use of a run, and what a killed process left half-written there is removed. With `wait`, a
   * holder that is about to let go is waited for (up to 3 s). Throws RunLockedError.
   */
  async lock(id: string, options: { wait?: boolean } = {}): Promise<RunLock> {
    const folder = this.folder(id)
    return explained(folder, async () => {
      await this.requireRun(id)
      const lock = await acquireLock(join(folder, RUN_FILES.lock), id, options.wait ?? false)
      await removeLeftovers(folder)
      return lock
    })
  }

  /**
   * Marks the runs (all, or those given) that say they are running although nobody holds them as interrupted, and
   * returns their ids. Also removes what killed processes left half-created. A library that cannot be written is left
   * as it is.
   */
  async reconcile(ids?: readonly string[]): Promise<string[]> {
    const marked: string[] = []
    try {
      for (const id of ids ?? (await this.ids())) if (await this.markIfAbandoned(id)) marked.push(id)
      await this.removeDrafts()
    } catch (error) {
      if (!(error instanceof StoreError && error.code === 'not-writable')) throw error
    }
    return marked
  }

  private async markIfAbandoned(id: string): Promise<boolean> {
    const shown = await this.readOrProblem(id)
    if (shown.record?.status !== 'interrupted') return false
    if ((await this.readRecord(id)).status !== 'running') return false
    try {
      const lock = await this.lock(id)
      try {
        if ((await this.readRecord(id)).status !== 'running') return false
        await this.updateRecord(id, { status: 'interrupted' })
        return true
      } finally {
        await lock.release()
      }
    } catch (error) {
      if (error instanceof RunLockedError) return false
      throw error
    }
  }

  private async removeDrafts(): Promise<void> {
    const folder = runsFolder(this.libraryDir)
    await explained(folder, async () => {
      try {
        await removeLeftovers(folder)
      } catch (error) {
        if (!isMissing(error)) throw error
      }
    })
  }

  /** One after the other for each file, so that read-change-write never interleaves within a process. */
  private async inTurn<T>(id: string, file: string, action: (path: string) => Promise<T>): Promise<T> {
    const path = join(this.folder(id), file)
    return this.turns.take(path, () =>
      explained(path, async () => {
        await this.requireRun(id)
        return action(path)
      }),
    )
  }
}

/** The runs in `<libraryDir>/runs`; nothing is created before the first run is. */
export function openRunStore(libraryDir: string): RunStore {
  return new RunStore(libraryDir)
}
