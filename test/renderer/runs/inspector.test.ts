// @vitest-environment happy-dom
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, ref } from 'vue'
import type { RunDetails } from '../../../src-main/contract/runContract.ts'
import { installBridge } from '../newRun/answeringBridge.ts'
import { runRow } from './runRows.ts'

const bridge = installBridge()
const { useRuns } = await import('../../../src-renderer/stores/runs.ts')
const { default: NotesTab } = await import('../../../src-renderer/views/runs/inspector/NotesTab.vue')
const { default: RunProblem } = await import('../../../src-renderer/views/runs/inspector/RunProblem.vue')
const { default: LiveStrip } = await import('../../../src-renderer/views/runs/inspector/LiveStrip.vue')
const { useRunCurves } = await import('../../../src-renderer/views/runs/inspector/useRunCurves.ts')

beforeEach(() => setActivePinia(createPinia()))
afterEach(() => vi.useRealTimers())

describe('the notes of a run', () => {
  const first = runRow({ id: 'first', notes: 'old' })
  const second = runRow({ id: 'second' })

  function notesOf(run = first) {
    const stored: { ids: string[]; change: { notes?: string } }[] = []
    bridge.answer({
      'run:label': (argument) => {
        stored.push(argument)
        return []
      },
    })
    const wrapper = mount(NotesTab, { props: { run } })
    return { wrapper, stored, field: wrapper.get('textarea') }
  }

  it('are stored on leaving the field, once', async () => {
    const { stored, field } = notesOf()
    await field.setValue('new')
    await field.trigger('blur')
    await field.trigger('blur')
    expect(stored).toEqual([{ ids: ['first'], change: { notes: 'new' } }])
  })

  it('are stored under the right run when another one is shown before the field was left', async () => {
    const { wrapper, stored, field } = notesOf()
    await field.setValue('of the first')
    await wrapper.setProps({ run: second })
    expect(stored).toEqual([{ ids: ['first'], change: { notes: 'of the first' } }])
    expect(field.element.value).toBe('')
  })

  it('are stored when the tab is left', async () => {
    const { wrapper, stored, field } = notesOf()
    await field.setValue('kept')
    wrapper.unmount()
    expect(stored).toEqual([{ ids: ['first'], change: { notes: 'kept' } }])
  })

  it('that another window changed are shown, but never over words that are being typed', async () => {
    const { wrapper, field } = notesOf()
    await wrapper.setProps({ run: { ...first, notes: 'from elsewhere' } })
    expect(field.element.value).toBe('from elsewhere')
    await field.setValue('mine')
    await wrapper.setProps({ run: { ...first, notes: 'from elsewhere again' } })
    expect(field.element.value).toBe('mine')
  })
})

describe('what is wrong with a run', () => {
  const details = (more: Partial<RunDetails> = {}): RunDetails => ({
    row: runRow(),
    published: [],
    log: '',
    ...more,
  })
  const show = (props: Partial<InstanceType<typeof RunProblem>['$props']>) =>
    mount(RunProblem, { props: { run: runRow(), failure: '', ...props } })

  it('is nothing for a finished run', () => {
    expect(show({ details: details() }).text()).toBe('')
  })

  it('offers to resume a run that was interrupted', () => {
    const run = runRow({ state: 'interrupted', epochsCompleted: 7 })
    const wrapper = show({ run, details: details() })
    expect(wrapper.text()).toContain('Stopped after 7 of 20 epochs.')
    expect(wrapper.get('button').text()).toBe('Resume')
  })

  it('says why a run cannot be resumed, and offers nothing that would fail', () => {
    const run = runRow({ state: 'failed', problem: { code: 'diverged', message: 'The loss became NaN.' } })
    const wrapper = show({ run, details: details({ notResumable: 'It would diverge again.' }) })
    expect(wrapper.get('[role=alert]').text()).toContain('The loss became NaN.')
    expect(wrapper.text()).toContain('It would diverge again.')
    expect(wrapper.find('button').exists()).toBe(false)
  })

  it('leaves a run alone that another process trains', () => {
    const run = runRow({ state: 'interrupted', elsewhere: true })
    expect(show({ run, details: details() }).find('button').exists()).toBe(false)
  })

  it('offers to try again what could not be read', async () => {
    const wrapper = show({ failure: 'The connection is lost.' })
    await wrapper.get('button').trigger('click')
    expect(wrapper.emitted('retry')).toHaveLength(1)
  })
})

describe('a run that trains', () => {
  it('says its epoch, step, speed and time left', async () => {
    vi.useFakeTimers()
    const run = runRow({ id: 'live', state: 'running', epochsCompleted: 2 })
    useRuns().put([run])
    const wrapper = mount(LiveStrip, { props: { run } })
    expect(wrapper.text()).toContain('Epoch 3 of 20')
    const report = { runId: 'live', epoch: 4, epochs: 20, step: 50, stepsPerEpoch: 1160 }
    bridge.send({
      name: 'run:progress',
      payload: { ...report, loss: 0.3456789, samplesPerSecond: 1_810_000, secondsLeft: 65 },
    })
    vi.advanceTimersByTime(300)
    await nextTick()
    expect(wrapper.text()).toContain('Epoch 4 of 20')
    expect(wrapper.text()).toMatch(/step 50 of 1,160 · 1\.8M samples\/s · 1 min 05 s left · loss 0\.3457/)
  })

  it('that waits says its place', () => {
    const run = runRow({ id: 'b', state: 'queued', epochsCompleted: 0 })
    const runs = useRuns()
    runs.queue = [
      { runId: 'a', state: 'waiting' },
      { runId: 'b', state: 'waiting' },
    ]
    expect(mount(LiveStrip, { props: { run } }).text()).toContain('Number 2 in the queue')
  })
})

describe('the curves of a run', () => {
  const metrics = runRow().summary!.selected
  const record = (epoch: number) => ({
    ...{ epoch, loss: 1 / epoch, test: metrics, trainSeconds: 1, evaluateSeconds: 0.1 },
    ...{ samplesPerSecond: 1000, step: 10 * epoch },
  })
  const columns = (id: string, epochs: number) => {
    const column = () => Float64Array.from({ length: epochs }, (_, i) => i + 1)
    return {
      ...{ id, epoch: column(), loss: column(), hr10: column(), ndcg10: column() },
      ...{ trainSeconds: column(), samplesPerSecond: column(), thinned: false },
    }
  }
  const epochs = (runId: string, epoch: number) =>
    bridge.send({ name: 'run:epoch', payload: { runId, record: record(epoch), bestEpoch: 1 } })

  async function curvesOf(id: string) {
    vi.useFakeTimers()
    useRuns().put([runRow({ id, state: 'running', epochsCompleted: 2 })])
    bridge.answer({ 'run:curves': ({ ids }) => ids.map((one) => columns(one, 2)) })
    const scope = effectScope()
    const { curves } = scope.run(() => useRunCurves(ref(id)))!
    await vi.advanceTimersByTimeAsync(200)
    await flushPromises()
    return { curves, end: () => scope.stop() }
  }

  it('grow with the epochs that arrive, drawn at most four times a second', async () => {
    const { curves, end } = await curvesOf('grows')
    expect(curves.value!.epoch).toHaveLength(2)
    const drawn = [curves.value]
    for (let epoch = 3; epoch <= 12; epoch++) {
      epochs('grows', epoch)
      await vi.advanceTimersByTimeAsync(50)
      if (curves.value !== drawn.at(-1)) drawn.push(curves.value)
    }
    await vi.advanceTimersByTimeAsync(300)
    expect([...curves.value!.epoch]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    expect(drawn.length - 1).toBeLessThanOrEqual(3)
    end()
  })

  it('are asked for anew when epochs were missed, and take no notice of other runs', async () => {
    const { curves, end } = await curvesOf('missed')
    const asked = bridge.asked('run:curves').length
    epochs('another', 3)
    await vi.advanceTimersByTimeAsync(300)
    expect(bridge.asked('run:curves')).toHaveLength(asked)
    bridge.answer({ 'run:curves': ({ ids }) => ids.map((one) => columns(one, 9)) })
    epochs('missed', 9)
    await vi.advanceTimersByTimeAsync(300)
    expect(bridge.asked('run:curves')).toHaveLength(asked + 1)
    expect(curves.value!.epoch).toHaveLength(9)
    end()
  })
})
