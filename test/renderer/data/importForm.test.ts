import { nextTick, ref } from 'vue'
import { describe, expect, it } from 'vitest'
import {
  assignRole,
  columnOptions,
  missingRoles,
  previewTable,
  recognisedRoles,
  type Preview,
} from '../../../src-renderer/views/data/columnRoles.ts'
import { useImportForm, type DatasetVerdict } from '../../../src-renderer/views/data/importForm.ts'

const PREVIEW: Preview = {
  file: 'log.csv',
  separator: ',',
  columns: [
    { header: 'user', role: 'user' },
    { header: 'item', role: 'item' },
    { header: 'stars', role: 'rating' },
    { header: 'when' },
  ],
  rows: [['a', 'x', '4', '100']],
}
const TABLE: DatasetVerdict = {
  kind: 'dataset',
  name: 'log',
  form: 'generic',
  files: [{ path: 'log.csv', bytes: 40, role: 'ratings' }],
  preview: PREVIEW,
  raw: true,
}
const SPLIT: DatasetVerdict = { ...TABLE, name: 'ml-1m', form: 'ncf', raw: false }

describe('the roles of columns', () => {
  it('are those that the names gave', () => {
    expect(recognisedRoles(PREVIEW)).toEqual(['user', 'item', 'rating', undefined])
  })

  it('belong to one column each', () => {
    const roles = assignRole(recognisedRoles(PREVIEW), 3, 'user')
    expect(roles).toEqual([undefined, 'item', 'rating', 'user'])
    expect(missingRoles(assignRole(roles, 3, undefined))).toEqual(['user'])
  })

  it('leave several columns unread', () => {
    const roles = assignRole(assignRole(recognisedRoles(PREVIEW), 2, undefined), 0, undefined)
    expect(roles).toEqual([undefined, 'item', undefined, undefined])
  })

  it('are not sent where nothing differs from what is found anyway', () => {
    expect(columnOptions(PREVIEW, recognisedRoles(PREVIEW), true)).toBeUndefined()
  })

  it('are sent by position, with what is not to be read', () => {
    const roles = assignRole(recognisedRoles(PREVIEW), 2, undefined)
    expect(columnOptions(PREVIEW, roles, true)).toEqual({
      user: 1,
      item: 2,
      rating: null,
      timestamp: null,
      header: true,
    })
  })

  it('are sent when the first line is a row, which the preview then shows as one', () => {
    expect(columnOptions(PREVIEW, recognisedRoles(PREVIEW), false)).toMatchObject({
      rating: 3,
      header: false,
    })
    const { names, rows } = previewTable(PREVIEW, false)
    expect(names).toEqual(['Column 1', 'Column 2', 'Column 3', 'Column 4'])
    expect(rows).toEqual([['user', 'item', 'stars', 'when'], PREVIEW.rows[0]])
  })
})

describe('the import form', () => {
  it('is ready as it comes, with the defaults', () => {
    const form = useImportForm(() => TABLE)
    expect(form.ready.value).toBe(true)
    expect(form.options.value).toEqual({
      minimumInteractions: 2,
      negativesPerUser: 99,
      evaluationSeed: '42',
      validation: false,
    })
  })

  it('asks of split data for nothing but a name and validation', () => {
    const form = useImportForm(() => SPLIT)
    expect(form.options.value).toEqual({ validation: false })
    form.fields.name = ' mine '
    form.fields.validation = true
    expect(form.options.value).toEqual({ name: 'mine', validation: true, evaluationSeed: '42' })
  })

  it.each([
    ['name', '  '],
    ['minimumInteractions', ''],
    ['minimumInteractions', '0'],
    ['negativesPerUser', '10001'],
    ['negativesPerUser', 'many'],
    ['evaluationSeed', '-1'],
    ['evaluationSeed', '18446744073709551616'],
    ['ratingThreshold', 'four'],
  ] as const)('says what belongs into %s instead of "%s"', (field, text) => {
    const form = useImportForm(() => TABLE)
    form.fields[field] = text
    expect(Object.keys(form.problems.value)).toEqual([field])
    expect(form.problems.value[field]).toMatch(/^[A-Z].*\.$/)
    expect(form.ready.value).toBe(false)
  })

  it('refuses a threshold where no column holds ratings', () => {
    const form = useImportForm(() => TABLE)
    form.fields.ratingThreshold = '3.5'
    expect(form.options.value.ratingThreshold).toBe(3.5)
    expect(form.ready.value).toBe(true)
    form.roles.value = assignRole(form.roles.value, 2, undefined)
    expect(form.problems.value.ratingThreshold).toContain('No column holds ratings')
  })

  it('wants a column of users and one of items', () => {
    const form = useImportForm(() => TABLE)
    form.roles.value = [undefined, undefined, 'rating', undefined]
    expect(form.problems.value.columns).toBe('Choose the column of the users and the items.')
  })

  it('takes the roles anew when the table was cut at another separator, and keeps the rest', async () => {
    const verdict = ref(TABLE)
    const form = useImportForm(() => verdict.value)
    form.fields.name = 'mine'
    form.separator.value = ';'
    verdict.value = { ...TABLE, preview: { ...PREVIEW, separator: ';', columns: [{ header: 'user,item' }] } }
    await nextTick()
    expect(form.roles.value).toEqual([undefined])
    expect(form.options.value).toMatchObject({ name: 'mine', separator: ';' })
    expect(form.ready.value).toBe(false)
  })
})
