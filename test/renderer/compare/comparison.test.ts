// @vitest-environment happy-dom
import { flushPromises } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it } from 'vitest'
import { computed, effectScope } from 'vue'
import type { RunCurves } from '../../../src-main/contract/runContract.ts'
import { installBridge } from '../newRun/answeringBridge.ts'
import { runRow } from './runRows.ts'

const bridge = installBridge()
const { useComparison } = await import('../../../src-renderer/stores/comparison.ts')
const { useRuns } = await import('../../../src-renderer/stores/runs.ts')
const { useSelection } = await import('../../../src-renderer/stores/selection.ts')
const { useComparedCurves } = await import('../../../src-renderer/views/compare/useComparedCurves.ts')

const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds))

function curves(id: string, epochs: number): RunCurves {
  const epoch = Float64Array.from({ length: epochs }, (_, i) => i + 1)
  const same = () => new Float64Array(epoch)
  const columns = { loss: same(), hr10: same(), ndcg10: same(), trainSeconds: same() }
  return { id, epoch, ...columns, samplesPerSecond: same(), thinned: false }
}

beforeEach(() => {
  setActivePinia(createPinia())
  useRuns().put([runRow('a', { hr10: 0.6 }), runRow('b', { hr10: 0.7 }), runRow('c')])
  useSelection().choose(['a', 'b'])
})

const shown = () => useComparison().visibleRows.map(({ id }) => id)

describe('the comparison', () => {
  it('is the chosen runs; those taken out are shown again when they come back', () => {
    const comparison = useComparison()
    comparison.toggle('a')
    expect(shown()).toEqual(['b'])
    comparison.remove('a')
    comparison.add('c')
    comparison.add('a')
    expect(shown()).toEqual(['b', 'c', 'a'])
  })

  it('forgets what a brush picked out when it is hidden', () => {
    const comparison = useComparison()
    comparison.pick(['a', 'b'])
    comparison.toggle('b')
    expect(comparison.picked).toEqual(['a'])
  })
})

describe('the curves of a comparison', () => {
  it('are asked for once, and grow with the epochs that arrive', async () => {
    bridge.answer({ 'run:curves': ({ ids }) => ids.map((id) => curves(id, 20)) })
    const scope = effectScope()
    const compared = scope.run(() => useComparedCurves(computed(() => useComparison().rows)))!
    await pause(120)
    await flushPromises()
    expect([...compared.curves.value.keys()]).toEqual(['a', 'b'])
    useSelection().choose(['a', 'b', 'c'])
    await pause(120)
    await flushPromises()
    expect(bridge.asked('run:curves')).toEqual([{ ids: ['a', 'b'] }, { ids: ['c'] }])
    const record = { epoch: 21, loss: 0.1, trainSeconds: 2, evaluateSeconds: 0, samplesPerSecond: 9, step: 1 }
    bridge.send({ name: 'run:epoch', payload: { runId: 'b', record, bestEpoch: 1 } })
    await pause(300)
    const grown = compared.curves.value.get('b')!
    expect([grown.epoch.length, grown.loss[20], grown.trainSeconds[20]]).toEqual([21, 0.1, 22])
    scope.stop()
  })

  it('say why they are not there', async () => {
    bridge.answer({
      'run:curves': () => {
        throw new Error('The disk is gone.')
      },
    })
    const scope = effectScope()
    const compared = scope.run(() => useComparedCurves(computed(() => useComparison().rows)))!
    await pause(120)
    await flushPromises()
    expect(compared.failure.value).toBe('The disk is gone.')
    scope.stop()
  })
})
