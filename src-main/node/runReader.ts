import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { parseEvaluationReport, type EvaluationReport } from '../core/run/evaluationReport.ts'
import { changeLabels, parseRunLabels, type RunLabels } from '../core/run/runLabels.ts'
import type { RunRanks } from '../core/run/runRanks.ts'
import { parseRunRecord, type RunRecord } from '../core/run/runRecord.ts'
import { readCheckpointFile, type Checkpoint } from './runCheckpoint.ts'
import { readEpochLog, type EpochLog } from './runEpochLog.ts'
import { explained, isMissing, StoreError } from './runErrors.ts'
import { isRunId, readJson, RUN_FILES, runFolder, runsFolder, type CheckpointName } from './runFolder.ts'
import { isLockHeld } from './runLock.ts'
import { readRanksFile } from './runRanks.ts'

/** Why a run, or a part of it, cannot be read. */
export interface RunProblem {
  code: string
  message: string
}

/** A run as it is shown; `problem` is about its labels, which then are the default ones. */
export interface StoredRun {
  id: string
  record: RunRecord
  labels: RunLabels
  problem?: RunProblem
}

/** An entry of the list: a damaged run, or one of a newer version, has a problem instead of a record. */
export type ListedRun =
  StoredRun | { id: string; record?: undefined; labels?: undefined; problem: RunProblem }

/** Files open at once while runs are listed; far below the usual limit of 1,024. */
const LIST_WIDTH = 32

async function mapInBatches<T, R>(
  items: readonly T[],
  width: number,
  action: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = []
  for (let i = 0; i < items.length; i += width) {
    results.push(...(await Promise.all(items.slice(i, i + width).map(action))))
  }
  return results
}

function problemOf(error: unknown): RunProblem {
  if (error instanceof StoreError) return { code: error.code, message: error.message }
  throw error
}

/** The runs of a library on disk as they can be read, whoever writes them. Every method throws StoreError. */
export class RunReader {
  constructor(readonly libraryDir: string) {}

  /** All runs, the latest first; damaged ones with their problem. A library without runs gives an empty list. */
  async list(): Promise<ListedRun[]> {
    const ids = await this.ids()
    return mapInBatches(ids.sort().reverse(), LIST_WIDTH, (id) => this.readOrProblem(id))
  }

  /** A run. One that says it is running while nobody holds its lock is shown as interrupted. */
  async read(id: string): Promise<StoredRun> {
    const record = await this.readRecord(id)
    const abandoned = record.status === 'running' && !(await this.isLocked(id))
    const shown: RunRecord = abandoned ? { ...record, status: 'interrupted' } : record
    try {
      return { id, record: shown, labels: await this.readLabels(id) }
    } catch (error) {
      return { id, record: shown, labels: changeLabels({}), problem: problemOf(error) }
    }
  }

  /** The id of the run meant by an id, the unique beginning of one, or a name. */
  async find(query: string): Promise<string> {
    const ids = await this.ids()
    if (ids.includes(query)) return query
    const started = query === '' ? [] : ids.filter((id) => id.startsWith(query))
    const found = started.length ? started : await this.idsNamed(query)
    if (found.length === 1) return found[0]
    if (found.length === 0) {
      const message = `No run has the id or the name "${query}". List the runs to see which there are.`
      throw new StoreError('run-not-found', message, runsFolder(this.libraryDir))
    }
    const listed = found.sort().slice(0, 5).join(', ') + (found.length > 5 ? ', ...' : '')
    const message = `"${query}" can mean ${found.length} runs (${listed}): give more of the id.`
    throw new StoreError('run-ambiguous', message, runsFolder(this.libraryDir))
  }

  /** The epochs of a run; a damaged end is reported in `problem`. */
  async readEpochs(id: string): Promise<EpochLog> {
    const path = join(this.folder(id), RUN_FILES.epochs)
    return explained(path, async () => {
      await this.requireRun(id)
      return readEpochLog(path)
    })
  }

  /** Reads a checkpoint. Throws StoreError `checkpoint-missing` or `checkpoint-damaged`. */
  async readCheckpoint(id: string, which: CheckpointName): Promise<Checkpoint> {
    const path = join(this.folder(id), RUN_FILES[which])
    return explained(path, () => readCheckpointFile(path))
  }

  /** Ranks of a run's best weights; undefined before it is finished. Throws StoreError `ranks-damaged`. */
  async readRanks(id: string): Promise<RunRanks | undefined> {
    const path = join(this.folder(id), RUN_FILES.ranks)
    return explained(path, async () => {
      await this.requireRun(id)
      return readRanksFile(path)
    })
  }

  /** What is known of the best weights beyond the summary; undefined before the run is finished. */
  async readEvaluation(id: string): Promise<EvaluationReport | undefined> {
    const path = join(this.folder(id), RUN_FILES.evaluation)
    return explained(path, async () => {
      await this.requireRun(id)
      const json = await readJson(path)
      return json === undefined ? undefined : parseEvaluationReport(json)
    })
  }

  /** Whether a living process, this one included, holds the run. */
  async isLocked(id: string): Promise<boolean> {
    const folder = this.folder(id)
    return explained(folder, () => isLockHeld(join(folder, RUN_FILES.lock)))
  }

  protected folder(id: string): string {
    return runFolder(this.libraryDir, id)
  }

  protected async ids(): Promise<string[]> {
    const folder = runsFolder(this.libraryDir)
    return explained(folder, async () => {
      try {
        const entries = await readdir(folder, { withFileTypes: true })
        return entries
          .filter((entry) => entry.isDirectory() && isRunId(entry.name))
          .map((entry) => entry.name)
      } catch (error) {
        if (isMissing(error)) return []
        throw error
      }
    })
  }

  private async idsNamed(name: string): Promise<string[]> {
    const wanted = name.trim().toLowerCase()
    if (wanted === '') return []
    return (await this.list()).filter((run) => run.labels?.name.toLowerCase() === wanted).map((run) => run.id)
  }

  protected async readOrProblem(id: string): Promise<ListedRun> {
    try {
      return await this.read(id)
    } catch (error) {
      return { id, problem: problemOf(error) }
    }
  }

  protected async readRecord(id: string): Promise<RunRecord> {
    const path = join(this.folder(id), RUN_FILES.record)
    return explained(path, async () => {
      const json = await readJson(path)
      if (json === undefined) await this.requireRun(id)
      if (json === undefined) throw new StoreError('run-damaged', `Run ${id} has no run.json.`, path)
      const record = parseRunRecord(json)
      if (record.id === id) return record
      throw new StoreError(
        'run-damaged',
        `${path} is of run ${record.id}: rename its folder to that id.`,
        path,
      )
    })
  }

  protected async readLabels(id: string): Promise<RunLabels> {
    const path = join(this.folder(id), RUN_FILES.labels)
    return explained(path, async () => {
      const json = await readJson(path)
      return json === undefined ? changeLabels({}) : parseRunLabels(json)
    })
  }

  protected async requireRun(id: string): Promise<void> {
    const folder = this.folder(id)
    const exists = await stat(folder).then(
      (entry) => entry.isDirectory(),
      (error: unknown) => {
        if (isMissing(error)) return false
        throw error
      },
    )
    if (!exists) throw new StoreError('run-not-found', `There is no run ${id}.`, folder)
  }
}
