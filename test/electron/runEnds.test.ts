import { describe, expect, it } from 'vitest'
import type { AppEvent } from '../../src-main/contract/contract.ts'
import type { RunRow } from '../../src-main/contract/runContract.ts'
import { RunEnds } from '../../src-main/electron/runEnds.ts'

function changed(state: RunRow['state'], rest: Partial<RunRow> = {}): AppEvent {
  const labels = { name: '', tags: [], notes: '', starred: false, archived: false }
  return { name: 'run:changed', payload: { id: 'r', state, ...labels, elsewhere: false, ...rest } }
}

const curve = (value: number) => Array.from({ length: 20 }, () => value)
const metrics = { users: 9, hr: curve(0.6884), ndcg: curve(0.4111), mrr: 0.3, auc: 0.9 }
const summary = {
  epochsCompleted: 10,
  bestEpoch: 9,
  selection: 'paper' as const,
  selected: metrics,
  trainSeconds: 1,
}

describe('the end of a run', () => {
  it('is told with its result', () => {
    const ends = new RunEnds()
    expect(ends.of(changed('running'))).toBeUndefined()
    expect(ends.of(changed('running'))).toBeUndefined()
    expect(ends.of(changed('finished', { name: 'My run', summary }))).toEqual({
      title: 'My run is finished',
      body: 'HR@10 0.688, NDCG@10 0.411 at epoch 9',
    })
  })

  it('is told once', () => {
    const ends = new RunEnds()
    ends.of(changed('running'))
    expect(ends.of(changed('finished'))).toBeDefined()
    expect(ends.of(changed('finished', { starred: true }))).toBeUndefined()
  })

  it('that failed says why', () => {
    const ends = new RunEnds()
    ends.of(changed('running'))
    const problem = { code: 'diverged', message: 'The loss is not a number.' }
    expect(ends.of(changed('failed', { problem }))).toEqual({
      title: 'A run has failed',
      body: 'The loss is not a number.',
    })
  })

  it.each(['paused', 'interrupted', 'queued'] as const)('is none when it is %s', (state) => {
    const ends = new RunEnds()
    ends.of(changed('running'))
    expect(ends.of(changed(state))).toBeUndefined()
    expect(ends.of(changed('finished'))).toBeUndefined()
  })

  it('is none that another process trained, or that was not seen training', () => {
    const ends = new RunEnds()
    ends.of(changed('running', { elsewhere: true }))
    expect(ends.of(changed('finished'))).toBeUndefined()
    expect(ends.of(changed('finished', { id: 'old' }))).toBeUndefined()
  })
})
