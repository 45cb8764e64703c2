// @vitest-environment happy-dom
import { mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import { nextTick } from 'vue'
import ImportVerdict from '../../../src-renderer/views/data/ImportVerdict.vue'
import type { DatasetVerdict } from '../../../src-renderer/views/data/importForm.ts'

const TABLE: DatasetVerdict = {
  kind: 'dataset',
  name: 'log',
  form: 'generic',
  files: [
    { path: 'log.csv', bytes: 2048, role: 'ratings' },
    { path: 'readme.txt', bytes: 10 },
  ],
  preview: {
    file: 'log.csv',
    separator: ',',
    columns: [{ header: 'user', role: 'user' }, { header: 'song', role: 'item' }, { header: 'when' }],
    rows: [['a', 'x', '100']],
  },
  raw: true,
}

let wrapper: VueWrapper | undefined
afterEach(() => wrapper?.unmount())

async function shown(verdict: DatasetVerdict) {
  wrapper = mount(ImportVerdict, {
    props: { source: { kind: 'path', path: '/data' }, verdict },
    attachTo: document.body,
  })
  await nextTick()
  await nextTick()
  return wrapper
}

describe('the verdict', () => {
  it('has the focus on Import, so that Enter imports what was dropped', async () => {
    const verdict = await shown({ ...TABLE, form: 'ncf', raw: false })
    expect(document.activeElement?.textContent?.trim()).toBe('Import')
    await verdict.get('form').trigger('submit')
    expect(verdict.emitted('importWith')).toEqual([[{ validation: false }]])
  })

  it('names the files with what they are read as, and counts the others', async () => {
    const text = (await shown(TABLE)).get('.files').text()
    expect(text).toMatch(/log\.csv\s*interactions\s*2\.0 KiB/)
    expect(text).toContain('1 other file is not read')
  })

  it('asks of split data for validation alone', async () => {
    const verdict = await shown({ ...TABLE, form: 'ncf', raw: false })
    expect(verdict.findAll('input[type=checkbox]')).toHaveLength(1)
    expect(verdict.find('select').exists()).toBe(false)
    expect(verdict.text()).not.toContain('Negatives per user')
  })

  it('lets the columns of a table be chosen and sends them by position', async () => {
    const verdict = await shown(TABLE)
    await verdict.get('select[aria-label="Column when is read as"]').setValue('timestamp')
    await verdict.get('form').trigger('submit')
    expect(verdict.emitted('importWith')?.[0]).toMatchObject([
      { columns: { user: 1, item: 2, rating: null, timestamp: 3, header: true } },
    ])
  })

  it('waits for a column of users, with the focus on the choice', async () => {
    const [, ...others] = TABLE.preview.columns
    const columns = [{ header: 'who' }, ...others]
    const verdict = await shown({ ...TABLE, preview: { ...TABLE.preview, columns } })
    expect(document.activeElement?.tagName).toBe('SELECT')
    expect(verdict.get('[role=alert]').text()).toBe('Choose the column of the users.')
    await verdict.get('form').trigger('submit')
    expect(verdict.emitted('importWith')).toBeUndefined()
    await verdict.get('select[aria-label="Column who is read as"]').setValue('user')
    await verdict.get('form').trigger('submit')
    expect(verdict.emitted('importWith')).toHaveLength(1)
  })

  it('shows what is wrong beside the field and imports nothing', async () => {
    const verdict = await shown(TABLE)
    const field = verdict.findAll('input').find((input) => input.element.value === '99')!
    await field.setValue('none')
    expect(field.attributes('aria-invalid')).toBe('true')
    const note = document.getElementById(field.attributes('aria-describedby')!)
    expect(note?.textContent).toBe('A whole number from 1 to 10,000.')
    await verdict.get('form').trigger('submit')
    expect(verdict.emitted('importWith')).toBeUndefined()
  })
})
