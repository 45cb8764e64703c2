import { existsSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { metricsOf } from '../../src-main/core/training/finalEvaluation.ts'
import type { TrainingEvent } from '../../src-main/trainer/messages.ts'
import { rankStoredRun } from '../../src-main/trainer/rankedRun.ts'
import { engineFor, libraryWithSample, train, type Library } from './runFixture.ts'

const rank = ({ store }: Library, runId: string, full = false) =>
  rankStoredRun(store, { runId, full }, { engineFor, emit: () => undefined, stopWish: () => undefined })

/** All that must not depend on interruptions: everything but times. */
async function outcome({ store }: Library, runId: string) {
  const { epochs } = await store.readEpochs(runId)
  const { record } = await store.read(runId)
  return {
    epochs: epochs.map((epoch) => ({ ...epoch, trainSeconds: 0, evaluateSeconds: 0, samplesPerSecond: 0 })),
    summary: { ...record.summary, trainSeconds: 0 },
    ranks: await store.readRanks(runId),
    evaluation: await store.readEvaluation(runId),
  }
}

const isRanking = ({ kind }: TrainingEvent) => kind === 'ranking'
/** Without the word on what the run was begun with. */
const work = (events: TrainingEvent[]) => events.filter(({ kind }) => kind !== 'notice')
const epochsIn = (events: TrainingEvent[]) => events.filter(({ kind }) => kind === 'epoch').length
const brief = { epochs: 2, negativesPerPositive: 1, fullRanking: 'end' } as const

describe('the end of a run', () => {
  it('stores the ranks that its figures come from, sampled and full, and what is known beyond them', async () => {
    const library = await libraryWithSample()
    const runId = await library.createRun(brief)
    const { end, events } = await train(library, runId)
    const { ranks, evaluation } = await outcome(library, runId)
    const { test, full, recommendations } = end.summary!
    expect(metricsOf(ranks!.sampled)).toEqual(test)
    expect(metricsOf(ranks!.full!)).toEqual(full)
    expect(ranks!.users).toHaveLength(1000)
    // The same weights by the engine's own ranking, after their epoch.
    const { epochs } = await library.store.readEpochs(runId)
    expect(test).toEqual(epochs[end.summary!.bestEpoch - 1].test)
    expect(epochs.every((epoch) => epoch.full === undefined)).toBe(true)
    expect(full!.hr[9]).toBeLessThan(test!.hr[9])
    expect(evaluation!.recommendations).toEqual(recommendations)
    expect(evaluation!.groups.reduce((sum, { users }) => sum + users, 0)).toBe(1000)
    const told = events.filter(isRanking)
    expect(told[0]).toEqual({ kind: 'ranking', users: 0, of: 1000 })
    expect(told.at(-1)).toEqual({ kind: 'ranking', users: 1000, of: 1000 })
  })

  it('ranks no items where nobody asks for it', async () => {
    const library = await libraryWithSample()
    const runId = await library.createRun({ ...brief, fullRanking: 'never' })
    const { end, events } = await train(library, runId)
    const { ranks, evaluation } = await outcome(library, runId)
    expect(events.some(isRanking)).toBe(false)
    expect([end.summary!.full, ranks!.full, evaluation!.recommendations]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
    expect(metricsOf(ranks!.sampled)).toEqual(end.summary!.test)
  })

  it('scores the test items of a run that is selected by validation once, full ranking and ranks as well', async () => {
    const library = await libraryWithSample(true)
    const runId = await library.createRun({
      ...{ selection: 'validation', fullRanking: 1, epochs: 4, learningRate: 0.02, negativesPerPositive: 1 },
    })
    const { end } = await train(library, runId)
    const { epochs, ranks } = await outcome(library, runId)
    expect(epochs.every(({ test, validation, full }) => !test && validation && full)).toBe(true)
    const best = epochs[end.summary!.bestEpoch - 1]
    expect(end.summary!.selected).toEqual(best.validation)
    // Validation items in the epochs, test items at the end: not the same figures.
    expect(end.summary!.full).not.toEqual(best.full)
    expect(end.summary!.full).toEqual(metricsOf(ranks!.full!))
    expect(end.summary!.test).toEqual(metricsOf(ranks!.sampled))
  })

  it('goes on after a stop in the middle of ranking all items, at the end or between epochs', async () => {
    const library = await libraryWithSample()
    const config = { ...brief, fullRanking: 1 }
    const whole = await library.createRun(config)
    const { events } = await train(library, whole)
    // Three rankings: after both epochs and at the end.
    expect(events.filter((event) => event.kind === 'ranking' && event.users === 0)).toHaveLength(3)
    const broken = await library.createRun(config)
    const beginnings = (told: TrainingEvent[]) =>
      told.filter((event) => event.kind === 'ranking' && event.users === 0).length
    const first = await train(library, broken, (told) => beginnings(told) === 1)
    expect([first.end.status, epochsIn(first.events)]).toEqual(['interrupted', 0])
    const last = await library.store.readCheckpoint(broken, 'last')
    expect(last.metadata.epoch).toBe('1')
    const second = await train(library, broken, (told) => epochsIn(told) === 2 && beginnings(told) === 3)
    expect([second.end.status, epochsIn(second.events)]).toEqual(['interrupted', 2])
    // Nothing was trained anew for the epoch that was cut off.
    expect(work(second.events)[0].kind).toBe('ranking')
    expect((await library.store.read(broken)).record.status).toBe('interrupted')
    expect(await library.store.readRanks(broken)).toBeUndefined()
    const third = await train(library, broken)
    expect(third.end.status).toBe('finished')
    expect(work(third.events).every(isRanking)).toBe(true)
    expect(await outcome(library, broken)).toEqual(await outcome(library, whole))
  })
})

describe('patience', () => {
  const impatient = { ...brief, fullRanking: 'never', epochs: 40, learningRate: 0.05, patience: 2 } as const

  it('ends a run early, says so in summary and log, and keeps its best weights', async () => {
    const library = await libraryWithSample()
    const runId = await library.createRun(impatient)
    const { end } = await train(library, runId)
    const { epochsCompleted, bestEpoch, stoppedEarly } = end.summary!
    expect([end.status, stoppedEarly]).toEqual(['finished', true])
    expect(epochsCompleted).toBeLessThan(40)
    expect(epochsCompleted - bestEpoch).toBe(2)
    const log = await library.store.read(runId)
    expect(log.record.status).toBe('finished')
    expect((await library.store.readCheckpoint(runId, 'best')).metadata.epoch).toBe(String(bestEpoch))
  })

  it('gives the same end after an interruption in every epoch', async () => {
    const library = await libraryWithSample()
    const whole = await library.createRun(impatient)
    const { end } = await train(library, whole)
    const broken = await library.createRun(impatient)
    let status: string
    let stops = 0
    do {
      ;({
        end: { status },
      } = await train(library, broken, (told) => epochsIn(told) === 1))
      stops++
    } while (status === 'interrupted')
    expect(stops).toBe(end.summary!.epochsCompleted)
    expect(await outcome(library, broken)).toEqual(await outcome(library, whole))
  })

  it('is no early end where it runs out with the last epoch', async () => {
    const library = await libraryWithSample()
    const first = await library.createRun(impatient)
    const { epochsCompleted } = (await train(library, first)).end.summary!
    const runId = await library.createRun({ ...impatient, epochs: epochsCompleted })
    const { summary } = (await train(library, runId)).end
    expect(summary!.epochsCompleted).toBe(epochsCompleted)
    expect(summary!.stoppedEarly).toBeUndefined()
  })
})

describe('ranking a stored run', () => {
  it('gives a run without ranks the very ones that its training had stored', async () => {
    const library = await libraryWithSample()
    const runId = await library.createRun(brief)
    await train(library, runId)
    const before = await outcome(library, runId)
    const folder = join(library.library, 'runs', runId)
    await rm(join(folder, 'ranks.safetensors'))
    await rm(join(folder, 'evaluation.json'))
    await rank(library, runId)
    expect(await outcome(library, runId)).toEqual(before)
  })

  it('adds full ranking to a run that was trained without, and never takes it away again', async () => {
    const library = await libraryWithSample()
    const runId = await library.createRun({ ...brief, fullRanking: 'never' })
    const { end } = await train(library, runId)
    const summary = await rank(library, runId, true)
    expect(summary).toMatchObject(end.summary!)
    expect(summary.full!.hr[9]).toBeLessThan(summary.test!.hr[9])
    expect((await library.store.read(runId)).record.summary).toEqual(summary)
    await rank(library, runId)
    expect(await outcome(library, runId)).toMatchObject({ summary: { ...summary, trainSeconds: 0 } })
  })

  it('replaces damaged ranks', async () => {
    const library = await libraryWithSample()
    const runId = await library.createRun({ ...brief, fullRanking: 'never' })
    await train(library, runId)
    writeFileSync(join(library.library, 'runs', runId, 'ranks.safetensors'), 'nothing')
    await expect(library.store.readRanks(runId)).rejects.toMatchObject({ code: 'ranks-damaged' })
    await rank(library, runId)
    expect((await library.store.readRanks(runId))!.users).toHaveLength(1000)
  })

  it('measures an interrupted run, whose further training drops what was found', async () => {
    const library = await libraryWithSample()
    const runId = await library.createRun({ ...brief, fullRanking: 'never' })
    await train(library, runId, (told) => epochsIn(told) === 1)
    await rank(library, runId)
    const file = join(library.library, 'runs', runId, 'ranks.safetensors')
    expect(existsSync(file)).toBe(true)
    await train(library, runId, (told) => work(told).length > 0)
    expect(existsSync(file)).toBe(false)
  })

  it('does not look at the test items of an unfinished run that is selected by validation', async () => {
    const library = await libraryWithSample(true)
    const runId = await library.createRun({ ...brief, selection: 'validation' })
    await expect(rank(library, runId)).rejects.toMatchObject({ code: 'no-epochs' })
    await train(library, runId, (told) => epochsIn(told) === 1)
    await expect(rank(library, runId)).rejects.toMatchObject({ code: 'test-not-due' })
    expect(await library.store.readRanks(runId)).toBeUndefined()
    await train(library, runId)
    expect((await rank(library, runId)).test).toEqual((await library.store.read(runId)).record.summary!.test)
  })
})
