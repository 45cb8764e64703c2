import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  bestEpoch,
  epochRecordSchema,
  EpochSelectionError,
  type EpochRecord,
} from '../../src-main/core/run/epochRecord.ts'
import { migrate, type Migration } from '../../src-main/core/run/migration.ts'
import { RecordError } from '../../src-main/core/run/recordError.ts'
import { runConfigSchema } from '../../src-main/core/run/runConfig.ts'
import { changeLabels, parseRunLabels } from '../../src-main/core/run/runLabels.ts'
import { parseRunRecord } from '../../src-main/core/run/runRecord.ts'
import { summarizeRun } from '../../src-main/core/run/runSummary.ts'

const curve = (at10: number) => Array.from({ length: 20 }, (_, i) => (i < 9 ? 0 : at10))

function metrics(hr10: number) {
  return { users: 10, hr: curve(hr10), ndcg: curve(hr10 / 2), mrr: 0.25, auc: 0.75 }
}

function epoch(number: number, hr10: number, validationHr10?: number): EpochRecord {
  return {
    epoch: number,
    loss: 0.5,
    test: metrics(hr10),
    ...(validationHr10 !== undefined && { validation: metrics(validationHr10) }),
    trainSeconds: 1.5,
    evaluateSeconds: 0.25,
    samplesPerSecond: 1000,
    step: number * 10,
  }
}

function record(): Record<string, unknown> {
  return {
    schemaVersion: 1,
    id: '20261124-081530-neumf-x7k2',
    createdAt: '2026-11-24T08:15:30.000Z',
    status: 'created',
    config: runConfigSchema.parse({ model: 'NeuMF' }),
    data: { datasetId: 'd1', name: 'tiny', fingerprint: 'f00d', userCount: 3, itemCount: 4, interactions: 5 },
    provenance: {
      appVersion: '0.1.0',
      engine: 'cpu',
      device: 'CPU',
      arithmetic: 'portable',
      threads: 2,
      nodeVersion: '20.20.0',
      os: 'Linux',
      cpu: 'some CPU',
      sourceFiles: [{ name: 'a.rating', sha256: '00' }],
    },
  }
}

function failure(action: () => unknown): RecordError {
  try {
    action()
  } catch (error) {
    if (error instanceof RecordError) return error
    throw error
  }
  throw new Error('It did not throw.')
}

describe('the best epoch of a run', () => {
  it('has the highest test HR@10 under the paper selection, whatever validation says', () => {
    const epochs = [epoch(1, 0.3, 0.9), epoch(2, 0.6, 0.2), epoch(3, 0.5, 0.5)]
    expect(bestEpoch(epochs, 'paper')?.epoch).toBe(2)
    expect(bestEpoch(epochs, 'validation')?.epoch).toBe(1)
  })

  it('is the earlier one of equals, also when all are 0', () => {
    expect(bestEpoch([epoch(1, 0.3), epoch(2, 0.6), epoch(3, 0.6)], 'paper')?.epoch).toBe(2)
    expect(bestEpoch([epoch(1, 0), epoch(2, 0)], 'paper')?.epoch).toBe(1)
  })

  it('is none before the first epoch', () => {
    expect(bestEpoch([], 'validation')).toBeUndefined()
    expect(summarizeRun([], 'paper')).toBeUndefined()
  })

  it('cannot be chosen by validation where an epoch has no validation metrics', () => {
    expect(() => bestEpoch([epoch(1, 0.3, 0.3), epoch(2, 0.5)], 'validation')).toThrow(EpochSelectionError)
  })

  it('is never beaten by another epoch, and never tied by an earlier one', () => {
    const values = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(values, (hits) => {
        const best = bestEpoch(
          hits.map((hit, i) => epoch(i + 1, hit / 5)),
          'paper',
        )!
        expect(hits[best.epoch - 1]).toBe(Math.max(...hits))
        expect(hits.indexOf(Math.max(...hits))).toBe(best.epoch - 1)
      }),
    )
  })
})

describe('the summary of a run', () => {
  const withoutTest = (record: EpochRecord) => ({ ...record, test: undefined })

  it('holds what the best epoch was selected by, its test metrics and the time of all epochs', () => {
    const epochs = [epoch(1, 0.3, 0.2), epoch(2, 0.6, 0.1)]
    const ending = { test: metrics(0.31), weightsHash: 'a'.repeat(64) }
    const summary = summarizeRun(epochs.map(withoutTest), 'validation', ending)
    expect(summary).toEqual({
      last: { epoch: 2, loss: epochs[1].loss, hr10: 0.1, ndcg10: 0.05 },
      epochsCompleted: 2,
      bestEpoch: 1,
      selection: 'validation',
      selected: metrics(0.2),
      test: metrics(0.31),
      trainSeconds: 3,
      weightsHash: 'a'.repeat(64),
    })
    expect(summarizeRun(epochs, 'paper')?.test).toEqual(metrics(0.6))
    expect(summarizeRun(epochs.map(withoutTest), 'validation')?.test).toBeUndefined()
    expect(parseRunRecord({ ...record(), status: 'finished', summary }).summary).toEqual(summary)
  })
})

describe('a run record', () => {
  it('survives JSON unchanged', () => {
    const parsed = parseRunRecord(record())
    expect(parseRunRecord(JSON.parse(JSON.stringify(parsed)))).toEqual(parsed)
  })

  it.each([
    ['status', 'resting', 'status'],
    ['createdAt', 'yesterday', 'createdAt'],
    ['config', { model: 'CNN' }, 'config.model'],
    ['data', { datasetId: 'd1' }, 'data.fingerprint'],
    ['provenance', undefined, 'provenance'],
    ['surprise', 1, 'surprise'],
  ])('with a wrong %s names the field', (field, value, named) => {
    const error = failure(() => parseRunRecord({ ...record(), [field]: value }))
    expect(error.code).toBe('invalid-record')
    expect(error.message).toContain(named)
  })

  it.each([
    [null],
    [[]],
    ['text'],
    [{}],
    [{ schemaVersion: 0 }],
    [{ schemaVersion: '1' }],
    [{ schemaVersion: 1.5 }],
  ])('is not %j', (json) => expect(failure(() => parseRunRecord(json)).code).toBe('invalid-record'))

  it('of a newer schema version is told apart from a damaged one', () => {
    const error = failure(() => parseRunRecord({ ...record(), schemaVersion: 2 }))
    expect(error.code).toBe('newer-version')
    expect(error.message).toContain('version 2')
  })
})

describe('migration', () => {
  const migrations: Migration[] = [
    ({ title, ...rest }) => ({ ...rest, name: title }),
    (old) => ({ ...old, tags: String(old.tags).split(',') }),
  ]

  it('takes a record through every version in between', () => {
    const old = Object.freeze({ schemaVersion: 1, title: 'first', tags: 'a,b' })
    expect(migrate(old, migrations, 'It')).toEqual({ schemaVersion: 3, name: 'first', tags: ['a', 'b'] })
  })

  it('starts at the version of the record', () => {
    const old = { schemaVersion: 2, name: 'second', tags: 'c' }
    expect(migrate(old, migrations, 'It')).toEqual({ schemaVersion: 3, name: 'second', tags: ['c'] })
  })

  it('leaves a current record alone and refuses a newer one', () => {
    const current = { schemaVersion: 3, name: 'third', tags: [] }
    expect(migrate(current, migrations, 'It')).toEqual(current)
    expect(failure(() => migrate({ schemaVersion: 4 }, migrations, 'It')).code).toBe('newer-version')
  })
})

describe('labels', () => {
  it('start empty, are trimmed and keep a tag once', () => {
    const labels = changeLabels({ name: ' Baseline ', tags: ['a', 'b', 'a'] })
    expect(labels).toEqual({
      schemaVersion: 1,
      name: 'Baseline',
      tags: ['a', 'b'],
      notes: '',
      starred: false,
      archived: false,
    })
  })

  it('change in the named fields alone', () => {
    const labels = changeLabels({ starred: true }, changeLabels({ name: 'Baseline', notes: 'why' }))
    expect(labels).toMatchObject({ name: 'Baseline', notes: 'why', starred: true })
  })

  it('of a newer version or with an empty tag are refused', () => {
    expect(failure(() => parseRunLabels({ schemaVersion: 9 })).code).toBe('newer-version')
    expect(failure(() => changeLabels({ tags: [' '] })).message).toContain('tags.0')
  })
})

describe('an epoch record', () => {
  it.each([
    ['epoch', 0],
    ['loss', NaN],
    ['loss', Infinity],
    ['hr', curve(0.5).slice(1)],
    ['hr', curve(1.5)],
    ['step', 1.5],
    ['validation', { hr: [] }],
  ])('refuses %s = %j', (field, value) => {
    expect(epochRecordSchema.safeParse({ ...epoch(1, 0.5), [field]: value }).success).toBe(false)
  })
})
