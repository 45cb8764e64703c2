import { importOptionsSchema, type DatasetDescription } from '../../../src-main/contract/vocabulary.ts'
import type { ImportOptionsInput } from '../../../src-main/contract/vocabulary.ts'

type Change = Partial<Omit<DatasetDescription, 'options'>> & { options?: ImportOptionsInput }

const SPREAD = { minimum: 1, lowerQuartile: 2, median: 3, upperQuartile: 4, ninetyFifth: 5, maximum: 6 }

/** A stored dataset as the application describes it. */
export function description({ options, ...change }: Change): DatasetDescription {
  return {
    schemaVersion: 1,
    id: 'aaaaaaaaaaaa',
    name: 'ml-tiny',
    form: 'ncf',
    options: importOptionsSchema.parse(options ?? {}),
    split: 'source',
    validationSource: null,
    report: {
      users: 6040,
      items: 3706,
      interactions: 1_000_209,
      density: 0.0446836,
      duplicatesCollapsed: 0,
      belowThreshold: 0,
      usersDropped: 0,
      positivesAmongOwnNegatives: 156,
      coldTestItems: 0,
      coldUsers: 0,
      usersWithFewerNegatives: 0,
      usersWithoutHeldOut: 0,
      heldOutInTrain: 0,
      activity: SPREAD,
      popularity: SPREAD,
      warnings: ['156 users with the held-out item among its own negatives.'],
    },
    fingerprint: 'f'.repeat(64),
    sources: [{ path: 'ml-tiny.train.rating', bytes: 2048, sha256: 'a'.repeat(64) }],
    origin: { readerVersion: 1, path: '/data/ml-tiny', files: [] },
    importedAt: '2026-11-24T10:00:00.000Z',
    ...change,
  }
}
