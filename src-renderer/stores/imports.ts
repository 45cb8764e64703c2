import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { Source, SourceVerdict } from '../../src-main/contract/datasetContract.ts'
import type { ImportOptionsInput } from '../../src-main/contract/vocabulary.ts'
import { client, pathForFile } from '../client/client.ts'
import { readDrop, type NamedFile } from '../client/droppedFiles.ts'
import { uploadFiles } from '../client/upload.ts'
import { useDatasets } from './datasets.ts'
import { useRuns } from './runs.ts'

/** How far an import is: what the import dialog shows. */
export type ImportStage =
  | { step: 'idle' }
  | { step: 'handing-over'; done: number; total: number }
  | { step: 'inspecting' }
  | { step: 'verdict'; source: Source; verdict: Extract<SourceVerdict, { kind: 'dataset' }> }
  | { step: 'importing'; importId: string; stage: string; share: number }
  | { step: 'failed'; title: string; message: string }

/** What came of an import. */
export type Imported = { kind: 'dataset' | 'run'; id: string }

function parentOf(path: string): string {
  return path.replace(/[\\/][^\\/]+$/, '') || path
}

/** Brings datasets and exported runs in: from a drop, a chooser, or the sample. One at a time. */
export const useImports = defineStore('imports', () => {
  const stage = shallowRef<ImportStage>({ step: 'idle' })
  const lastImported = shallowRef<Imported>()
  /** Grows when an import is given up, so that its late answers are not shown. */
  let turn = 0

  function failed(title: string, error: unknown): void {
    stage.value = { step: 'failed', title, message: error instanceof Error ? error.message : String(error) }
  }

  /** Runs one import after the other is given up; shows what goes wrong. */
  async function inTurn(title: string, action: (current: () => boolean) => Promise<void>): Promise<void> {
    const mine = ++turn
    try {
      await action(() => mine === turn)
    } catch (error) {
      if (mine === turn) failed(title, error)
    }
  }

  /** A drop anywhere on the window; call it within the event. */
  function takeDrop(transfer: DataTransfer): Promise<void> {
    const drop = readDrop(transfer)
    const path = drop.file ? pathForFile(drop.file) : ''
    // Several files that were dropped together lie in one folder, which is the dataset.
    if (path !== '') return open({ kind: 'path', path: drop.count > 1 ? parentOf(path) : path })
    return inTurn('These files cannot be read', async (current) => handOver(await drop.files(), current))
  }

  function takeFiles(files: readonly NamedFile[]): Promise<void> {
    return inTurn('These files cannot be read', (current) => handOver(files, current))
  }

  async function handOver(files: readonly NamedFile[], current: () => boolean): Promise<void> {
    stage.value = { step: 'handing-over', done: 0, total: 1 }
    const source = await uploadFiles(files, (done, total) => {
      if (current()) stage.value = { step: 'handing-over', done, total }
    })
    await inspect(source, current)
  }

  /** Looks at a source and shows what it is. */
  function open(source: Source): Promise<void> {
    return inTurn('This cannot be read', (current) => inspect(source, current))
  }

  async function inspect(source: Source, current: () => boolean): Promise<void> {
    stage.value = { step: 'inspecting' }
    const verdict = await client.request('source:inspect', { source })
    if (!current()) return
    if (verdict.kind === 'dataset') stage.value = { step: 'verdict', source, verdict }
    else await importRun(source)
  }

  async function importRun(source: Source): Promise<void> {
    const row = await client.request('run:import', { source })
    useRuns().put([row])
    finish({ kind: 'run', id: row.id })
  }

  /** Imports what the verdict was about. */
  function importDataset(source: Source, options: ImportOptionsInput = {}): Promise<void> {
    return inTurn('The dataset was not imported', async (current) => {
      const importId = crypto.randomUUID()
      stage.value = { step: 'importing', importId, stage: 'reading', share: 0 }
      const entry = await client.request('dataset:import', { importId, source, options })
      useDatasets().put(entry)
      if (current()) finish({ kind: 'dataset', id: entry.id })
    })
  }

  const importSample = () => importDataset({ kind: 'sample' })

  function finish(imported: Imported): void {
    stage.value = { step: 'idle' }
    lastImported.value = imported
  }

  /** Closes the dialog; an import under way is cancelled and leaves nothing behind. */
  async function cancel(): Promise<void> {
    turn++
    const { value } = stage
    stage.value = { step: 'idle' }
    if (value.step === 'importing')
      await client.request('dataset:cancel-import', { importId: value.importId })
  }

  client.on('import:progress', ({ importId, stage: name, bytes, totalBytes }) => {
    const { value } = stage
    if (value.step !== 'importing' || value.importId !== importId) return
    stage.value = { ...value, stage: name, share: totalBytes > 0 ? bytes / totalBytes : 0 }
  })

  return { stage, lastImported, takeDrop, takeFiles, open, importDataset, importSample, cancel }
})
