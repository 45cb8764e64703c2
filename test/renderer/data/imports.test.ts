// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { ContractError } from '../../../src-main/contract/contractError.ts'
import type { DatasetEntry, Source, SourceVerdict } from '../../../src-main/contract/datasetContract.ts'
import { description } from './fixtures.ts'

const { answers, asked, listeners } = vi.hoisted(() => ({
  /** What the application answers, by request. */
  answers: new Map<string, (argument: unknown) => unknown>(),
  asked: [] as { name: string; argument: unknown }[],
  listeners: new Map<string, (payload: unknown) => void>(),
}))

vi.mock('../../../src-renderer/client/client.ts', () => ({
  pathForFile: () => '',
  client: {
    request: async (name: string, argument: unknown) => {
      asked.push({ name, argument })
      return answers.get(name)?.(argument)
    },
    on: (name: string, listener: (payload: unknown) => void) => listeners.set(name, listener),
  },
}))

const uploadFiles = vi.hoisted(() => vi.fn())
vi.mock('../../../src-renderer/client/upload.ts', () => ({ uploadFiles }))

const { useImports } = await import('../../../src-renderer/stores/imports.ts')
const { useDatasets } = await import('../../../src-renderer/stores/datasets.ts')
const { useNotices } = await import('../../../src-renderer/stores/notices.ts')

const SOURCE: Source = { kind: 'path', path: '/data/log.csv' }
const VERDICT: Extract<SourceVerdict, { kind: 'dataset' }> = {
  kind: 'dataset',
  name: 'log',
  form: 'generic',
  files: [],
  preview: { file: 'log.csv', separator: ',', columns: [{ header: 'a' }], rows: [] },
  raw: true,
}
const ENTRY: DatasetEntry = { id: 'aaaaaaaaaaaa', description: description({ name: 'log' }) }

/** An answer that comes when the test lets it. */
function pending() {
  let resolve!: (value: unknown) => void
  const promise = new Promise((settle) => (resolve = settle))
  return { promise, resolve }
}

/** The ids of the uploads that were handed over and let go. */
function uploads() {
  const sourceOf = ({ argument }: { argument: unknown }) => (argument as { source: Source }).source
  const discarded = asked.filter(({ name }) => name === 'source:discard').map(sourceOf)
  return {
    handedOver: uploadFiles.mock.calls.map(([uploadId]) => ({ kind: 'upload', uploadId })),
    discarded,
  }
}

beforeEach(() => {
  uploadFiles.mockReset()
  setActivePinia(createPinia())
  answers.clear()
  asked.length = 0
  answers.set('source:inspect', () => VERDICT)
  answers.set('dataset:import', () => ENTRY)
})

describe('an import', () => {
  it('goes from the verdict to a dataset of the library', async () => {
    const imports = useImports()
    await imports.open(SOURCE)
    expect(imports.stage).toEqual({ step: 'verdict', source: SOURCE, verdict: VERDICT })
    await imports.importDataset(SOURCE, { validation: true })
    expect(asked.at(-1)?.argument).toMatchObject({ source: SOURCE, options: { validation: true } })
    expect(imports.stage.step).toBe('idle')
    expect(imports.lastImported).toEqual({ kind: 'dataset', id: ENTRY.id })
    expect(useDatasets().entries.has(ENTRY.id)).toBe(true)
  })

  it('shows how far it is, and nothing of other imports', async () => {
    const imports = useImports()
    const answer = pending()
    answers.set('dataset:import', () => answer.promise)
    const done = imports.importSample()
    const { importId } = asked.at(-1)!.argument as { importId: string }
    const progress = { stage: 'reading', file: 'log.csv', bytes: 50, totalBytes: 200 }
    listeners.get('import:progress')!({ ...progress, importId: 'another', bytes: 199 })
    expect(imports.stage).not.toHaveProperty('share')
    listeners.get('import:progress')!({ ...progress, importId })
    expect(imports.stage).toMatchObject({ file: 'log.csv', share: 0.25 })
    answer.resolve(ENTRY)
    await done
  })

  it('that fails says why, and leads back to its options', async () => {
    const imports = useImports()
    await imports.open(SOURCE)
    answers.set('dataset:import', () => {
      throw new ContractError('not-a-number', 'log.csv, line 3: "x" is no number.')
    })
    await imports.importDataset(SOURCE)
    expect(imports.stage).toMatchObject({ step: 'failed', code: 'not-a-number', message: /line 3/ })
    imports.goBack()
    expect(imports.stage).toMatchObject({ step: 'verdict', verdict: VERDICT })
  })

  it('that was cancelled is called off, and its late answer is not shown', async () => {
    const imports = useImports()
    const answer = pending()
    answers.set('dataset:import', () => answer.promise)
    const done = imports.importSample()
    await imports.cancel()
    expect(asked.at(-1)?.name).toBe('dataset:cancel-import')
    expect(imports.stage.step).toBe('idle')
    answer.resolve(ENTRY)
    await done
    expect(imports.lastImported).toBeUndefined()
  })

  it('gives way to the next one', async () => {
    const imports = useImports()
    const slow = pending()
    answers.set('source:inspect', () => slow.promise)
    const first = imports.open(SOURCE)
    answers.set('source:inspect', () => ({ ...VERDICT, name: 'second' }))
    await imports.open({ kind: 'path', path: '/data/second' })
    slow.resolve(VERDICT)
    await first
    expect(imports.stage).toMatchObject({ step: 'verdict', verdict: { name: 'second' } })
  })

  it('of data that the library has says so, and gives them the name that was typed', async () => {
    answers.set('dataset:rename', () => ({
      ...ENTRY,
      description: { ...ENTRY.description, name: 'mine' },
    }))
    const imports = useImports()
    useDatasets().put(ENTRY)
    await imports.open(SOURCE)
    await imports.importDataset(SOURCE, { name: 'mine' })
    expect(asked.at(-1)).toEqual({ name: 'dataset:rename', argument: { id: ENTRY.id, name: 'mine' } })
    expect(useNotices().notices.at(-1)?.message).toBe('mine was in the library already: nothing was copied.')
  })

  it('of an exported run stores the run', async () => {
    answers.set('source:inspect', () => ({ kind: 'run', name: 'NeuMF', bytes: 9 }))
    answers.set('run:import', () => ({ id: 'run-1' }))
    const imports = useImports()
    await imports.open(SOURCE)
    expect(imports.lastImported).toEqual({ kind: 'run', id: 'run-1' })
  })

  it('can be looked at with another separator', async () => {
    const imports = useImports()
    await imports.open(SOURCE)
    answers.set('source:inspect', () => ({ ...VERDICT, preview: { ...VERDICT.preview, separator: ';' } }))
    await imports.inspectWith(';')
    expect(asked.at(-1)?.argument).toEqual({ source: SOURCE, separator: ';' })
    expect(imports.stage).toMatchObject({ step: 'verdict', verdict: { preview: { separator: ';' } } })
  })
})

describe('files that were handed over', () => {
  const files = [{ path: 'log.csv', file: new File(['1,2'], 'log.csv') }]

  it('are let go when their import is called off', async () => {
    const imports = useImports()
    await imports.takeFiles(files)
    expect(imports.stage.step).toBe('verdict')
    await imports.cancel()
    const { handedOver, discarded } = uploads()
    expect(handedOver).toHaveLength(1)
    expect(discarded).toEqual(handedOver)
  })

  it('are let go while they are still on their way', async () => {
    const imports = useImports()
    uploadFiles.mockImplementation(
      (_id, _files, signal: AbortSignal) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted')))),
    )
    const done = imports.takeFiles(files)
    await imports.cancel()
    await done
    const { handedOver, discarded } = uploads()
    expect(discarded).toEqual(handedOver)
    expect(imports.stage.step).toBe('idle')
  })

  it('are let go when they are no dataset, or give way to other files', async () => {
    const imports = useImports()
    answers.set('source:inspect', () => {
      throw new ContractError('unknown-form', 'log.csv is no dataset.')
    })
    await imports.takeFiles(files)
    expect(imports.stage.step).toBe('failed')
    answers.set('source:inspect', () => VERDICT)
    await imports.takeFiles(files)
    await imports.open(SOURCE)
    const { handedOver, discarded } = uploads()
    expect(handedOver).toHaveLength(2)
    expect(discarded).toEqual(handedOver)
  })

  it('stay for another try with other options, and are not asked to go once they are imported', async () => {
    const imports = useImports()
    await imports.takeFiles(files)
    const [source] = uploads().handedOver as Source[]
    answers.set('dataset:import', () => {
      throw new ContractError('not-a-number', 'log.csv, line 3: "x" is no number.')
    })
    await imports.importDataset(source)
    imports.goBack()
    answers.set('dataset:import', () => ENTRY)
    await imports.importDataset(source)
    await imports.cancel()
    expect(uploads().discarded).toEqual([])
  })
})
