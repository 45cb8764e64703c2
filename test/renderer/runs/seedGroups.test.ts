import { describe, expect, it } from 'vitest'
import {
  formatSpread,
  groupedLines,
  plainLines,
  runsOf,
  spreadOf,
} from '../../../src-renderer/views/runs/table/seedGroups.ts'
import { groupText, RUN_COLUMNS } from '../../../src-renderer/views/runs/table/runColumns.ts'
import { runRow } from './runRows.ts'

const seeds = [0.68, 0.69, 0.7].map((hr10, i) =>
  runRow({ id: `a${i}`, hr10, groupKey: 'a', config: { seed: String(42 + i) } }),
)
const alone = runRow({ id: 'b', groupKey: 'b' })
const unread = { ...runRow({ id: 'c' }), groupKey: undefined }

describe('runs in groups of seeds', () => {
  it('fold into one line where the first of them stands; the others stay as they are', () => {
    const lines = groupedLines([seeds[0], alone, seeds[1], unread, seeds[2]], () => false)
    expect(lines.map(({ key }) => key)).toEqual(['group:a', 'b', 'c'])
    expect(runsOf(lines[0]).map(({ id }) => id)).toEqual(['a0', 'a1', 'a2'])
  })

  it('follow their line when it is open', () => {
    const lines = groupedLines([alone, ...seeds], (key) => key === 'group:a')
    expect(lines.map(({ key }) => key)).toEqual(['b', 'group:a', 'a0', 'a1', 'a2'])
    expect(lines.map((line) => line.kind === 'run' && line.member)).toEqual([false, false, true, true, true])
  })

  it('are lines of their own without grouping', () => {
    expect(plainLines(seeds).map(({ key }) => key)).toEqual(['a0', 'a1', 'a2'])
  })

  it('show the mean and the sample standard deviation', () => {
    // By hand: mean .69, squares .0001 + 0 + .0001 over n - 1 = 2.
    expect(spreadOf([0.68, 0.69, 0.7])).toEqual({
      mean: expect.closeTo(0.69, 12),
      deviation: expect.closeTo(0.01, 12),
      count: 3,
    })
    expect(formatSpread(spreadOf([0.68, 0.69, 0.7]))).toBe('0.690 ± 0.010')
    expect(formatSpread(spreadOf([0.5]))).toBe('0.500')
    expect(formatSpread(spreadOf([]))).toBe('–')
  })

  it('show what they share, and that they differ', () => {
    const text = (id: string) =>
      groupText(
        RUN_COLUMNS.find((column) => column.id === id)!,
        seeds,
      )
    expect(text('hr10')).toBe('0.690 ± 0.010')
    expect(text('seed')).toBe('3 seeds')
    expect(text('name')).toBe('NeuMF F = 32 on MovieLens 1M · 3 seeds')
    expect(text('model')).toBe('NeuMF')
    const named = seeds.map((run) => ({ ...run, name: 'sweep' }))
    expect(
      groupText(
        RUN_COLUMNS.find(({ id }) => id === 'name')!,
        named,
      ),
    ).toBe('sweep · 3 seeds')
    const mixed = [seeds[0], { ...seeds[1], tags: ['x'] }]
    expect(
      groupText(
        RUN_COLUMNS.find(({ id }) => id === 'tags')!,
        mixed,
      ),
    ).toBe('…')
  })
})
