import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { ContractError } from '../../src-main/contract/contractError.ts'
import type { DatasetEntry, Source, SourceVerdict } from '../../src-main/contract/datasetContract.ts'
import type { ImportOptionsInput } from '../../src-main/contract/vocabulary.ts'
import { client, pathForFile } from '../client/client.ts'
import { readDrop, type NamedFile } from '../client/droppedFiles.ts'
import { uploadFiles } from '../client/upload.ts'
import { useDatasets } from './datasets.ts'
import { useNotices } from './notices.ts'
import { useRuns } from './runs.ts'

type Verdict = Extract<SourceVerdict, { kind: 'dataset' }>

/** How far an import is: what the import dialog shows. */
export type ImportStage =
  | { step: 'idle' }
  | { step: 'handing-over'; done: number; total: number }
  | { step: 'inspecting' }
  | { step: 'verdict'; source: Source; verdict: Verdict }
  | { step: 'importing'; importId: string; name: string; stage: ImportPhase; file: string; share?: number }
  | { step: 'importing-run'; name: string }
  | {
      step: 'failed'
      title: string
      code: string
      message: string
      back?: { source: Source; verdict: Verdict }
    }

export type ImportPhase = 'reading' | 'splitting' | 'storing'

/** What came of an import. */
export type Imported = { kind: 'dataset' | 'run'; id: string }

function parentOf(path: string): string {
  return path.replace(/[\\/][^\\/]+$/, '') || path
}

/** Brings datasets and exported runs in: from a drop, a chooser, or the sample. One at a time. */
export const useImports = defineStore('imports', () => {
  const stage = shallowRef<ImportStage>({ step: 'idle' })
  const lastImported = shallowRef<Imported>()
  /** Of the import that is shown; given up, its late answers are not. */
  let current = new AbortController()
  /** Files handed over for it, which lie with the application until they are imported or let go. */
  let handedOver: Source | undefined

  /** The application removes what was handed over and is not to be imported after all. */
  function letGo(): void {
    if (handedOver) void client.request('source:discard', { source: handedOver }).catch(() => undefined)
    handedOver = undefined
  }

  /** To another import. One that is under way goes on, and the application lets go of its files itself. */
  function giveWay(): void {
    if (stage.value.step.startsWith('importing')) handedOver = undefined
    letGo()
  }

  /** Starts an import in place of the one before; shows what goes wrong. */
  async function begin(
    title: string,
    action: (given: AbortSignal) => Promise<void>,
    back?: { source: Source; verdict: Verdict },
  ): Promise<void> {
    current.abort()
    current = new AbortController()
    const { signal } = current
    try {
      await action(signal)
    } catch (error) {
      if (signal.aborted) return
      if (!back) letGo()
      const { code, message } =
        error instanceof ContractError ? error : { code: 'unexpected', message: String(error) }
      stage.value = { step: 'failed', title, code, message, ...(back && { back }) }
    }
  }

  /** A drop anywhere on the window; call it within the event. */
  function takeDrop(transfer: DataTransfer): Promise<void> {
    const drop = readDrop(transfer)
    const path = drop.file ? pathForFile(drop.file) : ''
    // Several files that were dropped together lie in one folder, which is the dataset.
    if (path !== '') return open({ kind: 'path', path: drop.count > 1 ? parentOf(path) : path })
    giveWay()
    return begin('This cannot be read', async (signal) => {
      stage.value = { step: 'inspecting' }
      await handOver(await drop.files(), signal)
    })
  }

  function takeFiles(files: readonly NamedFile[]): Promise<void> {
    giveWay()
    return begin('This cannot be read', (signal) => handOver(files, signal))
  }

  async function handOver(files: readonly NamedFile[], signal: AbortSignal): Promise<void> {
    if (signal.aborted) return
    const uploadId = crypto.randomUUID()
    const source: Source = { kind: 'upload', uploadId }
    handedOver = source
    await uploadFiles(uploadId, files, signal, (done, total) => {
      if (!signal.aborted) stage.value = { step: 'handing-over', done, total }
    })
    await inspect(source, signal)
  }

  /** Looks at a source and shows what it is. */
  function open(source: Source): Promise<void> {
    giveWay()
    return begin('This cannot be read', (signal) => inspect(source, signal))
  }

  async function inspect(source: Source, signal: AbortSignal): Promise<void> {
    stage.value = { step: 'inspecting' }
    const verdict = await client.request('source:inspect', { source })
    if (signal.aborted) return
    if (verdict.kind === 'dataset') stage.value = { step: 'verdict', source, verdict }
    else await importRun(source, verdict.name, signal)
  }

  /** Looks at the source of the verdict again, its lines cut at another separator. */
  async function inspectWith(separator: string): Promise<void> {
    const { value } = stage
    if (value.step !== 'verdict') return
    const again = await useNotices().attempt(() =>
      client.request('source:inspect', { source: value.source, separator }),
    )
    if (again?.kind === 'dataset' && stage.value === value) stage.value = { ...value, verdict: again }
  }

  async function importRun(source: Source, name: string, signal: AbortSignal): Promise<void> {
    stage.value = { step: 'importing-run', name }
    const row = await client.request('run:import', { source })
    useRuns().put([row])
    if (!signal.aborted) finish({ kind: 'run', id: row.id })
  }

  /** Imports what the verdict was about. */
  function importDataset(source: Source, options: ImportOptionsInput = {}): Promise<void> {
    const { value } = stage
    const back = value.step === 'verdict' ? value : undefined
    const name = options.name ?? back?.verdict.name ?? 'the sample'
    const action = async (signal: AbortSignal) => {
      const importId = crypto.randomUUID()
      stage.value = { step: 'importing', importId, name, stage: 'reading', file: '' }
      const known = new Set(useDatasets().entries.keys())
      const entry = await client.request('dataset:import', { importId, source, options })
      useDatasets().put(entry)
      if (signal.aborted) return
      finish({ kind: 'dataset', id: entry.id })
      if (known.has(entry.id)) await greetAgain(entry, options.name)
    }
    return begin(
      'The dataset was not imported',
      action,
      back && { source: back.source, verdict: back.verdict },
    )
  }

  /** Equal data are stored once: the name that was typed is given to what is there. */
  async function greetAgain({ id, description }: DatasetEntry, name: string | undefined): Promise<void> {
    if (name !== undefined && name !== description?.name) await useDatasets().rename(id, name)
    useNotices().tell('info', `${useDatasets().name(id)} was in the library already: nothing was copied.`)
  }

  function importSample(): Promise<void> {
    giveWay()
    return importDataset({ kind: 'sample' })
  }

  function finish(imported: Imported): void {
    // What was imported is not needed a second time: the application has let go of it.
    handedOver = undefined
    stage.value = { step: 'idle' }
    lastImported.value = imported
  }

  /** Returns from a failed import to its options. */
  function goBack(): void {
    const { value } = stage
    if (value.step === 'failed' && value.back) stage.value = { step: 'verdict', ...value.back }
  }

  /** Closes the dialog; an import under way is cancelled and leaves nothing behind. */
  async function cancel(): Promise<void> {
    current.abort()
    const { value } = stage
    stage.value = { step: 'idle' }
    if (value.step === 'importing') {
      const { importId } = value
      await useNotices().attempt(() => client.request('dataset:cancel-import', { importId }))
    }
    letGo()
  }

  // A window that is closed or loaded anew has forgotten what it handed over.
  window.addEventListener('pagehide', giveWay)

  client.on('import:progress', ({ importId, stage: phase, file, bytes, totalBytes }) => {
    const { value } = stage
    if (value.step !== 'importing' || value.importId !== importId) return
    const share = totalBytes > 0 ? Math.min(1, bytes / totalBytes) : undefined
    stage.value = { ...value, stage: phase, file, share }
  })

  return {
    ...{ stage, lastImported, takeDrop, takeFiles, open, inspectWith },
    ...{ importDataset, importSample, goBack, cancel },
  }
})
