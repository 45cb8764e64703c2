import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { BaselineConfig } from '../../src-main/core/run/runConfig.ts'
import { readSafetensors, writeSafetensors } from '../../src-main/node/safetensors.ts'
import type { TrainingEvent } from '../../src-main/trainer/messages.ts'
import { rankStoredRun } from '../../src-main/trainer/rankedRun.ts'
import { evaluateWeights, recommendItems } from '../../src-main/trainer/scoring.ts'
import { libraryWithSample, train as trainWith, type Library } from './runFixture.ts'

type SomeConfig = Parameters<Library['createRun']>[0] & Pick<BaselineConfig, 'model'>

const noEngine = () => {
  throw new Error('A baseline needs no neural engine.')
}

const train: typeof trainWith = (library, runId, isEnough) => trainWith(library, runId, isEnough, noEngine)

/** All that must not depend on interruptions: everything but times. */
async function outcome({ store }: Library, runId: string) {
  const { epochs } = await store.readEpochs(runId)
  const { summary } = (await store.read(runId)).record
  const timeless = epochs.map(({ epoch, loss, test, validation, full, step }) => ({
    ...{ epoch, loss, test, validation, full, step },
  }))
  return { epochs: timeless, summary: { ...summary, trainSeconds: 0 }, ranks: await store.readRanks(runId) }
}

const MODELS: SomeConfig[] = [
  { model: 'ItemPop' },
  { model: 'ItemKNN', neighbors: 20, shrinkage: 10 },
  { model: 'EASE', lambda: 50 },
  { model: 'iALS', factors: 8, epochs: 3 },
  { model: 'BPR', factors: 8, epochs: 3 },
]
const ITERATIVE = MODELS.slice(3)
const named = (models: SomeConfig[]) => models.map((config) => [config.model, config] as const)

const inMidEpoch = (events: TrainingEvent[]) => events.some(({ kind }) => kind === 'progress')
const afterAnEpoch = (events: TrainingEvent[]) => events.some(({ kind }) => kind === 'epoch')
const whileRanking = (events: TrainingEvent[]) => events.some(({ kind }) => kind === 'ranking')

describe.each(named(MODELS))('a run of %s', (model, config) => {
  it('is recorded like any other: epochs, best weights, ranks and hash', async () => {
    const library = await libraryWithSample()
    const runId = await library.createRun({ ...config, fullRanking: 'end' })
    const { end, events } = await train(library, runId)
    expect(end.status).toBe('finished')
    const { record } = await library.store.read(runId)
    expect(record.summary).toEqual(end.summary)
    const { epochs } = await library.store.readEpochs(runId)
    expect(epochs).toHaveLength('epochs' in config ? 3 : 1)
    for (const { loss } of epochs) expect(loss === undefined).toBe(!('epochs' in config))
    expect(end.summary!.test!.hr[9]).toBeGreaterThan(0.1)
    expect(end.summary!.full!.hr[9]).toBeLessThan(end.summary!.test!.hr[9])
    expect(end.summary!.weightsHash).toMatch(/^[0-9a-f]{64}$/)
    expect((await library.store.readRanks(runId))!.users).toHaveLength(end.summary!.test!.users)
    const { metadata } = await library.store.readCheckpoint(runId, 'best')
    expect(metadata).toMatchObject({ model, epoch: String(end.summary!.bestEpoch) })
    // Models in closed form do not go on, so their weights are stored once.
    const last = join(library.library, 'runs', runId, 'last.safetensors')
    expect(existsSync(last)).toBe('epochs' in config)
    const steps = events.flatMap((event) => (event.kind === 'progress' ? [event.step] : []))
    expect(steps.length).toBeGreaterThan(0)
  })

  it('gives the same bits again, and after an end in mid-epoch, after an epoch and while all items are ranked', async () => {
    const library = await libraryWithSample()
    const undisturbed = await library.createRun({ ...config, fullRanking: 'end' })
    await train(library, undisturbed)
    const expected = await outcome(library, undisturbed)
    for (const isEnough of [inMidEpoch, afterAnEpoch, whileRanking]) {
      const runId = await library.createRun({ ...config, fullRanking: 'end' })
      expect((await train(library, runId, isEnough)).end.status).toBe('interrupted')
      expect((await train(library, runId)).end.status).toBe('finished')
      expect(await outcome(library, runId)).toEqual(expected)
    }
  })

  it('can be measured anew and from its file of weights, with the same result, and recommends the best unknown items', async () => {
    const library = await libraryWithSample()
    const runId = await library.createRun(config)
    const { test } = (await train(library, runId)).end.summary!
    const hooks = { engineFor: neuralEngine, emit: () => undefined, stopWish: () => undefined }
    const ranked = await rankStoredRun(library.store, { runId, full: true }, hooks)
    expect(ranked.test).toEqual(test)
    expect(ranked.full!.users).toBe(test!.users)
    const job = {
      kind: 'evaluate' as const,
      library: library.library,
      datasetId: library.description.id,
      weightsFile: join(library.library, 'runs', runId, 'best.safetensors'),
      arithmetic: 'portable' as const,
      threads: 1,
      full: false,
    }
    const host = { shouldStop: () => false, ranked: () => undefined }
    const evaluation = await evaluateWeights(job, neuralEngine, host)
    expect(evaluation).toMatchObject({ model, split: 'test', metrics: test })

    const wish = { kind: 'recommend' as const, library: library.library, runId, user: 3, top: 5, threads: 1 }
    const found = await recommendItems(wish, neuralEngine)
    const { dataset } = await library.datasets.load(library.description.id)
    const known = [...dataset.trainItems.subarray(dataset.trainStart[3], dataset.trainStart[4])]
    expect(found).toHaveLength(5)
    expect(found.filter(({ item }) => known.includes(item))).toEqual([])
    expect(found.map(({ score }) => score)).toEqual(found.map(({ score }) => score).sort((a, b) => b - a))
  })
})

/** Scoring asks for an engine whatever the weights are of; a baseline's must not use it. */
function neuralEngine() {
  return {
    info: { name: 'cpu', device: 'CPU', arithmetic: 'portable' as const, threads: 1 },
    tolerance: { weights: 0, loss: 0 },
    demand: noEngine,
    openSession: noEngine,
  }
}

describe.each(named(ITERATIVE))('an iterative baseline, %s,', (_, config) => {
  it('goes on from its last checkpoint, without a second start', async () => {
    const library = await libraryWithSample()
    const runId = await library.createRun(config)
    await train(library, runId, afterAnEpoch)
    const { events } = await train(library, runId)
    const epochs = events.flatMap((event) => (event.kind === 'epoch' ? [event.record.epoch] : []))
    expect(epochs).toEqual([2, 3])
  })

  it('starts again, says so and gives the same numbers where its checkpoint is damaged', async () => {
    const library = await libraryWithSample()
    const expected = await library.createRun(config)
    await train(library, expected)
    const runId = await library.createRun(config)
    await train(library, runId, afterAnEpoch)
    const file = join(library.library, 'runs', runId, 'last.safetensors')
    const { tensors, metadata } = await readSafetensors(file)
    await writeSafetensors(file, tensors.slice(1), metadata)
    const { events } = await train(library, runId)
    const notices = events.flatMap((event) => (event.kind === 'notice' ? [event.message] : []))
    expect(notices.join()).toMatch(/user\.factors .*missing\. The run starts again/)
    expect(await outcome(library, runId)).toEqual(await outcome(library, expected))
  })

  it('ends when patience runs out', async () => {
    const library = await libraryWithSample()
    const patient = { ...config, epochs: 200, patience: 1 } as SomeConfig
    const runId = await library.createRun(patient)
    const { summary } = (await train(library, runId)).end
    expect(summary).toMatchObject({ stoppedEarly: true, bestEpoch: summary!.epochsCompleted - 1 })
  })

  it('is selected by validation items where that is asked for, and scores the test items once', async () => {
    const library = await libraryWithSample(true)
    const runId = await library.createRun({ ...config, selection: 'validation' })
    await train(library, runId)
    const { epochs } = await library.store.readEpochs(runId)
    expect(epochs.every(({ test, validation }) => !test && validation)).toBe(true)
    expect((await library.store.read(runId)).record.summary!.test!.users).toBeGreaterThan(0)
  })
})

describe('what a baseline cannot be fitted with', () => {
  it('marks the run failed: BPR whose loss is no longer a number', async () => {
    const library = await libraryWithSample()
    const runId = await library.createRun({ model: 'BPR', factors: 8, epochs: 2, learningRate: 1e30 })
    await expect(train(library, runId)).rejects.toThrow(/lower learning rate/)
  })
})
