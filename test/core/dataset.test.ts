import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Dataset } from '../../src-main/core/dataset/dataset.ts'
import { datasetBytes, parseDatasetBytes } from '../../src-main/core/dataset/datasetBytes.ts'
import { DatasetError } from '../../src-main/core/dataset/datasetError.ts'
import { reportDataset } from '../../src-main/core/dataset/datasetReport.ts'
import { splitLeaveOneOut, type SplitOptions } from '../../src-main/core/dataset/leaveOneOut.ts'
import { assembleNcf, type NcfFiles } from '../../src-main/core/dataset/ncfDataset.ts'
import type { RawInteractions } from '../../src-main/core/dataset/rawInteractions.ts'

type Row = [user: number, item: number, time?: number, positive?: number]

const DEFAULTS: SplitOptions = {
  minimumInteractions: 2,
  evaluationSeed: '42',
  negativesPerUser: 3,
  validation: false,
}

function raw(rows: Row[]): RawInteractions {
  const column = (i: number) => rows.map((row) => row[i] as number)
  const count = (ids: number[]) => Math.max(-1, ...ids) + 1
  return {
    users: Int32Array.from(column(0)),
    items: Int32Array.from(column(1)),
    ...(rows.every((row) => row[2] !== undefined) ? { timestamps: Float64Array.from(column(2)) } : {}),
    ...(rows.every((row) => row[3] !== undefined) ? { positive: Uint8Array.from(column(3)) } : {}),
    userCount: count(column(0)),
    itemCount: count(column(1)),
  }
}

function split(rows: Row[], options: Partial<SplitOptions> = {}) {
  return splitLeaveOneOut(raw(rows), { ...DEFAULTS, ...options })
}

function trainOf(dataset: Dataset, user: number): number[] {
  return Array.from(dataset.trainItems.subarray(dataset.trainStart[user], dataset.trainStart[user + 1]))
}

function candidatesOf(dataset: Dataset, user: number): number[] {
  return Array.from(
    dataset.candidates.subarray(dataset.candidateStart[user], dataset.candidateStart[user + 1]),
  )
}

describe('leave-one-out', () => {
  it('holds out the latest by timestamp and keeps the rest ascending', () => {
    const { dataset } = split([
      [0, 0, 5],
      [0, 1, 9],
      [0, 2, 7],
      [1, 2, 1],
      [1, 0, 2],
    ])
    expect(Array.from(dataset.heldOut)).toEqual([1, 0])
    expect(trainOf(dataset, 0)).toEqual([0, 2])
    expect(trainOf(dataset, 1)).toEqual([2])
    expect(dataset.validation).toBeUndefined()
  })

  it('breaks ties by position in the file, and without timestamps takes the last row', () => {
    expect(
      split([
        [0, 0, 5],
        [0, 1, 5],
        [0, 2, 4],
      ]).dataset.heldOut[0],
    ).toBe(1)
    expect(
      split(
        [
          [0, 2],
          [0, 0],
          [0, 1],
        ].map(([u, i]): Row => [u, i]),
      ).dataset.heldOut[0],
    ).toBe(1)
  })

  it('holds out the second latest for validation where a training item remains', () => {
    const { dataset } = split(
      [
        [0, 0, 1],
        [0, 1, 3],
        [0, 2, 2],
        [1, 0, 1],
        [1, 1, 2],
      ],
      { validation: true },
    )
    expect(Array.from(dataset.heldOut)).toEqual([1, 1])
    expect(Array.from(dataset.validation!)).toEqual([2, -1])
    expect(trainOf(dataset, 0)).toEqual([0])
    expect(trainOf(dataset, 1)).toEqual([0])
  })

  it('collapses repeated pairs to the latest, ties to the later in the file', () => {
    const found = split([
      [0, 0, 9],
      [0, 1, 5],
      [0, 2, 6],
      [0, 0, 1],
      [0, 1, 9],
    ])
    expect(found.duplicatesCollapsed).toBe(2)
    // Item 0 keeps time 9 of row 0, item 1 time 9 of row 4, which comes later.
    expect(found.dataset.heldOut[0]).toBe(1)
    expect(trainOf(found.dataset, 0)).toEqual([0, 2])
  })

  it('drops users under the minimum, then items nobody is left for, and numbers the rest by first row', () => {
    const found = split([
      [0, 0, 1],
      [1, 1, 1],
      [1, 3, 2],
      [2, 2, 1],
      [2, 3, 2],
    ])
    expect(found.usersDropped).toBe(1)
    expect(Array.from(found.keptUsers)).toEqual([1, 2])
    expect(Array.from(found.keptItems)).toEqual([1, 2, 3])
    expect(Array.from(found.dataset.heldOut)).toEqual([2, 2])
    expect(trainOf(found.dataset, 1)).toEqual([1])
  })

  it('leaves a user with one interaction to training when the minimum is 1', () => {
    const { dataset } = split(
      [
        [0, 0, 1],
        [1, 0, 1],
        [1, 1, 2],
      ],
      { minimumInteractions: 1 },
    )
    expect(Array.from(dataset.heldOut)).toEqual([-1, 1])
    expect(candidatesOf(dataset, 0)).toEqual([])
  })

  it('judges a pair by its latest rating, and never offers a touched item as a negative', () => {
    // User 0 rated item 2 under the threshold; user 1 makes it an item of the dataset.
    const rows: Row[] = [
      [0, 0, 1, 1],
      [0, 1, 2, 1],
      [0, 2, 3, 0],
      [1, 2, 1, 1],
      [1, 3, 2, 1],
      [1, 0, 1, 1],
      [1, 0, 5, 0],
    ]
    const found = split(rows)
    expect(found.belowThreshold).toBe(2)
    expect(found.dataset.heldOut[0]).toBe(1)
    expect(candidatesOf(found.dataset, 0)).toEqual([3])
    expect(candidatesOf(found.dataset, 1)).toEqual([1])
  })

  it('says so when nobody is left', () => {
    expect(() =>
      split([
        [0, 0, 1],
        [1, 1, 1],
      ]),
    ).toThrow(expect.objectContaining({ code: 'nothing-left' }))
  })

  it('agrees with a plain account of the same rules on any rows', () => {
    const row = fc.tuple(fc.nat(4), fc.nat(6), fc.nat(3), fc.nat(1)) as fc.Arbitrary<Row>
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 60 }), fc.boolean(), (rows, validation) => {
        const expected = plainSplit(rows, validation)
        if (expected.length === 0) {
          expect(() => split(rows, { validation })).toThrow(DatasetError)
          return
        }
        const { dataset, keptUsers, keptItems } = split(rows, { validation })
        const rawItem = (item: number) => (item < 0 ? -1 : keptItems[item])
        const actual = Array.from(keptUsers, (user, u) => ({
          user,
          train: trainOf(dataset, u).map(rawItem),
          test: rawItem(dataset.heldOut[u]),
          validation: rawItem(dataset.validation?.[u] ?? -1),
        }))
        expect(actual).toEqual(expected)
        const touched = (user: number) => rows.filter(([u]) => u === user).map(([, item]) => item)
        actual.forEach(({ user }, u) => {
          const bad = candidatesOf(dataset, u).filter((item) => touched(user).includes(keptItems[item]))
          expect(bad).toEqual([])
        })
      }),
    )
  })
})

/** The rules by sorting and searching, on raw numbers. */
function plainSplit(rows: Row[], validation: boolean) {
  const later = (a: number, b: number) => rows[a][2]! - rows[b][2]! || a - b
  return [...new Set(rows.map(([user]) => user))]
    .sort((a, b) => a - b)
    .flatMap((user) => {
      const mine = rows.flatMap(([owner], i) => (owner === user ? [i] : [])).sort(later)
      const latest = new Map(mine.map((i) => [rows[i][1], i]))
      const positives = [...latest.values()]
        .filter((i) => rows[i][3] === 1)
        .sort(later)
        .map((i) => rows[i][1])
      if (positives.length < 2) return []
      const test = positives.at(-1)!
      const before = validation && positives.length >= 3 ? positives.at(-2)! : -1
      const train = positives.filter((item) => item !== test && item !== before).sort((a, b) => a - b)
      return [{ user, train, test, validation: before }]
    })
}

const NCF: NcfFiles = {
  userCount: 3,
  itemCount: 5,
  trainUsers: Int32Array.of(0, 0, 0, 1, 1, 0),
  trainItems: Int32Array.of(2, 0, 1, 3, 4, 2),
  trainTimestamps: Float64Array.of(1, 9, 3, 2, 1, 1),
  heldOut: Int32Array.of(3, 0, 4),
  candidateStart: Uint32Array.of(0, 2, 4, 5),
  candidates: Int32Array.of(4, 3, 1, 2, 0),
}

describe('the NCF form', () => {
  it('keeps the split and the candidates as they are, and collapses repeated training rows', () => {
    const { dataset, duplicatesCollapsed, validationSource } = assembleNcf(NCF, {
      validation: false,
      evaluationSeed: '42',
    })
    expect(duplicatesCollapsed).toBe(1)
    expect([0, 1, 2].map((user) => trainOf(dataset, user))).toEqual([[0, 1, 2], [3, 4], []])
    expect(dataset.heldOut).toBe(NCF.heldOut)
    expect(dataset.candidates).toBe(NCF.candidates)
    expect(validationSource).toBeNull()
  })

  it('takes the latest training item for validation where there is an order in time', () => {
    const { dataset, validationSource } = assembleNcf(NCF, { validation: true, evaluationSeed: '42' })
    expect(validationSource).toBe('latest')
    expect(Array.from(dataset.validation!)).toEqual([0, 3, -1])
    expect([0, 1, 2].map((user) => trainOf(dataset, user))).toEqual([[1, 2], [4], []])
  })

  it('draws it from the seed where the timestamps are all equal or absent', () => {
    const files = { ...NCF, trainTimestamps: new Float64Array(6) }
    const first = assembleNcf(files, { validation: true, evaluationSeed: '42' })
    const absent = assembleNcf(
      { ...NCF, trainTimestamps: undefined },
      { validation: true, evaluationSeed: '42' },
    )
    expect(first.validationSource).toBe('random')
    expect(absent.dataset.validation).toEqual(first.dataset.validation)
    const seeds = Array.from({ length: 30 }, (_, seed) =>
      assembleNcf(files, { validation: true, evaluationSeed: `${seed}` }),
    )
    expect(new Set(seeds.map(({ dataset }) => dataset.validation![0]))).toEqual(new Set([0, 1, 2]))
  })
})

describe('the quality report', () => {
  it('counts what is peculiar and says it in sentences', () => {
    const { dataset, duplicatesCollapsed } = assembleNcf(NCF, { validation: false, evaluationSeed: '42' })
    const leaking = { ...dataset, heldOut: Int32Array.of(3, 4, -1) }
    const report = reportDataset(leaking, {
      duplicatesCollapsed,
      belowThreshold: 0,
      usersDropped: 2,
      negativesWanted: 3,
      warnings: ['First.'],
    })
    expect(report).toMatchObject({
      users: 3,
      items: 5,
      interactions: 7,
      density: 7 / 15,
      duplicatesCollapsed: 1,
      usersDropped: 2,
      positivesAmongOwnNegatives: 1,
      coldTestItems: 0,
      coldUsers: 0,
      usersWithFewerNegatives: 2,
      usersWithoutHeldOut: 1,
      heldOutInTrain: 1,
      activity: { minimum: 0, median: 2, maximum: 3 },
    })
    expect(report.warnings[0]).toBe('First.')
    expect(report.warnings).toHaveLength(7)
  })

  it('counts cold items once and cold users each', () => {
    const { dataset } = assembleNcf(
      { ...NCF, itemCount: 6, heldOut: Int32Array.of(5, 5, 5) },
      { validation: false, evaluationSeed: '42' },
    )
    const report = reportDataset(dataset, {
      duplicatesCollapsed: 0,
      belowThreshold: 0,
      usersDropped: 0,
      negativesWanted: 1,
      warnings: [],
    })
    expect(report).toMatchObject({ coldTestItems: 1, coldUsers: 1, usersWithFewerNegatives: 0 })
  })
})

function joined(dataset: Dataset): Uint8Array {
  return Uint8Array.from(datasetBytes(dataset).flatMap((piece) => Array.from(piece)))
}

describe('canonical bytes', () => {
  const { dataset } = assembleNcf(NCF, { validation: true, evaluationSeed: '42' })

  it('are laid out as documented', () => {
    const bytes = joined(dataset)
    const view = new DataView(bytes.buffer)
    expect(String.fromCharCode(...bytes.subarray(0, 8))).toBe('NCFDATA1')
    expect([8, 12, 16, 20, 24, 28].map((at) => view.getUint32(at, true))).toEqual([3, 5, 1, 3, 5, 0])
    expect([32, 36, 40, 44].map((at) => view.getUint32(at, true))).toEqual([0, 2, 3, 3])
    expect(bytes.length).toBe(32 + 4 * (4 + 3 + 3 + 3 + 4 + 5))
  })

  it('give the dataset back, aligned or not', () => {
    const bytes = joined(dataset)
    const shifted = new Uint8Array(bytes.length + 1)
    shifted.set(bytes, 1)
    expect(parseDatasetBytes(bytes, 'arrays.bin')).toEqual(dataset)
    expect(parseDatasetBytes(shifted.subarray(1), 'arrays.bin')).toEqual(dataset)
  })

  it('are refused when cut anywhere or when an index leaves its range', () => {
    const bytes = joined(dataset)
    for (let length = 0; length < bytes.length; length++) {
      expect(() => parseDatasetBytes(bytes.slice(0, length), 'arrays.bin')).toThrow(/^arrays\.bin: /)
    }
    for (const wrong of [
      { heldOut: Int32Array.of(5, 0, 0) },
      { candidates: Int32Array.of(-1, 0, 0, 0, 0) },
      { trainStart: Uint32Array.of(0, 3, 2, 3) },
      { candidateStart: Uint32Array.of(0, 0, 0, 4) },
    ]) {
      expect(() => parseDatasetBytes(joined({ ...dataset, ...wrong }), 'arrays.bin')).toThrow(DatasetError)
    }
  })

  it('never lead to anything but a dataset or a DatasetError', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { maxLength: 4 }), (changes) => {
        const bytes = joined(dataset)
        for (const [at, value] of changes) bytes[at % bytes.length] = value
        try {
          parseDatasetBytes(bytes, 'arrays.bin')
        } catch (error) {
          expect(error).toBeInstanceOf(DatasetError)
        }
      }),
    )
  })
})
