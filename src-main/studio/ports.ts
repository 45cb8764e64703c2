import type { AppInfo, Settings } from '../contract/appContract.ts'
import type { Source, SourceVerdict } from '../contract/datasetContract.ts'
import type { DatasetDescription } from '../core/dataset/datasetDescription.ts'
import type { DatasetDistributions } from '../core/dataset/datasetDistributions.ts'
import type { ImportOptionsInput } from '../core/dataset/importOptions.ts'
import type { EpochRecord } from '../core/run/epochRecord.ts'
import type { EvaluationReport } from '../core/run/evaluationReport.ts'
import type { PublishedResult } from '../core/run/publishedResults.ts'
import type { NeuralConfig, RunConfig } from '../core/run/runConfig.ts'
import type { RunLabels, RunLabelsChange } from '../core/run/runLabels.ts'
import type { RunRanks } from '../core/run/runRanks.ts'
import type { Provenance, RunData, RunRecord, RunStatus } from '../core/run/runRecord.ts'
import type { RunSummary } from '../core/run/runSummary.ts'
import type { EngineDemand } from '../core/engine.ts'
import type { DatasetShape } from '../core/training/trainingDemand.ts'
import type { Progress } from '../core/training/trainingLoop.ts'

/** What is wrong with something in the library, for programs and for people. */
export interface Problem {
  code: string
  message: string
}

/** A run as it lies in the library; a damaged one has a problem instead of a record. */
export type ListedRun =
  | { id: string; record: RunRecord; labels: RunLabels; problem?: Problem }
  | { id: string; record?: undefined; labels?: undefined; problem: Problem }

/** A run or dataset in the trash. */
export interface Removed {
  trashName: string
  id: string
  /** ISO time, UTC. */
  removedAt: string
  /** '' where there is none, or it cannot be read. */
  name: string
}

/** The runs on disk. Every method rejects with an error that has a code. */
export interface RunsPort {
  /** The latest first. */
  list(): Promise<ListedRun[]>
  /** Never rejects for a run that is there but damaged. */
  read(id: string): Promise<ListedRun>
  readEpochs(id: string): Promise<{ epochs: EpochRecord[]; problem?: Problem }>
  /** Ranks of a run's best weights; undefined before it is finished. Rejects with `ranks-damaged`. */
  readRanks(id: string): Promise<RunRanks | undefined>
  /** What is known of the best weights beyond the summary; undefined before the run is finished. */
  readEvaluation(id: string): Promise<EvaluationReport | undefined>
  /** The last lines of the log; '' without one. */
  readLog(id: string, lines: number): Promise<string>
  create(
    config: RunConfig,
    data: RunData,
    provenance: Provenance,
    labels?: RunLabelsChange,
    /** A pre-trained run whose first weights the new one begins with. */
    startOf?: string,
  ): Promise<RunRecord>
  updateLabels(id: string, change: RunLabelsChange): Promise<RunLabels>
  /** Adds and removes tags without touching the others. */
  updateTags(id: string, add: readonly string[], remove: readonly string[]): Promise<RunLabels>
  /**
   * Writes the status of a run that nobody trains and that has not come to an end; waits for the lock of a process that
   * has just died.
   */
  setStatus(id: string, status: RunStatus): Promise<void>
  /** Marks those of the runs that say they train although nobody holds them. */
  reconcile(ids: readonly string[]): Promise<void>
  remove(id: string): Promise<{ trashName: string }>
  restore(trashName: string): Promise<{ id: string }>
  listTrash(): Promise<Removed[]>
  /** Resolves to how many there were. */
  emptyTrash(): Promise<number>
  exportTo(id: string, outFile: string): Promise<void>
  importFrom(file: string): Promise<{ id: string; note?: string }>
}

/** A stored dataset; a damaged one has a problem instead of a description. */
export type ListedDataset =
  | { id: string; description: DatasetDescription; problem?: undefined }
  | { id: string; description?: undefined; problem: Problem }

/** The datasets on disk. Reading a source into one is the work of an engine process. */
export interface DatasetsPort {
  list(): Promise<ListedDataset[]>
  read(id: string): Promise<ListedDataset>
  /** Users, items and training positives of a stored dataset. */
  sizes(id: string): Promise<DatasetShape>
  /** How often each user's held-out item stands among its own candidates; reads all of the dataset. */
  heldOutCopies(id: string): Promise<Int32Array>
  rename(id: string, name: string): Promise<void>
  remove(id: string): Promise<{ trashName: string }>
  restore(trashName: string): Promise<{ id: string }>
  listTrash(): Promise<Removed[]>
  /** Resolves to how many there were. */
  emptyTrash(): Promise<number>
  /** Says what a file or folder is, without importing it; `separator` cuts the lines of the generic form. */
  inspect(path: string, separator?: string): Promise<SourceVerdict>
}

/** A file of weights without its weights. */
export interface WeightsFile {
  sha256: string
  /** Of its tensors, by name. */
  shapes: ReadonlyMap<string, readonly number[]>
}

/** What happened in the library, whoever did it; reported a moment later, several changes at once. */
export interface LibraryChanges {
  /** Runs that are new, changed or gone. */
  runs: ReadonlySet<string>
  /** Those of them whose epochs changed. */
  epochs: ReadonlySet<string>
  /** Datasets that are new, changed or gone. */
  datasets: ReadonlySet<string>
}

export type TrainingEvent =
  | ({ kind: 'progress' } & Progress)
  /** All items are ranked: for so many users, of so many. */
  | { kind: 'ranking'; users: number; of: number }
  | { kind: 'epoch'; record: EpochRecord; bestEpoch: number }
  | { kind: 'notice'; message: string }

export interface ImportProgress {
  stage: 'reading' | 'splitting' | 'storing'
  file: string
  bytes: number
  totalBytes: number
}

/** How a training is left when it is asked to stop. */
export type LeaveAs = 'paused' | 'interrupted'

/** A process that computes: one job at a time. A job rejects with the code `crashed` when the process dies. */
export interface EngineProcess {
  /** False once the process has ended. */
  readonly isAlive: boolean
  train(
    job: { library: string; runId: string; threads: number | 'auto' },
    onEvent: (event: TrainingEvent) => void,
  ): Promise<{ runId: string; status: 'finished' | LeaveAs; summary?: RunSummary }>
  /** Asks the training under way to checkpoint and end. */
  stop(leaveAs: LeaveAs): void
  /** Measures a stored run's best weights and stores what was found with it. */
  rank(
    job: { library: string; runId: string; full: boolean; threads: number | 'auto' },
    onEvent: (event: { users: number; of: number }) => void,
  ): Promise<RunSummary>
  import(
    job: { library: string; path: string; options: ImportOptionsInput },
    onProgress: (progress: ImportProgress) => void,
  ): Promise<{ id: string }>
  /** Distributions and the popularity baseline of a dataset. */
  describe(job: { library: string; datasetId: string }): Promise<DatasetDistributions>
  /** Ends the process; a training is checkpointed first. */
  close(): Promise<void>
  /** Ends the process at once. */
  kill(): void
}

/** This machine, as far as runs depend on it. */
export interface MachinePort {
  facts: Pick<AppInfo, 'version' | 'commit' | 'platform' | 'device' | 'cores' | 'nodeVersion'>
  provenance(origin: {
    dataset: Pick<DatasetDescription, 'sources'>
    arithmetic: NeuralConfig['arithmetic']
    threads: number | 'auto'
  }): Promise<Provenance>
}

/** Where a program's queue is kept, so that the next one can offer it again. */
export interface QueuePort {
  /** The runs of queues whose programs have ended, in their order; `store` takes them over. */
  left(): Promise<string[]>
  /** Keeps a queue in place of what was kept before. */
  store(runs: readonly string[]): Promise<void>
  /** Leaves the queue as it was stored last to the next program. */
  release(): Promise<void>
}

export interface ClockPort {
  /** Milliseconds of a steady clock. */
  now(): number
  /** Returns a function that calls it off. */
  after(milliseconds: number, action: () => void): () => void
}

/** Preferences of a person on this machine; always valid. */
export interface SettingsPort {
  get(): Settings
  set(settings: Settings): void
}

/** The part of the ports that a library folder gives: `libraryPorts` in node/. */
export interface LibraryPorts {
  /** Absolute path of the library's folder. */
  library: string
  runs: RunsPort
  datasets: DatasetsPort
  /** Starts watching the library; resolves to a function that ends it. */
  watch(onChanges: (changes: LibraryChanges) => void): Promise<() => Promise<void>>
  publishedResults(): Promise<PublishedResult[]>
  /** What a safetensors file, by its whole path, holds; undefined where there is none. */
  weightsFile(path: string): Promise<WeightsFile | undefined>
  /** Path of the bundled sample. */
  samplePath: string
  /** Puts the sample and a finished run on it into a library that never had anything; else does nothing. */
  welcome(): Promise<void>
  machine: MachinePort
  clock: ClockPort
  queue: QueuePort
  /** Path of a run's or dataset's folder. */
  folderOf(what: 'run' | 'dataset', id: string): string
}

/** All that the studio needs of the world around it. */
export interface StudioPorts extends LibraryPorts {
  /** Starts an engine process. */
  engines(): EngineProcess
  /** What a training takes of this machine. Throws an error with the code `too-large` for what it cannot hold. */
  demand(config: RunConfig, shape: DatasetShape, threads: number | 'auto'): EngineDemand
  settings: SettingsPort
  info: Pick<AppInfo, 'shell' | 'electronVersion'>
  /**
   * Where the files of an upload lie: the only file or folder in it, or else the folder that holds them. Rejects for
   * an unknown one. Absent where there are no uploads.
   */
  resolveUpload?(uploadId: string): Promise<string>
  /** Told when an upload was imported or called off and can be deleted. */
  releaseUpload?(uploadId: string): void | Promise<void>
  /** Shows a file or folder in the desktop's file browser. Absent where there is none. */
  reveal?(path: string): Promise<void> | void
  /** Lets a person choose a source in a dialog of the system; null when that is called off. */
  chooseSource?(what: 'folder' | 'file'): Promise<Source | null>
}
