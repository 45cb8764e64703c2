import { describe, expect, it } from 'vitest'
import { BatchSampler, usersOfPositives } from '../../../src-main/core/sampling/batches.ts'
import { isTrainItem } from '../../../src-main/core/sampling/negatives.ts'
import { randomSet } from '../../engines/problems.ts'
import { chiSquareExcess } from '../statistics.ts'

const set = randomSet(100, 60, 20)
const sampler = (options: Partial<ConstructorParameters<typeof BatchSampler>[1]> = {}) =>
  new BatchSampler(set, { seed: '42', batchSize: 64, negativesPerPositive: 4, ...options })

function epochOf(of: BatchSampler, epoch: number) {
  return Array.from({ length: of.stepsPerEpoch }, (_, step) => of.batch(epoch, step))
}

describe('an epoch of batches', () => {
  it('holds every positive once and the asked number of negatives for each, the last batch shorter', () => {
    const batches = epochOf(sampler(), 1)
    expect(batches.at(-1)!.users.length).toBe((set.trainItems.length * 5) % 64 || 64)
    const positives: string[] = []
    const negativesOf = new Map<number, number>()
    for (const { users, items, labels } of batches) {
      users.forEach((user, b) => {
        expect(isTrainItem(set, user, items[b])).toBe(labels[b] === 1)
        if (labels[b]) positives.push(`${user},${items[b]}`)
        else negativesOf.set(user, (negativesOf.get(user) ?? 0) + 1)
      })
    }
    const all = Array.from(usersOfPositives(set), (user, i) => `${user},${set.trainItems[i]}`)
    expect(positives.sort()).toEqual(all.sort())
    for (let user = 0; user < 100; user++) {
      expect(negativesOf.get(user)).toBe(4 * (set.trainStart[user + 1] - set.trainStart[user]))
    }
  })

  it('is a pure function of seed, epoch and step', () => {
    expect(sampler().batch(3, 2)).toEqual(sampler().batch(3, 2))
    expect(sampler().batch(3, 2)).not.toEqual(sampler().batch(4, 2))
    expect(sampler({ seed: '43' }).batch(3, 2)).not.toEqual(sampler().batch(3, 2))
  })

  it('does not depend on how it is cut into batches', () => {
    const items = (batchSize: number) =>
      epochOf(sampler({ batchSize }), 2).flatMap((batch) => [...batch.items])
    expect(items(64)).toEqual(items(1000))
  })

  it('has no step beyond its last', () => {
    expect(() => sampler().batch(1, sampler().stepsPerEpoch)).toThrow(RangeError)
  })
})

it('draws negatives uniformly from the items that the user does not have', () => {
  const user = 5
  const counts = new Map<number, number>()
  for (let epoch = 1; epoch <= 400; epoch++) {
    for (const { users, items, labels } of epochOf(sampler({ batchSize: 4096 }), epoch)) {
      users.forEach((u, b) => {
        if (u === user && !labels[b]) counts.set(items[b], (counts.get(items[b]) ?? 0) + 1)
      })
    }
  }
  const unknown = Array.from({ length: 60 }, (_, item) => item).filter(
    (item) => !isTrainItem(set, user, item),
  )
  expect([...counts.keys()].sort((a, b) => a - b)).toEqual(unknown)
  expect(chiSquareExcess([...counts.values()])).toBeLessThan(4.5)
})
