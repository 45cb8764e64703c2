import { join } from 'node:path'
import { writeFileSync } from 'node:fs'
import { zipSync, strToU8 } from 'fflate'
import { describe, expect, it } from 'vitest'
import { inspectSource } from '../../src-main/node/sourceInspection.ts'
import { demoPath, samplePath } from '../../src-main/node/welcome.ts'
import { CSV, ncfFiles, sourceFolder } from './datasetSources.ts'

describe('a source is looked at before it is imported:', () => {
  it('the NCF form, with its three files and the first rows', async () => {
    const verdict = await inspectSource(samplePath())
    expect(verdict).toMatchObject({ kind: 'dataset', form: 'ncf', name: 'sample', raw: false })
    if (verdict.kind !== 'dataset') return
    const roles = Object.fromEntries(verdict.files.map(({ path, role }) => [path, role]))
    expect(roles).toMatchObject({
      'sample.train.rating': 'train',
      'sample.test.rating': 'test',
      'sample.test.negative': 'negatives',
      'sample.items.tsv': 'titles',
    })
    expect(verdict.preview.columns.map(({ role }) => role)).toEqual(['user', 'item', 'rating', 'timestamp'])
    expect(verdict.preview.rows).toHaveLength(10)
    expect(verdict.preview.rows.every((row) => row.length === 4)).toBe(true)
  })

  it('a table with a header, whose columns are named, and a file that is not read', async () => {
    const folder = await sourceFolder({
      'likes.csv': `when,${CSV}`.replace(/\n(?=.)/g, '\n7,'),
      'a.txt': 'hi',
    })
    const verdict = await inspectSource(folder)
    expect(verdict).toMatchObject({ kind: 'dataset', form: 'generic', raw: true })
    if (verdict.kind !== 'dataset') return
    expect(verdict.preview.columns).toEqual([
      { header: 'when' },
      { header: 'userId', role: 'user' },
      { header: 'movieId', role: 'item' },
      { header: 'rating', role: 'rating' },
      { header: 'timestamp', role: 'timestamp' },
    ])
    expect(verdict.preview.rows[0]).toEqual(['7', '1', '10', '4.0', '100'])
    expect(verdict.files.find(({ path }) => path === 'a.txt')!.role).toBeUndefined()
  })

  it('a table whose columns nobody knows, so that they can be chosen', async () => {
    const verdict = await inspectSource(join(await sourceFolder({ 'x.csv': 'foo;bar\n1;2\n' }), 'x.csv'))
    expect(verdict).toMatchObject({
      preview: { columns: [{ header: 'foo' }, { header: 'bar' }], rows: [['1', '2']] },
    })
  })

  it('a .zip of data, and an exported run', async () => {
    const folder = await sourceFolder({})
    const files = Object.entries(ncfFiles()).map(([name, text]) => [name, strToU8(String(text))])
    writeFileSync(join(folder, 'toy.zip'), zipSync(Object.fromEntries(files)))
    expect(await inspectSource(join(folder, 'toy.zip'))).toMatchObject({ kind: 'dataset', form: 'ncf' })
    expect(await inspectSource(demoPath())).toMatchObject({ kind: 'run', name: 'neumf-sample' })
  })

  it('what holds nothing, with what was looked for', async () => {
    await expect(inspectSource(await sourceFolder({ 'a.txt': 'hi' }))).rejects.toMatchObject({
      code: 'no-dataset',
    })
    await expect(inspectSource('/nowhere/at/all')).rejects.toMatchObject({ code: 'not-found' })
  })
})
