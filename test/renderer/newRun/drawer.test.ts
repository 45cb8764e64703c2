// @vitest-environment happy-dom
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import type { RunEstimate, RunRow } from '../../../src-main/contract/runContract.ts'
import { runConfigSchema, type RunConfig } from '../../../src-main/contract/vocabulary.ts'
import { description } from '../data/fixtures.ts'
import { installBridge } from './answeringBridge.ts'

const bridge = installBridge()
const { default: NewRunDrawer } = await import('../../../src-renderer/views/runs/NewRunDrawer.vue')
const { runCommand } = await import('../../../src-renderer/commands/commands.ts')
const { useDatasets } = await import('../../../src-renderer/stores/datasets.ts')
const { useDraft } = await import('../../../src-renderer/stores/draft.ts')
const { useImports } = await import('../../../src-renderer/stores/imports.ts')
const { useSelection } = await import('../../../src-renderer/stores/selection.ts')

const DATASET = 'aaaaaaaaaaaa'
const ESTIMATE: RunEstimate = {
  parameters: 1_200_000,
  memoryBytes: 50 * 1024 ** 2,
  fits: true,
  samplesPerEpoch: 5_000_000,
  stepsPerEpoch: 19_418,
  secondsPerEpoch: 21,
  basis: 'measured',
}

function rowOf(config: RunConfig, id: string): RunRow {
  const labels = { name: '', tags: [], notes: '', starred: false, archived: false }
  const data = { datasetId: DATASET, name: 'ml-tiny', fingerprint: 'f', userCount: 1, itemCount: 1 }
  return { id, state: 'queued', ...labels, config, data: { ...data, interactions: 1 }, elsewhere: false }
}

const router = createRouter({
  history: createMemoryHistory(),
  routes: [{ path: '/:screen?/:id?', name: 'runs', component: { render: () => null } }],
})
let wrapper: VueWrapper

beforeEach(async () => {
  setActivePinia(createPinia())
  bridge.answer({
    'dataset:list': () => [{ id: DATASET, description: description({}) }],
    'run:estimate': () => ESTIMATE,
    'run:start': ({ configs }) => configs.map((config, i) => rowOf(config as RunConfig, `new-${i}`)),
  })
  await useDatasets().load()
  wrapper = mount(NewRunDrawer, { global: { plugins: [router] }, attachTo: document.body })
})
afterEach(() => wrapper.unmount())

async function opened(): Promise<HTMLElement> {
  useDraft().open()
  await flushPromises()
  await new Promise((done) => setTimeout(done, 250))
  await flushPromises()
  return document.querySelector<HTMLElement>('[role=dialog]')!
}

const field = (label: string) => {
  const found = [...document.querySelectorAll('label')].find(
    ({ textContent }) => textContent?.trim() === label,
  )
  return document.getElementById(found!.htmlFor) as HTMLInputElement
}

async function type(label: string, text: string): Promise<void> {
  const input = field(label)
  input.value = text
  input.dispatchEvent(new Event('input'))
  await flushPromises()
}

function noteOf(label: string): string {
  const id = field(label).getAttribute('aria-describedby')
  return (id && document.getElementById(id)?.textContent) || ''
}

const startButton = () =>
  [...document.querySelectorAll('button')].find(({ textContent }) => textContent?.includes('Start'))!

describe('the drawer', () => {
  it('opens at its preset, with an estimate and its basis', async () => {
    const dialog = await opened()
    expect((document.activeElement as HTMLInputElement).value).toBe('neumf-paper')
    const text = dialog.textContent!
    expect(text).toContain('1.2M')
    expect(text).toContain('50 MiB')
    expect(text).toMatch(/7 min 00 s\s*for 20 epochs/)
    expect(text).toContain('measured on this machine')
  })

  it('keeps what is typed while it is wrong, says so at its field and does not start', async () => {
    await opened()
    await type('Factors', '3x')
    expect(field('Factors').value).toBe('3x')
    expect(noteOf('Factors')).toBe('Must be a number.')
    expect(startButton().disabled).toBe(true)
    runCommand('run.start')
    await flushPromises()
    expect(bridge.asked('run:start')).toEqual([])
    await type('Factors', '3')
    expect(startButton().disabled).toBe(false)
  })

  it('starts consecutive seeds by its command, closes and shows the first', async () => {
    await opened()
    await type('Seed', '9007199254740993')
    await type('Number of seeds', '3')
    expect(noteOf('Number of seeds')).toBe('Seeds 9007199254740993 to 9007199254740995')
    await type('Name', ' trial ')
    await type('Tags', 'a, b, a')
    runCommand('run.start')
    await flushPromises()
    const [request] = bridge.asked('run:start').slice(-1)
    expect(request).toMatchObject({ datasetId: DATASET, name: 'trial', tags: ['a', 'b'] })
    const seeds = request.configs.map(({ seed }) => seed)
    expect(seeds).toEqual(['9007199254740993', '9007199254740994', '9007199254740995'])
    expect(useDraft().isOpen).toBe(false)
    expect(useSelection().focused).toBe('new-0')
    expect(router.currentRoute.value.params.id).toBe('new-0')
  })

  it('refuses validation on data that has none, and says what to do', async () => {
    const dialog = await opened()
    useDraft().form.shared.selection = 'validation'
    await flushPromises()
    expect(dialog.textContent).toContain('Import it again with validation items')
    expect(startButton().disabled).toBe(true)
  })

  it('does not start what the machine has no memory for', async () => {
    bridge.answer({ 'run:estimate': () => ({ ...ESTIMATE, fits: false }) })
    const dialog = await opened()
    expect(dialog.textContent).toContain('more than this machine has')
    expect(startButton().disabled).toBe(true)
  })

  it('says why there is no estimate and lets the run start all the same', async () => {
    bridge.answer({
      'run:estimate': () => {
        throw new Error('The dataset is damaged.')
      },
    })
    const dialog = await opened()
    expect(dialog.textContent).toContain('There is no estimate: The dataset is damaged.')
    expect(startButton().disabled).toBe(false)
  })

  it('shows only what differs from the run that it was made from', async () => {
    const config = runConfigSchema.parse({ model: 'NeuMF', factors: 16 })
    useDraft().openFrom(rowOf(config, 'old'))
    await flushPromises()
    await type('Factors', '64')
    const rows = [...document.querySelectorAll('.diff tbody tr')].map(({ textContent }) => textContent)
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatch(/Factors\s*16\s*→\s*64/)
  })

  it('offers ways to get data where there is none, and takes what is imported', async () => {
    bridge.answer({ 'dataset:list': () => [] })
    await useDatasets().load()
    const dialog = await opened()
    expect(dialog.textContent).toContain('Try the sample')
    expect(startButton().disabled).toBe(true)
    bridge.answer({ 'dataset:list': () => [{ id: DATASET, description: description({}) }] })
    await useDatasets().load()
    useImports().lastImported = { kind: 'dataset', id: DATASET }
    await flushPromises()
    expect(useDraft().datasetId).toBe(DATASET)
    expect(startButton().disabled).toBe(false)
  })
})
