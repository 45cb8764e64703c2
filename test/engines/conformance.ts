import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Engine, EngineSession, EngineState, TrainingProblem } from '../../src-main/core/engine.ts'
import { heldOutRank } from '../../src-main/core/metrics/rank.ts'
import { BatchSampler } from '../../src-main/core/sampling/batches.ts'
import { MODEL_NAMES, type ModelChoice } from '../../src-main/core/models/modelSpec.ts'
import { OPTIMIZERS, neuralConfigSchema, type NeuralConfigInput } from '../../src-main/core/run/runConfig.ts'
import { loadGolden } from './goldens.ts'
import { lively, problem, randomSet, trainingOptions } from './problems.ts'
import { ReferenceModel } from './referenceModel.ts'

async function withSession<T>(
  engine: Engine,
  given: TrainingProblem,
  use: (session: EngineSession) => Promise<T>,
): Promise<T> {
  const session = await engine.openSession(given)
  try {
    return await use(session)
  } finally {
    await session.dispose()
  }
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length)
  let largest = 0
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i] - b[i])
    if (!(difference <= largest)) largest = difference
  }
  return largest
}

const SHAPES: [string, ModelChoice][] = [
  ['GMF with one factor', { model: 'GMF', factors: 1, layers: 0 }],
  ['GMF with 13 factors', { model: 'GMF', factors: 13, layers: 0 }],
  ['MLP-0 with an odd width', { model: 'MLP', factors: 5, layers: 0 }],
  ['MLP with one factor and two layers', { model: 'MLP', factors: 1, layers: 2 }],
  ['NeuMF without hidden layers', { model: 'NeuMF', factors: 3, layers: 0 }],
  ['NeuMF with 5 factors and three layers', { model: 'NeuMF', factors: 5, layers: 3 }],
  ['NeuMF with a tower of its own', { model: 'NeuMF', factors: 8, layers: 3, tower: [14, 9, 21, 3] }],
]

const SETTINGS: [string, Partial<NeuralConfigInput>][] = [
  ...OPTIMIZERS.map((optimizer): [string, Partial<NeuralConfigInput>] => [optimizer, { optimizer }]),
  ['adam with dropout', { optimizer: 'adam', dropout: 0.3 }],
  [
    'adam with L2 on the rows of the batch',
    {
      l2: { gmfUser: 0.02, gmfItem: 0.01, mlpUser: 0.03, mlpItem: 0.04, tower: [0.01, 0.02], predict: 0.05 },
    },
  ],
  [
    'adam with L2 on whole tables',
    { l2: { scope: 'table', gmfUser: 0.02, gmfItem: 0.01, mlpUser: 0.03, mlpItem: 0.04 } },
  ],
  [
    'sgd with L2 on whole tables',
    { optimizer: 'sgd', learningRate: 0.05, l2: { scope: 'table', gmfItem: 0.01, mlpItem: 0.04 } },
  ],
]

/** What every engine must do; `create` makes one engine for each setting of threads that it supports. */
export function describeEngine(name: string, create: (threads: number | 'auto') => Engine): void {
  describe(`engine ${name}`, () => {
    for (const model of MODEL_NAMES) {
      for (const [optimizer, golden] of [
        ['adam', 'adam'],
        ['sgd', 'sgd'],
        ['lazyAdam', 'sparse_adam'],
      ] as const) {
        it(`trains ${model} with ${optimizer} to PyTorch's weights and losses`, async () => {
          const engine = create('auto')
          const { spec, userCount, itemCount, batchSize, initial, batches, probe, run, finalWeights } =
            loadGolden(model)
          const options = trainingOptions({
            optimizer,
            batchSize,
            learningRate: optimizer === 'sgd' ? 0.05 : 0.001,
          })
          const set = randomSet(userCount, itemCount, 5)
          await withSession(engine, { spec, set, options, weights: initial }, async (session) => {
            const expected = run(golden)
            const logitsBefore = await session.scorePairs(probe.users, probe.items)
            expect(largestDifference(logitsBefore, expected.logits_before)).toBeLessThan(
              engine.tolerance.weights,
            )
            for (const [i, batch] of batches.entries()) {
              const { lossSum, samples } = await session.trainBatch(batch)
              expect(Math.abs(lossSum / samples - expected.losses[i])).toBeLessThan(engine.tolerance.loss)
            }
            const weights = await session.readWeights()
            for (const [parameter, values] of finalWeights(expected)) {
              expect(largestDifference(weights[parameter], values), parameter).toBeLessThan(
                engine.tolerance.weights,
              )
            }
          })
        })
      }
    }

    for (const [shape, choice] of SHAPES) {
      for (const [setting, config] of SETTINGS) {
        it(`follows exact arithmetic for ${shape}, ${setting}`, async () => {
          // One thread, as starting more takes longer than the test; that their number changes no bit is tested below.
          const engine = create(1)
          const given = problem(choice, { batchSize: 7, ...config })
          given.weights = lively(given.weights)
          const reference = new ReferenceModel(given)
          await withSession(engine, given, async (session) => {
            for (let step = 0; step < 30; step++) {
              const { lossSum, samples } = await session.train({ epoch: 1, fromStep: step, toStep: step + 1 })
              const exact = reference.train(await session.sampleBatch(1, step), 1, step * 7)
              expect(Math.abs(lossSum / samples - exact)).toBeLessThan(20 * engine.tolerance.loss)
            }
            const weights = await session.readWeights()
            for (const [parameter, values] of Object.entries(reference.weights)) {
              // RMSprop and Adagrad divide by the root of a first gradient, which magnifies its rounding.
              expect(largestDifference(weights[parameter], values), parameter).toBeLessThan(
                20 * engine.tolerance.weights,
              )
            }
          })
        })
      }
    }

    it('takes the loss and its slope at any logit, up to 1000 either way', async () => {
      const { rows } = JSON.parse(readFileSync(new URL('../golden/bce.json', import.meta.url), 'utf8')) as {
        rows: number[][]
      }
      const engine = create(1)
      // One sample of weight 0: the logit is the bias, and a step of SGD moves the bias by the slope.
      const given = problem(
        { model: 'GMF', factors: 1, layers: 0 },
        { optimizer: 'sgd', learningRate: 1 },
        randomSet(2, 4, 1),
      )
      for (const values of Object.values(given.weights)) values.fill(0)
      await withSession(engine, given, async (session) => {
        const start = await session.readState()
        for (const [logit, label, , , loss, slope] of rows) {
          start.tensors['predict.bias'][0] = logit
          await session.writeState(start)
          const batch = { users: Int32Array.of(0), items: Int32Array.of(0), labels: Float32Array.of(label) }
          const { lossSum } = await session.trainBatch(batch)
          expect(Math.abs(lossSum - loss)).toBeLessThanOrEqual(engine.tolerance.loss * Math.max(1, loss))
          const moved = logit - (await session.readWeights())['predict.bias'][0]
          // The bias itself has 24 bits, which hide a small slope behind a large logit.
          expect(Math.abs(moved - slope)).toBeLessThanOrEqual(
            engine.tolerance.loss + Math.abs(logit) * 2 ** -23,
          )
        }
      })
    })

    it('draws the batches of core, number for number, also for users who have nearly everything', async () => {
      for (const set of [randomSet(200, 90, 30), randomSet(20, 12, 11), fullSet(3, 4)]) {
        const given = problem(
          { model: 'GMF', factors: 2, layers: 0 },
          { batchSize: 100, seed: '18446744073709551615' },
          set,
        )
        const sampler = new BatchSampler(set, given.options)
        await withSession(create('auto'), given, async (session) => {
          expect(session.stepsPerEpoch).toBe(sampler.stepsPerEpoch)
          for (const [epoch, step] of [
            [1, 0],
            [1, sampler.stepsPerEpoch - 1],
            [77, sampler.stepsPerEpoch >> 1],
          ]) {
            expect(await session.sampleBatch(epoch, step)).toEqual(sampler.batch(epoch, step))
          }
        })
      }
    })

    it('draws the batches of core from the smallest sets too, in every epoch', async () => {
      for (const [users, items, most] of [
        [1, 2, 1],
        [1, 4, 1],
        [2, 3, 1],
        [3, 3, 3],
        [5, 7, 2],
      ]) {
        const set = randomSet(users, items, most)
        for (const negativesPerPositive of [1, 2, 4]) {
          const given = problem(
            { model: 'GMF', factors: 1, layers: 0 },
            { batchSize: 3, negativesPerPositive },
            set,
          )
          const sampler = new BatchSampler(set, given.options)
          await withSession(create(2), given, async (session) => {
            for (let epoch = 1; epoch <= 40; epoch++) {
              const step = epoch % sampler.stepsPerEpoch
              expect(await session.sampleBatch(epoch, step)).toEqual(sampler.batch(epoch, step))
            }
            await session.train({ epoch: 1, fromStep: 0, toStep: sampler.stepsPerEpoch })
          })
        }
      }
    })

    it('scores a pair alike whatever it is scored with', async () => {
      const given = problem({ model: 'NeuMF', factors: 6, layers: 2 }, {}, randomSet(50, 77, 9))
      given.weights = lively(given.weights)
      await withSession(create('auto'), given, async (session) => {
        const all = await session.scoreAllItems(11)
        const users = Int32Array.from({ length: 77 }, (_, i) => (i % 3 ? 11 : 12))
        const mixed = await session.scorePairs(
          users,
          Int32Array.from({ length: 77 }, (_, i) => i),
        )
        for (let i = 0; i < 77; i++) if (i % 3) expect(mixed[i]).toBe(all[i])
        const rows = await session.scoreUsers?.(Int32Array.of(3, 11))
        expect(rows?.slice(77) ?? all).toEqual(all)
        const exact = new ReferenceModel(given)
        expect(
          largestDifference(
            all,
            Array.from(all, (_, item) => exact.logit(11, item)),
          ),
        ).toBeLessThan(2e-6)
      })
    })

    it('scores with the weights as they are, however they have changed since it last scored', async () => {
      const given = problem({ model: 'NeuMF', factors: 6, layers: 2 }, {}, randomSet(50, 77, 9))
      const scoresOf = (weights: TrainingProblem['weights']) =>
        withSession(create(1), { ...given, weights }, (fresh) => fresh.scoreAllItems(11))
      await withSession(create(1), given, async (session) => {
        const state = await session.readState()
        const first = await session.scoreAllItems(11)
        expect(await session.scoreAllItems(11)).toEqual(first)
        await session.train({ epoch: 1, fromStep: 0, toStep: 5 })
        await session.flush()
        const trained = await session.scoreAllItems(11)
        expect(trained).not.toEqual(first)
        expect(trained).toEqual(await scoresOf(await session.readWeights()))
        await session.trainBatch(await session.sampleBatch(1, 5))
        await session.flush()
        expect(await session.scoreAllItems(11)).toEqual(await scoresOf(await session.readWeights()))
        await session.writeState(state)
        expect(await session.scoreAllItems(11)).toEqual(first)
      })
    })

    it('ranks held-out items strictly: ties and NaN count against them, their own id does not', async () => {
      const given = problem({ model: 'MLP', factors: 4, layers: 2 }, {}, randomSet(60, 50, 9))
      given.weights = lively(given.weights)
      // Item 8 equals item 7 in every weight, so the two always tie; item 9 scores NaN.
      given.weights['mlp.item.weight'].copyWithin(8 * 8, 7 * 8, 8 * 8)
      given.weights['mlp.item.weight'].fill(NaN, 9 * 8, 10 * 8)
      const heldOut = Int32Array.from({ length: 60 }, (_, user) =>
        user % 10 === 3 ? -1 : user % 5 ? 7 : (user + 4) % 50,
      )
      const lists = Array.from({ length: 60 }, (_, user) => [
        8,
        9,
        7,
        ...Array.from({ length: user }, (_, i) => (i * 7) % 50),
      ])
      const candidateStart = new Uint32Array(61)
      lists.forEach((list, user) => (candidateStart[user + 1] = candidateStart[user] + list.length))
      const candidates = Int32Array.from(lists.flat())
      await withSession(create('auto'), given, async (session) => {
        const ranks = await session.rankHeldOut({ heldOut, candidateStart, candidates })
        for (let user = 0; user < 60; user++) {
          if (heldOut[user] < 0) continue
          const scores = await session.scoreAllItems(user)
          const listed = lists[user].map((item) => scores[item])
          expect(ranks[user]).toBe(heldOutRank(listed, scores[heldOut[user]], lists[user], heldOut[user]))
        }
      })
    })

    it('gives a model that scores everything alike no hit', async () => {
      const given = problem({ model: 'GMF', factors: 3, layers: 0 }, {}, randomSet(10, 30, 3))
      for (const values of Object.values(given.weights)) values.fill(0)
      const candidateStart = Uint32Array.from({ length: 11 }, (_, i) => i * 20)
      const task = {
        heldOut: new Int32Array(10).fill(29),
        candidateStart,
        candidates: Int32Array.from({ length: 200 }, (_, i) => i % 20),
      }
      await withSession(create('auto'), given, async (session) => {
        expect([...(await session.rankHeldOut(task))]).toEqual(new Array(10).fill(20))
      })
    })

    it('gives the same bits again, on any number of threads, in any division into calls', async () => {
      for (const config of [
        { dropout: 0.2 },
        { optimizer: 'adam' as const },
        { l2: { scope: 'table' as const, gmfUser: 0.01 } },
      ]) {
        const train = (threads: number | 'auto', pieces: number[]) =>
          withSession(
            create(threads),
            problem(
              { model: 'NeuMF', factors: 6, layers: 2 },
              { batchSize: 50, ...config },
              randomSet(90, 70, 20),
            ),
            async (session) => {
              let lossSum = 0
              let from = 0
              for (const to of [...pieces, session.stepsPerEpoch]) {
                lossSum = (await session.train({ epoch: 1, fromStep: from, toStep: to, lossSum })).lossSum
                from = to
              }
              return { lossSum, weights: await session.readWeights() }
            },
          )
        const once = await train(1, [])
        expect(await train(1, [])).toEqual(once)
        expect(await train(2, [3, 4])).toEqual(once)
        expect(await train(3, [])).toEqual(once)
        expect(await train('auto', [1, 2, 3, 30])).toEqual(once)
      }
    })

    it.each<[string, Partial<NeuralConfigInput>, number, number]>([
      ...OPTIMIZERS.map((optimizer): [string, Partial<NeuralConfigInput>, number, number] => [
        optimizer,
        { optimizer },
        20,
        2,
      ]),
      ['adam on four threads', { optimizer: 'adam' }, 20, 4],
      // Rows lie idle so long that their closed form is another.
      ['adam for 450 steps', { optimizer: 'adam' }, 450, 2],
      ['L2 on the rows of the batch', { l2: { gmfUser: 0.01, gmfItem: 0.02, predict: 0.03 } }, 20, 2],
      ['L2 on a whole table', { l2: { scope: 'table', gmfItem: 0.01 } }, 20, 2],
    ])('gives GMF the same bits where threads share its columns: %s', async (_, config, steps, threads) => {
      const given = problem(
        { model: 'GMF', factors: 61, layers: 0 },
        { batchSize: 6, ...config },
        randomSet(900, 40, 3),
      )
      const train = (threads: number) =>
        withSession(create(threads), given, async (session) => {
          const whole = await session.train({ epoch: 1, fromStep: 0, toStep: steps })
          const single = await session.trainBatch(await session.sampleBatch(1, steps))
          await session.writeState(await session.readState())
          await session.train({ epoch: 1, fromStep: steps + 1, toStep: steps + 10 })
          const scores = await session.scoreAllItems(5)
          return { losses: [whole.lossSum, single.lossSum], scores, state: await session.readState() }
        })
      expect(await train(threads)).toEqual(await train(1))
    })

    it('goes on from a saved state, in the middle of an epoch, as if it had never stopped', async () => {
      for (const optimizer of OPTIMIZERS) {
        const given = () =>
          problem(
            { model: 'NeuMF', factors: 5, layers: 2 },
            { batchSize: 20, optimizer },
            randomSet(300, 200, 9),
          )
        const undisturbed = await withSession(create(1), given(), async (session) => {
          await session.train({ epoch: 1, fromStep: 0, toStep: session.stepsPerEpoch })
          return session.readWeights()
        })
        const state = await withSession(create(1), given(), async (session) => {
          await session.train({ epoch: 1, fromStep: 0, toStep: 100 })
          return session.readState()
        })
        const resumed = await withSession(create(1), given(), async (session) => {
          await session.writeState(state)
          await session.train({ epoch: 1, fromStep: 100, toStep: session.stepsPerEpoch })
          return session.readWeights()
        })
        expect(resumed, optimizer).toEqual(undisturbed)
      }
    })

    it('learns: the loss falls far below that of guessing', async () => {
      const given = problem(
        { model: 'GMF', factors: 8, layers: 0 },
        { learningRate: 0.01 },
        randomSet(60, 50, 6),
      )
      await withSession(create('auto'), given, async (session) => {
        let mean = 0
        for (let epoch = 1; epoch <= 60; epoch++) {
          const { lossSum, samples } = await session.train({
            epoch,
            fromStep: 0,
            toStep: session.stepsPerEpoch,
          })
          await session.flush()
          mean = lossSum / samples
        }
        expect(mean).toBeLessThan(0.2)
      })
    })

    it('refuses weights of the wrong size by name', async () => {
      const given = problem({ model: 'GMF', factors: 3, layers: 0 })
      given.weights['gmf.item.weight'] = new Float32Array(5)
      await expect(create('auto').openSession(given)).rejects.toThrow(/gmf\.item\.weight needs 90 values/)
    })

    it('refuses steps that an epoch does not have', async () => {
      await withSession(create(1), problem({ model: 'GMF', factors: 2, layers: 0 }), async (session) => {
        const last = session.stepsPerEpoch
        for (const [fromStep, toStep] of [
          [0, last + 1],
          [last + 1, last + 2],
          [-1, 1],
          [3, 2],
        ])
          await expect(session.train({ epoch: 1, fromStep, toStep })).rejects.toMatchObject({
            name: 'EngineError',
            code: 'no-such-step',
          })
        await expect(session.sampleBatch(1, last)).rejects.toMatchObject({ code: 'no-such-step' })
        expect((await session.train({ epoch: 1, fromStep: last, toStep: last })).samples).toBe(0)
      })
    })

    it.each<[string, (tensors: EngineState['tensors']) => void, RegExp]>([
      ['without a weight', (tensors) => delete tensors['predict.bias'], /predict\.bias .*there is nothing/],
      [
        'with a moment of another length',
        (tensors) => (tensors['optimizer.v.gmf.user.weight'] = new Float32Array(3)),
        /optimizer\.v\.gmf\.user\.weight needs 120 values .*there are 3/,
      ],
      [
        'with a weight of integers',
        (tensors) => (tensors['gmf.item.weight'] = new Int32Array(90)),
        /gmf\.item\.weight .*90 of int32/,
      ],
      [
        'with a row from a later step than the last',
        (tensors) => (tensors['optimizer.last.items'][4] = 1000),
        /optimizer\.last\.items has steps that are not among the 3 taken/,
      ],
    ])('refuses a state %s and stays as it was', async (_, damage, message) => {
      await withSession(create(1), problem({ model: 'GMF', factors: 3, layers: 0 }), async (session) => {
        await session.train({ epoch: 1, fromStep: 0, toStep: 3 })
        const before = await session.readState()
        const state = await session.readState()
        for (const values of Object.values(state.tensors)) values.fill(1)
        damage(state.tensors)
        await expect(session.writeState(state)).rejects.toThrow(message)
        expect(await session.readState()).toEqual(before)
      })
    })

    it('says what a training takes, and refuses one that it cannot hold, before anything is drawn', () => {
      const engine = create('auto')
      const shape = { userCount: 6040, itemCount: 3706, interactions: 994_169 }
      const config = neuralConfigSchema.parse({ model: 'GMF', factors: 32 })
      const demand = engine.demand(config, shape)
      expect(demand).toMatchObject({
        parameters: 32 * (6040 + 3706) + 33,
        samplesPerEpoch: 5 * 994_169,
        stepsPerEpoch: Math.ceil((5 * 994_169) / 256),
      })
      expect(demand.memoryBytes).toBeGreaterThan(12 * demand.parameters)
      expect(() => engine.demand({ ...config, model: 'MLP', factors: 8192, layers: 16 }, shape)).toThrow(
        expect.objectContaining({ name: 'EngineError', code: 'too-large' }),
      )
    })

    it('opens and disposes many sessions without keeping their threads or memory', async () => {
      for (let i = 0; i < 5; i++)
        await withSession(create(2), problem({ model: 'GMF', factors: 4, layers: 0 }), async () => {})
      const before = process.memoryUsage().rss
      for (let i = 0; i < 20; i++)
        await withSession(create(2), problem({ model: 'GMF', factors: 4, layers: 0 }), async () => {})
      // A session of this problem has 16 MiB of linear memory; twenty that stayed would be 320 MiB.
      expect(process.memoryUsage().rss - before).toBeLessThan(200 * 2 ** 20)
    })
  })
}

function fullSet(userCount: number, itemCount: number) {
  return {
    userCount,
    itemCount,
    trainStart: Uint32Array.from({ length: userCount + 1 }, (_, i) => i * itemCount),
    trainItems: Int32Array.from({ length: userCount * itemCount }, (_, i) => i % itemCount),
  }
}
