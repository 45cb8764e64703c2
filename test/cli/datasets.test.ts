import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { callNcf, jsonLines, ncf, ncfJson, temporaryLibrary, writeTinyNcf } from './ncfProcess.ts'

const library = await temporaryLibrary()
let id: string

beforeAll(async () => {
  const folder = await writeTinyNcf(join(library, 'sources', 'tiny'), 'tiny')
  id = (await ncfJson(library, 'datasets', 'import', folder))[0].id as string
})

describe('datasets', () => {
  it('says of an import what it is', async () => {
    const [line] = await ncfJson(library, 'datasets', 'import', join(library, 'sources', 'tiny'))
    expect(line).toMatchObject({
      event: 'dataset',
      ...{ id, name: 'tiny', form: 'ncf', split: 'source', users: 6, items: 12, validation: false },
    })
    expect(line.warnings).toBeInstanceOf(Array)
  })

  it('says under which name data is stored already', async () => {
    const { code, stdout, stderr } = await ncf(
      library,
      ...['datasets', 'import', join(library, 'sources', 'tiny'), '--name', 'other'],
    )
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: 'note: this data is in the library already, as "tiny".\n',
    })
    expect(stdout).toMatch(/^tiny \(ncf, /)
  })

  it('reads a generic table by the columns and settings that are given', async () => {
    const file = join(library, 'sources', 'table.txt')
    const rows = ['a', 'b'].flatMap((user) => [1, 2, 3, 4].map((k) => `${k};${user};x${k};${5 - k}`))
    await writeFile(file, `when;who;what;stars\n${rows.join('\n')}\n`)
    const columns = ['--user-column', 'who', '--item-column', '3', '--rating-column', 'stars']
    const settings = ['--rating-threshold', '2', '--negatives-per-user', '1', '--min-interactions', '3']
    const flags = [...columns, '--timestamp-column', 'when', '--separator', ';', ...settings, '--validation']
    const [line] = await ncfJson(library, 'datasets', 'import', file, '--name', 'stars', ...flags)
    expect(line).toMatchObject({
      name: 'stars',
      form: 'generic',
      users: 2,
      interactions: 6,
      validation: true,
    })
    const [shown] = await ncfJson(library, 'datasets', 'show', 'stars')
    expect(shown.options).toMatchObject({ ratingThreshold: 2, negativesPerUser: 1, minimumInteractions: 3 })
  })

  it('shows the quality report in words', async () => {
    const { code, stdout } = await callNcf(library, ['datasets', 'show', 'tiny'])
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /^tiny \(ncf\), dataset [0-9a-f]{12}\n6 users, 12 items, 24 interactions \(33\.33 %/,
    )
    expect(stdout).toMatch(/^Split: test items and negatives are the source’s own\.$/m)
    expect(stdout).toMatch(/^Training items a user: median 3, .*from 3 to 3$/m)
    expect(stdout).toMatch(/tiny\.train\.rating, \d+ bytes, SHA-256 [0-9a-f]{64}/)
  })

  it('lists damaged ones with their problem among the good, and removes both kinds to the trash', async () => {
    const [broken] = await ncfJson(library, 'datasets', 'import', 'sample')
    await writeFile(join(library, 'datasets', broken.id as string, 'dataset.json'), '{"schema')
    const listed = await ncfJson(library, 'datasets', 'list')
    expect(listed.find((line) => line.id === id)).toMatchObject({ name: 'tiny' })
    expect(listed.find((line) => line.id === broken.id)).toMatchObject({ problem: { code: 'damaged' } })
    const { code, stdout } = await callNcf(library, ['datasets', 'list'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/│ tiny +│ ncf +│ 6 /)
    expect(stdout).toMatch(new RegExp(`^${broken.id as string}: .*damaged`, 'm'))

    const removed = await ncfJson(library, 'datasets', 'remove', 'tiny', broken.id as string)
    expect(removed.map((line) => line.id)).toEqual([id, broken.id])
    const left = (await ncfJson(library, 'datasets', 'list')).map((line) => line.id)
    expect(left).not.toContain(id)
    expect(left).not.toContain(broken.id)

    const trashed = await ncfJson(library, 'trash', 'list')
    expect(trashed.map((line) => line.id)).toEqual([broken.id, id])
    expect(trashed[1]).toMatchObject({ event: 'trashed', kind: 'dataset', datasetName: 'tiny' })
    const restored = await ncfJson(library, 'trash', 'restore', trashed[1].name as string)
    expect(restored).toEqual([{ event: 'restored', kind: 'dataset', id }])
    expect((await ncfJson(library, 'datasets', 'list')).map((line) => line.id)).toContain(id)
    const again = await callNcf(library, ['trash', 'restore', trashed[1].name as string])
    expect(again).toMatchObject({ code: 1, stderr: expect.stringMatching(/^error: There is no "dataset-/) })
    expect((await callNcf(library, ['trash', 'empty'])).stdout).toBe(
      'Deleted for good: 0 runs and 1 dataset.\n',
    )
    expect(await ncfJson(library, 'trash', 'list')).toEqual([])
  })

  it('says how to begin when there are none', async () => {
    const empty = join(library, 'empty')
    expect((await callNcf(empty, ['datasets', 'list'])).stdout).toContain('ncf datasets import PATH')
    expect(await ncfJson(empty, 'datasets', 'list')).toEqual([])
  })
})

describe('doctor', () => {
  it('finds the engine working, and counts what is damaged in the library', async () => {
    const home = join(library, 'patient')
    const [{ id: broken }] = await ncfJson(home, 'datasets', 'import', 'sample')
    await rm(join(home, 'datasets', broken as string, 'dataset.json'))
    const outcome = await ncf(home, 'doctor', '--json')
    expect(outcome.code).toBe(0)
    const found = new Map(jsonLines(outcome).map(({ check, ...rest }) => [check, rest]))
    expect(found.get('SIMD (portable)')).toMatchObject({ state: 'ok' })
    expect(found.get('baselines')).toMatchObject({ state: 'ok' })
    expect(found.get('library')).toMatchObject({ state: 'ok', found: home })
    expect(found.get('datasets')).toMatchObject({
      state: 'note',
      found: `1, of which damaged: ${broken as string} (damaged)`,
    })
    expect(found.get('runs')).toMatchObject({ state: 'ok', found: '0' })
    for (const check of ['Node', 'cores', 'memory', 'threads', 'free space'])
      expect(found.has(check), check).toBe(true)
  })

  it('ends with 1 when the library cannot be', async () => {
    const file = join(library, 'a-file')
    await writeFile(file, '')
    const { code, stdout } = await callNcf(file, ['doctor'])
    expect(code).toBe(1)
    expect(stdout).toMatch(/PROBLEM │ library/)
  })
})
