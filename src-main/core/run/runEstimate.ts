import { modelSpec, type ModelSpec } from '../models/modelSpec.ts'
import { parameterCount } from '../models/parameterLayout.ts'
import type { RunConfig } from './runConfig.ts'
import type { RunSummary } from './runSummary.ts'

/** What an estimate needs to know of the data. */
export interface DataSize {
  userCount: number
  itemCount: number
  /** Training positives. */
  interactions: number
}

/** A run of this machine that an estimate can learn from. */
export interface FinishedWork {
  config: RunConfig
  data: DataSize
  summary: Pick<RunSummary, 'epochsCompleted' | 'trainSeconds'>
}

export interface RunEstimate {
  parameters: number
  memoryBytes: number
  fits: boolean
  samplesPerEpoch: number
  stepsPerEpoch: number
  secondsPerEpoch: number
  basis: 'measured' | 'scaled' | 'guess'
}

/** The CPU engine's linear memory has addresses of 32 bits. */
const ENGINE_BYTES = 2 ** 32
/** The rest is for the system and the windows. */
const USABLE_SHARE = 0.9
/** Tables beside each weight: Adam's two moments, the accumulator of Adagrad and RMSprop. */
const MOMENTS = { adam: 2, lazyAdam: 2, sgd: 0, adagrad: 1, rmsprop: 1 } as const
const LINE = 64
/** Membership of items in a user's history is kept as bits up to this size. */
const BITSET_BYTES = 2 ** 26

/**
 * Drawing a sample and fetching its rows costs about as much as this many floating-point operations: GMF at F = 32
 * takes 0.22 us a sample where MLP layers run at 60 GFLOP/s (docs/benchmarks).
 */
const SAMPLE_OPERATIONS = 13_500
/** A multiplication and an addition for each weight, forwards and twice backwards. */
const OPERATIONS_PER_WEIGHT = 6
/** Of one core, where nothing has been measured yet. */
const GUESSED_OPERATIONS_PER_SECOND = 2.5e10

function samplesPerEpoch({ negativesPerPositive }: RunConfig, { interactions }: DataSize): number {
  return interactions * (1 + negativesPerPositive)
}

/** Floating-point operations that a sample of training costs, roughly. */
export function operationsPerSample(spec: ModelSpec): number {
  const widths = [2 * spec.mlpWidth, ...spec.hiddenSizes]
  const tower = spec.hiddenSizes.reduce((sum, width, layer) => sum + width * widths[layer], 0)
  return SAMPLE_OPERATIONS + OPERATIONS_PER_WEIGHT * tower
}

function engineBytes(spec: ModelSpec, config: RunConfig, data: DataSize): number {
  const { userCount, itemCount, interactions } = data
  const rowBytes = (1 + MOMENTS[config.optimizer]) * (spec.gmfWidth + spec.mlpWidth) * 4
  const tables = (userCount + itemCount) * (Math.ceil(rowBytes / LINE) * LINE + 8)
  const layers = [2 * spec.mlpWidth, ...spec.hiddenSizes]
  // Values and gradients of each layer, and three products of the GMF part, for every sample of a batch.
  const batch = config.batchSize * 4 * (2 * layers.reduce((sum, width) => sum + width, 0) + 3 * spec.gmfWidth)
  const weights = layers.slice(1).reduce((sum, width, layer) => sum + width * layers[layer], 0)
  const bits = (userCount * itemCount) / 8
  const itemHalves = itemCount * 4 * (spec.hiddenSizes[0] ?? 0)
  const history = 4 * (userCount + 2 * interactions)
  return tables + batch + 16 * weights + (bits <= BITSET_BYTES ? bits : 0) + itemHalves + history
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[sorted.length >> 1]
}

/** Samples per second of training that a run has reached; undefined for one too short to tell. */
function speedOf({ config, data, summary }: FinishedWork): number | undefined {
  if (summary.trainSeconds <= 0) return undefined
  return (summary.epochsCompleted * samplesPerEpoch(config, data)) / summary.trainSeconds
}

function isSameWork(a: RunConfig, b: RunConfig): boolean {
  const key = (config: RunConfig) =>
    JSON.stringify([modelSpec(config), config.batchSize, config.optimizer, config.arithmetic])
  return key(a) === key(b)
}

function speeds(works: readonly FinishedWork[], per: (work: FinishedWork) => number): number[] {
  return works.flatMap((work) => {
    const speed = speedOf(work)
    return speed === undefined ? [] : [speed * per(work)]
  })
}

function estimateSpeed(
  config: RunConfig,
  works: readonly FinishedWork[],
  cores: number,
): { speed: number; basis: RunEstimate['basis'] } {
  const same = speeds(
    works.filter((work) => isSameWork(work.config, config)),
    () => 1,
  )
  if (same.length > 0) return { speed: median(same), basis: 'measured' }
  const operations = operationsPerSample(modelSpec(config))
  const rates = speeds(works, (work) => operationsPerSample(modelSpec(work.config)))
  if (rates.length > 0) return { speed: median(rates) / operations, basis: 'scaled' }
  return { speed: (GUESSED_OPERATIONS_PER_SECOND * cores) / operations, basis: 'guess' }
}

/**
 * What training a configuration would take.
 *
 * @param works Runs that were trained on this machine: the more alike, the better the estimate.
 */
export function estimateRun(
  config: RunConfig,
  data: DataSize,
  works: readonly FinishedWork[],
  machine: { memoryBytes: number; cores: number },
): RunEstimate {
  const spec = modelSpec(config)
  const parameters = parameterCount(spec, data.userCount, data.itemCount)
  const engine = engineBytes(spec, config, data)
  // Initial weights, the state of a checkpoint and the data itself lie beside the engine's memory.
  const state = 4 * parameters * (1 + MOMENTS[config.optimizer])
  const memoryBytes = engine + 4 * parameters + state + 4 * data.interactions
  const samples = samplesPerEpoch(config, data)
  const { speed, basis } = estimateSpeed(config, works, machine.cores)
  return {
    parameters,
    memoryBytes,
    fits: engine <= ENGINE_BYTES && memoryBytes <= USABLE_SHARE * machine.memoryBytes,
    samplesPerEpoch: samples,
    stepsPerEpoch: Math.ceil(samples / config.batchSize),
    secondsPerEpoch: samples / speed,
    basis,
  }
}
