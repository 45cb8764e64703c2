import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { provenanceSchema } from '../../src-main/core/run/runRecord.ts'
import { collectProvenance } from '../../src-main/node/provenance.ts'
import { loadPublishedResults } from '../../src-main/node/publishedResults.ts'
import { temporaryFolder } from './runFixture.ts'

describe('provenance', () => {
  it('names program, machine, arithmetic, threads and source files, and fits its schema', async () => {
    const sources = [{ path: 'x.train.rating', bytes: 3, sha256: 'ab'.repeat(32) }]
    const found = await collectProvenance({ dataset: { sources }, arithmetic: 'fma', threads: 'auto' })
    expect(provenanceSchema.parse(found)).toEqual(found)
    const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string }
    expect(found).toMatchObject({
      ...{ appVersion: version, engine: 'cpu', arithmetic: 'fma', threads: 'auto' },
      nodeVersion: process.versions.node,
      sourceFiles: [{ name: 'x.train.rating', sha256: 'ab'.repeat(32) }],
    })
    expect(found).not.toHaveProperty('electronVersion')
  })
})

describe('published results', () => {
  it('are read from the file that comes with the program', async () => {
    const results = await loadPublishedResults()
    expect(results).toContainEqual(
      expect.objectContaining({ source: 'post', model: 'GMF', factors: 32, hr10: 0.709, ndcg10: 0.427 }),
    )
  })

  it.each([
    ['no JSON', '{', /published\.json is not valid JSON/],
    ['another shape', '{"schemaVersion":1}', /published results is not valid: .*results/],
  ])('are refused when the file holds %s', async (_, text, message) => {
    const file = join(await temporaryFolder(), 'published.json')
    await writeFile(file, text)
    await expect(loadPublishedResults(file)).rejects.toThrow(message)
  })
})
