// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it } from 'vitest'
import { effectScope, nextTick } from 'vue'
import { installBridge } from '../newRun/answeringBridge.ts'
import { runRow } from './runRows.ts'

const bridge = installBridge()
const { useRuns } = await import('../../../src-renderer/stores/runs.ts')
const { useSelection } = await import('../../../src-renderer/stores/selection.ts')
const { useTableState } = await import('../../../src-renderer/views/runs/table/tableState.ts')
const { useLineKeys } = await import('../../../src-renderer/views/runs/table/useLineKeys.ts')
const { useRunLines } = await import('../../../src-renderer/views/runs/table/useRunLines.ts')

const ROWS = [
  runRow({ id: 'r5', hr10: 0.65, name: 'run 10', groupKey: 'a' }),
  runRow({ id: 'r4', hr10: 0.7, name: 'run 9', groupKey: 'b' }),
  runRow({ id: 'r3', hr10: 0.6, name: 'run 2', groupKey: 'a' }),
  { ...runRow({ id: 'r2', name: 'not begun', state: 'created', groupKey: 'c' }), summary: undefined },
  runRow({ id: 'r1', archived: true, name: 'put away' }),
]

async function table() {
  bridge.answer({ 'run:list': () => ROWS, 'queue:list': () => [], 'queue:left': () => [] })
  await useRuns().load()
  const scope = effectScope()
  return scope.run(() => {
    const content = useRunLines()
    let entered = 0
    const keys = useLineKeys(content.lines, { pageSize: () => 2, reveal: () => {}, enter: () => entered++ })
    const press = async (key: string, more: KeyboardEventInit = {}) => {
      keys.press(new KeyboardEvent('keydown', { key, ...more }))
      await nextTick()
    }
    return { content, keys, press, entered: () => entered }
  })!
}

async function keysOf(content: { lines: { value: readonly { key: string }[] } }): Promise<string[]> {
  // The table takes over changed options with the next drawing.
  await nextTick()
  return content.lines.value.map(({ key }) => key)
}

beforeEach(() => setActivePinia(createPinia()))

describe('the lines of the table', () => {
  it('are the latest first, without the archive', async () => {
    const { content } = await table()
    expect(await keysOf(content)).toEqual(['r5', 'r4', 'r3', 'r2'])
  })

  it('include the archive when it is shown or asked for', async () => {
    const { content } = await table()
    useTableState().showArchived = true
    expect(await keysOf(content)).toHaveLength(5)
    useTableState().showArchived = false
    useTableState().query = 'archived'
    expect(await keysOf(content)).toEqual(['r1'])
  })

  it('are sorted by size with missing values last in both directions, and names by their numbers', async () => {
    const { content } = await table()
    const state = useTableState()
    state.sorting = [{ id: 'hr10', desc: true }]
    expect(await keysOf(content)).toEqual(['r4', 'r5', 'r3', 'r2'])
    state.sorting = [{ id: 'hr10', desc: false }]
    expect(await keysOf(content)).toEqual(['r3', 'r5', 'r4', 'r2'])
    state.sorting = [{ id: 'name', desc: false }]
    expect(await keysOf(content)).toEqual(['r2', 'r3', 'r4', 'r5'])
  })

  it('change when a run changes', async () => {
    const { content } = await table()
    useTableState().query = 'state:failed'
    expect(await keysOf(content)).toEqual([])
    useRuns().put([{ ...ROWS[0], state: 'failed' }])
    expect(await keysOf(content)).toEqual(['r5'])
  })
})

describe('the keyboard in the table', () => {
  it('begins at the first line and stays inside', async () => {
    const { press } = await table()
    const selection = useSelection()
    expect(selection.focused).toBe('r5')
    await press('ArrowUp')
    expect(selection.focused).toBe('r5')
    await press('End')
    await press('ArrowDown')
    expect(selection.focused).toBe('r2')
    await press('PageUp')
    expect(selection.focused).toBe('r4')
  })

  it('selects with Space, extends with Shift from where it began, and shrinks again', async () => {
    const { press } = await table()
    const selection = useSelection()
    await press('ArrowDown')
    await press(' ')
    expect(selection.ids).toEqual(['r4'])
    await press('ArrowDown', { shiftKey: true })
    await press('ArrowDown', { shiftKey: true })
    expect(selection.ids).toEqual(['r4', 'r3', 'r2'])
    await press('ArrowUp', { shiftKey: true })
    expect(selection.ids).toEqual(['r4', 'r3'])
    await press('a', { ctrlKey: true })
    expect(selection.ids).toHaveLength(4)
    await press('Escape')
    expect(selection.ids).toEqual([])
  })

  it('unfolds a group, selects all its seeds, and folds it', async () => {
    const { content, press } = await table()
    useTableState().groupSeeds = true
    await press('Home')
    await press('ArrowRight')
    expect(await keysOf(content)).toEqual(['group:a', 'r5', 'r3', 'r4', 'r2'])
    await press(' ')
    expect(useSelection().ids).toEqual(['r5', 'r3'])
    await press('ArrowLeft')
    expect(await keysOf(content)).toEqual(['group:a', 'r4', 'r2'])
  })

  it('enters the inspector with Enter', async () => {
    const { press, entered } = await table()
    await press('Enter')
    expect(entered()).toBe(1)
  })

  it('goes to the line that has moved up when the current run is removed', async () => {
    await table()
    const selection = useSelection()
    selection.focus('r4')
    await nextTick()
    expect(useTableState().currentKey).toBe('r4')
    bridge.answer({ 'run:remove': ({ ids }) => ids.map((id) => ({ id, trashName: id })) })
    await useRuns().remove(['r4'])
    await nextTick()
    expect(selection.focused).toBe('r3')
  })

  it('takes a click with Ctrl into the selection, and with Shift all up to it', async () => {
    const { content, keys } = await table()
    const [, second, , fourth] = content.lines.value
    keys.click(second, new MouseEvent('click', { ctrlKey: true }))
    expect(useSelection().ids).toEqual(['r4'])
    keys.click(fourth, new MouseEvent('click', { shiftKey: true }))
    expect(useSelection().ids).toEqual(['r4', 'r3', 'r2'])
    keys.click(second, new MouseEvent('click'))
    expect(useSelection().ids).toHaveLength(3)
    expect(useSelection().focused).toBe('r4')
  })
})
