import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync, truncateSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Checkpoint } from '../../src-main/node/runStore.ts'
import { readSafetensors, type Tensor } from '../../src-main/node/safetensors.ts'
import type { TrainingEvent } from '../../src-main/trainer/messages.ts'
import { evaluateWeights, recommendItems } from '../../src-main/trainer/scoring.ts'
import { engineFor, libraryWithSample, train, type Library } from './runFixture.ts'

/** All that must not depend on interruptions: everything but times. */
async function outcome({ store }: Library, runId: string) {
  const { epochs } = await store.readEpochs(runId)
  const { record } = await store.read(runId)
  const timeless = epochs.map(({ epoch, loss, test, validation, step }) => ({
    epoch,
    loss,
    test,
    validation,
    step,
  }))
  return { epochs: timeless, summary: { ...record.summary, trainSeconds: 0 } }
}

/** Two epochs of fewer samples, for what does not depend on how well they learn. */
const brief = { epochs: 2, negativesPerPositive: 1 } as const

let undisturbed: ReturnType<typeof outcome> | undefined

/** What two epochs give when nothing happens to them; trained once for all tests that ask. */
function twoEpochs(library: Library): ReturnType<typeof outcome> {
  const trainWhole = async () => {
    const whole = await library.createRun(brief)
    await train(library, whole)
    return outcome(library, whole)
  }
  return (undisturbed ??= trainWhole())
}

function noticesOf(events: TrainingEvent[]): string[] {
  return events.flatMap((event) => (event.kind === 'notice' ? [event.message] : []))
}

function without(name: string) {
  return ({ tensors, metadata }: Checkpoint): Checkpoint => ({
    tensors: tensors.filter((tensor) => tensor.name !== name),
    metadata,
  })
}

function changed(name: string, change: (tensor: Tensor) => Tensor) {
  return ({ tensors, metadata }: Checkpoint): Checkpoint => ({
    tensors: tensors.map((tensor) => (tensor.name === name ? change(tensor) : tensor)),
    metadata,
  })
}

describe('training a stored run', () => {
  it('learns the sample far better than chance and stores epochs, summary and both checkpoints', async () => {
    const library = await libraryWithSample()
    const runId = await library.createRun({ epochs: 4 })
    const { end, events } = await train(library, runId)
    expect(end.status).toBe('finished')
    // Chance is 0.1; popularity alone reaches 0.377.
    expect(end.summary!.test!.hr[9]).toBeGreaterThan(0.45)
    const { record } = await library.store.read(runId)
    expect(record.status).toBe('finished')
    expect(record.summary).toEqual(end.summary)
    expect(events.filter(({ kind }) => kind === 'epoch')).toHaveLength(4)
    expect(events.some(({ kind }) => kind === 'progress')).toBe(true)
    const losses = (await library.store.readEpochs(runId)).epochs.map(({ loss }) => loss!)
    expect(losses).toEqual([...losses].sort((a, b) => b - a))
  })

  it('hashes the last weights in the order of the layout', async () => {
    const library = await libraryWithSample()
    const runId = await library.createRun({ ...brief, model: 'GMF', epochs: 1 })
    const { end } = await train(library, runId)
    const { tensors } = await readSafetensors(join(library.library, 'runs', runId, 'last.safetensors'))
    const hash = createHash('sha256')
    for (const name of ['gmf.user.weight', 'gmf.item.weight', 'predict.weight', 'predict.bias']) {
      hash.update(new Uint8Array(tensors.find((tensor) => tensor.name === name)!.data.slice().buffer))
    }
    expect(end.summary!.weightsHash).toBe(hash.digest('hex'))
  })

  it.each(['adam', 'lazyAdam', 'sgd', 'adagrad', 'rmsprop'] as const)(
    'interrupted twice in mid-epoch and resumed under %s, it ends in the same bits',
    async (optimizer) => {
      const library = await libraryWithSample()
      const config = { optimizer, dropout: optimizer === 'adam' ? 0.2 : 0, ...brief }
      const whole = await library.createRun(config)
      await train(library, whole)
      const broken = await library.createRun(config)
      const progressOf = (events: TrainingEvent[]) => events.filter(({ kind }) => kind === 'progress').length
      const first = await train(library, broken, (events) => progressOf(events) >= 1)
      expect(first.end.status).toBe('interrupted')
      expect((await library.store.read(broken)).record.status).toBe('interrupted')
      const second = await train(
        library,
        broken,
        (events) => events.some(({ kind }) => kind === 'epoch') && progressOf(events) >= 3,
      )
      expect(second.end.status).toBe('interrupted')
      await train(library, broken)
      expect(await outcome(library, broken)).toEqual(await outcome(library, whole))
    },
  )

  it('does nothing more to a finished run', async () => {
    const library = await libraryWithSample()
    const runId = await library.createRun({ ...brief, epochs: 1 })
    const { end } = await train(library, runId)
    const again = await train(library, runId)
    expect(again.end).toEqual(end)
    expect(again.events).toEqual([])
  })

  it('selects by validation items and then scores the test items once, with the best weights', async () => {
    const library = await libraryWithSample(true)
    const runId = await library.createRun({ selection: 'validation', epochs: 5, learningRate: 0.02 })
    const { end } = await train(library, runId)
    const { epochs } = await library.store.readEpochs(runId)
    expect(epochs.every(({ test, validation }) => !test && validation)).toBe(true)
    const { bestEpoch, test, selected } = end.summary!
    expect(selected).toEqual(epochs[bestEpoch - 1].validation)
    const evaluation = await evaluateWeights(
      {
        kind: 'evaluate',
        library: library.library,
        datasetId: library.description.id,
        weightsFile: join(library.library, 'runs', runId, 'best.safetensors'),
        arithmetic: 'portable',
        threads: 'auto',
      },
      engineFor,
      { shouldStop: () => false, ranked: () => undefined },
    )
    expect(evaluation.metrics).toEqual(test)
    expect(evaluation.model).toBe('NeuMF')
  })

  it('asks for validation items where the dataset has none, and marks the run failed', async () => {
    const library = await libraryWithSample()
    const runId = await library.createRun({ selection: 'validation' })
    await expect(train(library, runId)).rejects.toThrow(/without validation items/)
    expect((await library.store.read(runId)).record).toMatchObject({
      status: 'failed',
      error: { code: 'nothing-held-out' },
    })
  })

  it('starts again from the seed when its checkpoint is damaged or gone, says so, and ends in the same bits', async () => {
    const library = await libraryWithSample()
    for (const damage of [
      (file: string) => truncateSync(file, 1000),
      (file: string) =>
        writeFileSync(file, Buffer.concat([readFileSync(file).subarray(0, -8), Buffer.alloc(7)])),
      (file: string) => rm(file),
    ]) {
      const runId = await library.createRun(brief)
      await train(library, runId, (events) => events.some(({ kind }) => kind === 'epoch'))
      await damage(join(library.library, 'runs', runId, 'last.safetensors'))
      await train(library, runId)
      expect(await outcome(library, runId)).toEqual(await twoEpochs(library))
    }
  })

  it.each<[string, 'last' | 'best', (checkpoint: Checkpoint) => Checkpoint, RegExp]>([
    ['a missing weight', 'last', without('predict.bias'), /predict\.bias should be \[1\].* is missing/],
    ['a missing moment', 'last', without('optimizer.v.tower.0.bias'), /optimizer\.v\.tower\.0\.bias needs/],
    [
      'no record of the last updates',
      'last',
      without('optimizer.last.users'),
      /optimizer\.last\.users needs/,
    ],
    [
      'weights of integers',
      'last',
      changed('gmf.item.weight', ({ data, ...rest }) => ({ ...rest, data: new Int32Array(data.length) })),
      /gmf\.item\.weight should be .*Float32Array, but is .*Int32Array/,
    ],
    [
      'weights of another shape',
      'last',
      changed('gmf.item.weight', ({ shape, ...rest }) => ({ ...rest, shape: [...shape].reverse() })),
      /gmf\.item\.weight should be \[\d+, 4\]/,
    ],
    [
      'a shorter moment',
      'last',
      changed('optimizer.m.predict.weight', ({ name, data }) => ({
        name,
        shape: [data.length - 1],
        data: data.slice(1) as Float32Array,
      })),
      /optimizer\.m\.predict\.weight needs/,
    ],
    [
      'a position that its steps do not lead to',
      'last',
      ({ tensors, metadata }) => ({ tensors, metadata: { ...metadata, step: '7' } }),
      /says epoch 2, step 7, but \d+ steps/,
    ],
    ['best weights without a layer', 'best', without('tower.1.weight'), /tower\.1\.weight should be/],
  ])('starts again from the seed when a well-formed checkpoint has %s', async (_, which, damage, message) => {
    const library = await libraryWithSample()
    const runId = await library.createRun(brief)
    await train(library, runId, (events) => events.some(({ kind }) => kind === 'epoch'))
    const { tensors, metadata } = damage(await library.store.readCheckpoint(runId, which))
    await library.store.writeCheckpoint(runId, which, tensors, metadata)
    const { events } = await train(library, runId)
    expect(noticesOf(events)).toEqual([expect.stringMatching(message)])
    expect(noticesOf(events)[0]).toContain('starts again from its seed')
    expect(await outcome(library, runId)).toEqual(await twoEpochs(library))
  })

  it('starts again from the seed when the best weights are gone, which the end would miss', async () => {
    const library = await libraryWithSample(true)
    const runId = await library.createRun({ ...brief, selection: 'validation' })
    await train(library, runId, (events) => events.some(({ kind }) => kind === 'epoch'))
    await rm(join(library.library, 'runs', runId, 'best.safetensors'))
    const { end, events } = await train(library, runId)
    expect(noticesOf(events)).toEqual([expect.stringContaining('weights of the best epoch are gone')])
    expect(end.status).toBe('finished')
  })

  it('says what it goes on with that differs from what the run was begun with', async () => {
    const library = await libraryWithSample()
    const runId = await library.createRun(brief)
    const { record } = await library.store.read(runId)
    const provenance = { ...record.provenance, appVersion: '0.0.1', device: 'abacus' }
    await library.store.updateRecord(runId, { provenance })
    const first = await train(library, runId, (events) => events.some(({ kind }) => kind === 'epoch'))
    expect(noticesOf(first.events)).toEqual([])
    const { events } = await train(library, runId)
    expect(noticesOf(events)).toEqual([
      expect.stringMatching(/version 0\.0\.1 \(now [\d.]+\), device abacus \(now .*\)\. .*may differ/),
    ])
    const log = readFileSync(join(library.library, 'runs', runId, 'log.txt'), 'utf8')
    expect(log).toContain(noticesOf(events)[0])
  })

  it('refuses a model that the engine cannot hold before it draws a weight', async () => {
    const library = await libraryWithSample()
    const runId = await library.createRun({ factors: 8192, layers: 16 })
    await expect(train(library, runId)).rejects.toMatchObject({ name: 'EngineError', code: 'too-large' })
    expect((await library.store.read(runId)).record).toMatchObject({
      status: 'failed',
      error: { code: 'too-large', message: expect.stringContaining('fewer factors or layers') },
    })
  })

  it('refuses a dataset that is not the one the run was made on', async () => {
    const library = await libraryWithSample()
    const runId = await library.createRun()
    const { record } = await library.store.read(runId)
    await library.store.updateRecord(runId, { data: { ...record.data, fingerprint: 'f'.repeat(64) } })
    await expect(train(library, runId)).rejects.toThrow(/fingerprint ffffffffffff/)
  })

  it('ends a run whose loss is no longer a number as failed, with what to do', async () => {
    const library = await libraryWithSample()
    const runId = await library.createRun({ optimizer: 'sgd', learningRate: 1e30 })
    await expect(train(library, runId)).rejects.toMatchObject({ code: 'diverged' })
    expect((await library.store.read(runId)).record).toMatchObject({
      status: 'failed',
      error: { code: 'diverged', message: expect.stringContaining('lower learning rate') },
    })
  })

  it('gives other numbers for another seed, arithmetic alone changing only roundings', async () => {
    const library = await libraryWithSample()
    const hashes = new Set<string>()
    for (const config of [{}, { seed: '43' }, { arithmetic: 'fma' as const }]) {
      const { end } = await train(library, await library.createRun({ ...brief, epochs: 1, ...config }))
      hashes.add(end.summary!.weightsHash!)
    }
    expect(hashes.size).toBe(3)
  })
})

describe('recommending', () => {
  it('refuses a dataset that is not the one the run was made on', async () => {
    const library = await libraryWithSample()
    const runId = await library.createRun({ ...brief, epochs: 1 })
    await train(library, runId)
    const { record } = await library.store.read(runId)
    await library.store.updateRecord(runId, { data: { ...record.data, fingerprint: 'f'.repeat(64) } })
    const job = { kind: 'recommend' as const, library: library.library, runId, user: 0, top: 1, threads: 1 }
    await expect(recommendItems(job, engineFor)).rejects.toMatchObject({ code: 'run-damaged' })
  })

  it('never offers an item that the user has in train, and offers the best first', async () => {
    const library = await libraryWithSample()
    const runId = await library.createRun({ ...brief, epochs: 1 })
    await train(library, runId)
    const { dataset } = await library.datasets.load(library.description.id)
    for (const user of [0, 500, 999]) {
      const job = { kind: 'recommend' as const, library: library.library, runId, user, top: 800, threads: 1 }
      const items = await recommendItems(job, engineFor)
      const train = new Set(
        dataset.trainItems.subarray(dataset.trainStart[user], dataset.trainStart[user + 1]),
      )
      expect(items).toHaveLength(800 - train.size)
      expect(items.some(({ item }) => train.has(item))).toBe(false)
      const scores = items.map(({ score }) => score)
      expect(scores).toEqual([...scores].sort((a, b) => b - a))
    }
  })
})
