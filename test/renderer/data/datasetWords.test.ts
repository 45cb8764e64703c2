import { describe, expect, it } from 'vitest'
import type { DatasetEntry } from '../../../src-main/contract/datasetContract.ts'
import type { RunRow } from '../../../src-main/contract/runContract.ts'
import { demoRun, runsOnDataset } from '../../../src-renderer/views/data/datasetRuns.ts'
import {
  formatDensity,
  optionRows,
  roleWords,
  splitWords,
} from '../../../src-renderer/views/data/datasetWords.ts'
import { importAdvice, splitPlace } from '../../../src-renderer/views/data/importAdvice.ts'
import { description } from './fixtures.ts'

describe('a dataset in words', () => {
  it.each([
    [0.0446836, '4.47 %'],
    [0.000012345, '0.00123 %'],
    [1, '100 %'],
    [0, '0 %'],
  ])('density %f is %s', (density, words) => {
    expect(formatDensity(density)).toBe(words)
  })

  it('says who chose the test items', () => {
    expect(splitWords(description({ split: 'source' }))).toMatch(/come from the files; no validation items/)
    const split = splitWords(description({ split: 'leave-one-out', validationSource: 'random' }))
    expect(split).toMatch(/latest item of each user .* 99 sampled negatives; .* one random item/)
  })

  it('lists the options that apply to its form', () => {
    expect(optionRows(description({ form: 'ncf' }))).toEqual([['Validation', 'none']])
    const columns = { user: 2, item: 'song', rating: null }
    const rows = optionRows(
      description({ form: 'generic', options: { ratingThreshold: 4, columns, separator: '\t' } }),
    )
    expect(Object.fromEntries(rows)).toMatchObject({
      Positive: 'rating ≥ 4',
      Columns: 'user: 2, item: song, rating: not read',
      Separator: 'tab',
    })
  })

  it('names what its files are read as', () => {
    expect(roleWords('negatives')).toBe('sampled negatives')
    expect(roleWords(undefined)).toBe('not read')
  })
})

describe('why an import failed', () => {
  it('is split into the place and what is wrong there', () => {
    const { place, rest } = splitPlace('ml-1m/ratings.dat, line 7: 3 fields where 4 belong.')
    expect(place).toBe('ml-1m/ratings.dat, line 7')
    expect(rest).toBe('3 fields where 4 belong.')
    expect(splitPlace('No place: known.')).toEqual({ rest: 'No place: known.' })
  })

  it('is followed by what to do, whatever went wrong', () => {
    expect(importAdvice('truncated')).toMatch(/copy or download it again/)
    expect(importAdvice('never-heard-of')).toMatch(/choose the source again/)
  })
})

describe('the runs on a dataset', () => {
  const entry: DatasetEntry = { id: 'aaaaaaaaaaaa', description: description({}) }
  const row = (id: string, datasetId: string, hr10?: number, fingerprint = 'other') =>
    ({
      id,
      name: id === 'named' ? 'Paper' : '',
      state: 'finished',
      tags: [],
      data: { datasetId, fingerprint },
      ...(hr10 !== undefined && { summary: { test: { hr: [...Array<number>(9).fill(0), hr10] } } }),
    }) as unknown as RunRow

  it('are counted by data, the best by HR@10 on the test items', () => {
    const rows = [
      row('a', entry.id, 0.5),
      row('named', entry.id, 0.7),
      row('c', entry.id),
      row('copy', 'bbbbbbbbbbbb', 0.6, entry.description!.fingerprint),
      row('elsewhere', 'cccccccccccc', 0.9),
    ]
    expect(runsOnDataset(rows, entry)).toEqual({
      count: 4,
      best: { id: 'named', name: 'Paper', hr10: 0.7 },
    })
    expect(runsOnDataset([], entry)).toEqual({ count: 0 })
  })

  it('include a demo only while a finished one is there', () => {
    const demo = { ...row('demo', entry.id), tags: ['demo'] }
    expect(demoRun([row('a', entry.id), demo])?.id).toBe('demo')
    expect(demoRun([{ ...demo, state: 'unreadable' }])).toBeUndefined()
  })
})
