import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  parsePublishedResults,
  publishedDataset,
  publishedFor,
} from '../../src-main/core/run/publishedResults.ts'

const file = new URL('../../resources/published-results.json', import.meta.url)
const json = JSON.parse(readFileSync(file, 'utf8')) as { results: { source: string }[]; sources: object }
const results = parsePublishedResults(json)

describe('the published results', () => {
  it('are all there, each with its citation, and no citation is unused', () => {
    // 3 of the post, 8 of a reimplementation, 16 + 20 of the paper, 9 of later work, 1 tuned MF.
    expect(results).toHaveLength(57)
    expect(results.every((row) => row.citation.length > 20)).toBe(true)
    expect(new Set(results.map((row) => row.sourceName)).size).toBe(Object.keys(json.sources).length)
    expect(results.find(({ source }) => source === 'he2017')?.sourceName).toBe('He et al. 2017')
    expect(new Set(json.results.map((row) => row.source))).toEqual(new Set(Object.keys(json.sources)))
  })

  it('have no row twice and an NDCG@10 below the HR@10', () => {
    const keys = results.map((row) =>
      [row.source, row.dataset, row.model, row.factors, row.layers, row.pretrained].join(),
    )
    expect(new Set(keys).size).toBe(results.length)
    expect(results.filter((row) => row.ndcg10 >= row.hr10)).toEqual([])
  })

  it('rise with every layer of the MLP at equal factors in HR, as the paper argues', () => {
    for (const factors of [8, 16, 32, 64]) {
      const rows = results.filter((row) => row.layers !== undefined && row.factors === factors)
      expect(rows.map((row) => row.layers)).toEqual([0, 1, 2, 3, 4])
      expect(rows.map((row) => row.hr10)).toEqual(rows.map((row) => row.hr10).sort())
    }
  })

  it('stand beside a run of the same data, model and size', () => {
    const rows = publishedFor(results, { datasetName: 'ml-1m', model: 'NeuMF', factors: 32, layers: 3 })
    const shown = rows.map((row) => [row.source, row.hr10, row.ndcg10, row.pretrained])
    expect(shown).toContainEqual(['post', 0.702, 0.425, false])
    expect(shown).toContainEqual(['he2017', 0.726, 0.445, true])
    expect(shown).toContainEqual(['he2017', 0.701, 0.425, false])
    expect(shown).toContainEqual(['tois2021', 0.7093, 0.4349, false])
    expect(rows.every((row) => row.factors === undefined || row.factors === 32)).toBe(true)
  })

  it('with a number of layers stand only beside runs of as many', () => {
    const query = { datasetName: 'ML-1M (NCF form)', model: 'MLP', factors: 8 }
    const paper = (layers?: number) =>
      publishedFor(results, { ...query, layers })
        .filter((row) => row.source === 'he2017')
        .map((row) => row.hr10)
    expect(paper(3)).toEqual([0.671])
    expect(paper(0)).toEqual([0.452])
    expect(paper(undefined)).toEqual([])
  })

  it.each([
    ['ml-1m', 'ml-1m'],
    ['MovieLens 1M', 'ml-1m'],
    ['my-ml-1m-copy', 'ml-1m'],
    ['pinterest-20', 'pinterest'],
    ['ml-100k', undefined],
    ['ml-10m', undefined],
    ['html-1mb', undefined],
  ])('know the dataset of %s as %s', (name, dataset) => {
    expect(publishedDataset(name)).toBe(dataset)
  })

  it('stand beside no run on other data', () => {
    expect(publishedFor(results, { datasetName: 'sample', model: 'NeuMF', factors: 32, layers: 3 })).toEqual(
      [],
    )
  })

  it.each([
    [{ ...json, schemaVersion: 2 }],
    [{ ...json, sources: {} }],
    [{ ...json, results: [{ ...json.results[0], hr10: 70.2 }] }],
    [null],
  ])('are refused when the file is wrong (case %#)', (wrong) => {
    expect(() => parsePublishedResults(wrong)).toThrow(/published results is not valid/)
  })
})
