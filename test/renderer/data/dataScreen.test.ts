// @vitest-environment happy-dom
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, ref } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import { settingsSchema, type AppInfo } from '../../../src-main/contract/appContract.ts'
import { description } from './fixtures.ts'

const { answers, asked, listeners } = vi.hoisted(() => ({
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

const { useApp } = await import('../../../src-renderer/stores/app.ts')
const { useDatasets } = await import('../../../src-renderer/stores/datasets.ts')
const { useDatasetDetails } = await import('../../../src-renderer/views/data/datasetDetails.ts')
const { default: DropZone } = await import('../../../src-renderer/views/data/DropZone.vue')

beforeEach(() => {
  setActivePinia(createPinia())
  answers.clear()
  asked.length = 0
})

describe('the distributions of a dataset', () => {
  const shown = (id = ref('first')) =>
    effectScope().run(() => ({ id, ...useDatasetDetails(() => id.value) }))!
  const answer = (argument: unknown) => ({ id: (argument as { id: string }).id })

  it('are asked for once, however often the dataset is chosen', async () => {
    answers.set('dataset:show', answer)
    const { id, details } = shown()
    await flushPromises()
    id.value = 'second'
    await flushPromises()
    id.value = 'first'
    await flushPromises()
    expect(details.value?.id).toBe('first')
    expect(asked).toHaveLength(2)
  })

  it('stay while they are read anew because the dataset has changed', async () => {
    answers.set('dataset:show', answer)
    const { details } = shown()
    await flushPromises()
    const before = details.value
    listeners.get('dataset:changed')!({ id: 'first', description: description({}) })
    await flushPromises()
    expect(asked).toHaveLength(2)
    expect(before).toBeDefined()
    expect(details.value).toEqual(before)
  })

  it('that cannot be read say why, and are read again on demand', async () => {
    answers.set('dataset:show', () => {
      throw new Error('arrays.bin is damaged.')
    })
    const { details, problem, load } = shown()
    await flushPromises()
    expect(problem.value).toBe('arrays.bin is damaged.')
    answers.set('dataset:show', answer)
    await load()
    expect(problem.value).toBeUndefined()
    expect(details.value?.id).toBe('first')
  })

  it('that come late are not shown for another dataset', async () => {
    let arrive!: (value: unknown) => void
    const late = new Promise((resolve) => (arrive = resolve))
    answers.set('dataset:show', (argument) =>
      (argument as { id: string }).id === 'first' ? late : answer(argument),
    )
    const { id, details } = shown()
    id.value = 'second'
    await flushPromises()
    arrive({ id: 'first' })
    await flushPromises()
    expect(details.value?.id).toBe('second')
  })
})

describe('the list of datasets', () => {
  it('is in the order of the imports, what is damaged last', () => {
    const datasets = useDatasets()
    const at = (id: string, day: string) =>
      datasets.put({ id, description: description({ importedAt: `2026-11-${day}T10:00:00.000Z` }) })
    datasets.put({ id: 'damaged', problem: { code: 'damaged', message: 'no' } })
    at('later', '24')
    at('earlier', '03')
    expect(datasets.list.map(({ id }) => id)).toEqual(['earlier', 'later', 'damaged'])
  })

  it('says why it could not be read', async () => {
    answers.set('dataset:list', () => {
      throw new Error('The disk is gone.')
    })
    const datasets = useDatasets()
    await expect(datasets.load()).rejects.toThrow('The disk is gone.')
    expect(datasets.problem).toBe('The disk is gone.')
    answers.set('dataset:list', () => [])
    await datasets.load()
    expect(datasets.problem).toBeUndefined()
    expect(datasets.loaded).toBe(true)
  })
})

describe('the drop zone', () => {
  const RECENT = { name: 'ml-1m', path: '/data/ml-1m' }
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/', component: { template: '' } }],
  })

  function zone(shell: AppInfo['shell']) {
    const app = useApp()
    app.info = { shell } as AppInfo
    app.settings = settingsSchema.parse({ recentSources: [RECENT] })
    return mount(DropZone, { global: { plugins: [router] } })
  }

  it('offers what was opened before where it has a path', async () => {
    await zone('electron').get('.recent button').trigger('click')
    expect(asked.at(-1)).toEqual({
      name: 'source:inspect',
      argument: { source: { kind: 'path', path: RECENT.path } },
    })
  })

  it('offers nothing of the kind in a browser', () => {
    expect(zone('browser').text()).not.toContain('Opened before')
  })
})
