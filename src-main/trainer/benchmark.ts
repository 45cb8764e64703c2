import type { Dataset } from '../core/dataset/dataset.ts'
import type { Engine, EngineSession } from '../core/engine.ts'
import { initialWeights } from '../core/models/initialWeights.ts'
import { modelSpec } from '../core/models/modelSpec.ts'
import { RandomStream } from '../core/random/streams.ts'
import { median } from '../core/run/median.ts'
import { neuralConfigSchema } from '../core/run/runConfig.ts'
import { openDatasetLibrary } from '../node/datasetLibrary.ts'
import type { BenchmarkResult, JobOf } from './messages.ts'

const ROUNDS = 5
const CALIBRATION_MILLISECONDS = 40
/** ML-1M's size: what the synthetic data stands in for. */
const USERS = 6040
const ITEMS = 3706
const ITEMS_PER_USER = 165
const NEGATIVES = 99

/**
 * Measures one configuration: training speed, beside a calibration loop in plain JavaScript in the same rounds, and
 * the speed of ranking the held-out items. Medians over the rounds; the first second, in which code is still being
 * optimised, does not count.
 */
export async function benchmark(job: JobOf<'benchmark'>, engine: Engine): Promise<BenchmarkResult> {
  const { model, factors, layers, batchSize, arithmetic, seconds } = job
  const config = neuralConfigSchema.parse({ model, factors, layers, batchSize, arithmetic })
  const dataset = job.datasetId ? await stored(job.library, job.datasetId) : synthetic()
  const spec = modelSpec(config)
  const { userCount, itemCount, trainItems } = dataset
  engine.demand(config, { userCount, itemCount, interactions: trainItems.length })
  const weights = initialWeights(spec, dataset.userCount, dataset.itemCount, config.seed)
  const session = await engine.openSession({ spec, set: dataset, options: config, weights })
  try {
    const place = { step: 0 }
    await trainFor(session, place, 1000)
    const rounds: { training: number; calibration: number }[] = []
    for (let i = 0; i < ROUNDS; i++) {
      const calibration = calibrate()
      rounds.push({
        calibration,
        training: (await trainFor(session, place, (1000 * seconds) / ROUNDS)) * config.batchSize,
      })
    }
    return {
      samplesPerSecond: median(rounds.map(({ training }) => training)),
      slowestRound: Math.min(...rounds.map(({ training }) => training)),
      fastestRound: Math.max(...rounds.map(({ training }) => training)),
      samplesPerThousandCalibrations: median(
        rounds.map(({ training, calibration }) => (1000 * training) / calibration),
      ),
      calibrationsPerSecond: median(rounds.map(({ calibration }) => calibration)),
      samplesPerEpoch: dataset.trainItems.length * (1 + config.negativesPerPositive),
      ...(await measureRanking(session, dataset)),
    }
  } finally {
    await session.dispose()
  }
}

/** Whole steps per second over about so many milliseconds; steps go on from call to call. */
async function trainFor(
  session: EngineSession,
  place: { step: number },
  milliseconds: number,
): Promise<number> {
  const start = performance.now()
  let steps = 0
  let slice = 16
  while (performance.now() - start < milliseconds) {
    const fromStep = place.step % session.stepsPerEpoch
    const toStep = Math.min(session.stepsPerEpoch, fromStep + slice)
    const epoch = 1 + Math.floor(place.step / session.stepsPerEpoch)
    await session.train({ epoch, fromStep, toStep })
    place.step += toStep - fromStep
    steps += toStep - fromStep
    const perStep = (performance.now() - start) / steps
    slice = Math.max(1, Math.min(4 * slice, Math.round(milliseconds / 4 / perStep)))
  }
  return (1000 * steps) / (performance.now() - start)
}

/** Multiply-adds per second of a plain float64 loop: a yardstick that any machine has. */
function calibrate(): number {
  const values = Float64Array.from({ length: 4096 }, (_, i) => 1 + i / 4096)
  const start = performance.now()
  let sum = 0
  let passes = 0
  while (performance.now() - start < CALIBRATION_MILLISECONDS) {
    for (let i = 0; i < values.length; i++) sum = sum * 0.5 + values[i]
    passes++
  }
  if (!Number.isFinite(sum)) throw new Error('The calibration loop went astray.')
  return (1000 * passes * values.length) / (performance.now() - start)
}

async function measureRanking(session: EngineSession, dataset: Dataset) {
  await session.flush()
  const times: number[] = []
  for (let i = 0; i < ROUNDS; i++) {
    const start = performance.now()
    await session.rankHeldOut(dataset)
    times.push((performance.now() - start) / 1000)
  }
  const tested = dataset.heldOut.reduce((count, item) => count + (item >= 0 ? 1 : 0), 0)
  return { rankedPairs: tested + dataset.candidates.length, rankSeconds: median(times) }
}

async function stored(library: string, datasetId: string): Promise<Dataset> {
  return (await (await openDatasetLibrary(library)).load(datasetId)).dataset
}

/** Data of ML-1M's size, popularity long-tailed (an item's chance falls with the root of its rank), from a fixed seed. */
function synthetic(): Dataset {
  const stream = new RandomStream([1, 1])
  const pick = () => Math.floor(ITEMS * stream.nextUnit() ** 2)
  const rows = Array.from({ length: USERS }, () => {
    const items = new Set<number>()
    while (items.size < ITEMS_PER_USER) items.add(pick())
    return [...items].sort((a, b) => a - b)
  })
  return {
    userCount: USERS,
    itemCount: ITEMS,
    trainStart: Uint32Array.from({ length: USERS + 1 }, (_, user) => user * ITEMS_PER_USER),
    trainItems: Int32Array.from(rows.flat()),
    heldOut: Int32Array.from({ length: USERS }, pick),
    candidateStart: Uint32Array.from({ length: USERS + 1 }, (_, user) => user * NEGATIVES),
    candidates: Int32Array.from({ length: USERS * NEGATIVES }, () => stream.nextIndex(ITEMS)),
  }
}
