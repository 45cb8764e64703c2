import { modelSpec, type ModelSpec } from '../models/modelSpec.ts'
import { parameterCount } from '../models/parameterLayout.ts'
import type { DatasetShape } from '../training/trainingDemand.ts'
import { baselineParameters } from '../baselines/baselineSize.ts'
import { baselineSeconds } from './baselineEstimate.ts'
import { median } from './median.ts'
import { isNeural, type BaselineConfig, type NeuralConfig, type RunConfig } from './runConfig.ts'
import type { RunSummary } from './runSummary.ts'

/** A run of this machine that an estimate can learn from. */
export interface FinishedWork {
  config: RunConfig
  data: DatasetShape
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

/** Tables beside each weight: Adam's two moments, the accumulator of Adagrad and RMSprop. */
const MOMENTS = { adam: 2, lazyAdam: 2, sgd: 0, adagrad: 1, rmsprop: 1 } as const

/**
 * Drawing a sample and fetching its rows costs about as much as this many floating-point operations: GMF at F = 32
 * takes 0.22 us a sample where MLP layers run at 60 GFLOP/s (docs/benchmarks).
 */
const SAMPLE_OPERATIONS = 13_500
/** A multiplication and an addition for each weight, forwards and twice backwards. */
const OPERATIONS_PER_WEIGHT = 6
/** Of one core, where nothing has been measured yet. */
const GUESSED_OPERATIONS_PER_SECOND = 2.5e10

function samplesPerEpoch({ negativesPerPositive }: NeuralConfig, { interactions }: DatasetShape): number {
  return interactions * (1 + negativesPerPositive)
}

type NeuralWork = FinishedWork & { config: NeuralConfig }

/** Floating-point operations that a sample of training costs, roughly. */
export function operationsPerSample(spec: ModelSpec): number {
  const widths = [2 * spec.mlpWidth, ...spec.hiddenSizes]
  const tower = spec.hiddenSizes.reduce((sum, width, layer) => sum + width * widths[layer], 0)
  return SAMPLE_OPERATIONS + OPERATIONS_PER_WEIGHT * tower
}

/** Samples per second of training that a run has reached; undefined for one too short to tell. */
function speedOf({ config, data, summary }: NeuralWork): number | undefined {
  if (summary.trainSeconds <= 0) return undefined
  return (summary.epochsCompleted * samplesPerEpoch(config, data)) / summary.trainSeconds
}

function isSameWork(a: NeuralConfig, b: NeuralConfig): boolean {
  const key = (config: NeuralConfig) =>
    JSON.stringify([modelSpec(config), config.batchSize, config.optimizer, config.arithmetic])
  return key(a) === key(b)
}

function speeds(works: readonly NeuralWork[], per: (work: NeuralWork) => number): number[] {
  return works.flatMap((work) => {
    const speed = speedOf(work)
    return speed === undefined ? [] : [speed * per(work)]
  })
}

function estimateSpeed(
  config: NeuralConfig,
  works: readonly NeuralWork[],
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

/** What weights and moments take at the least: for a training that is too large for an engine to say. */
function leastMemory(config: NeuralConfig, parameters: number): number {
  return 4 * parameters * (2 + MOMENTS[config.optimizer])
}

/**
 * What training a configuration would take.
 *
 * @param works Runs that were trained on this machine: the more alike, the better the estimate.
 * @param memoryBytes What the engine says it needs; undefined where it says that it cannot.
 */
export function estimateRun(
  config: RunConfig,
  data: DatasetShape,
  works: readonly FinishedWork[],
  cores: number,
  memoryBytes: number | undefined,
): RunEstimate {
  if (!isNeural(config)) return estimateBaseline(config, data, works, memoryBytes)
  const parameters = parameterCount(modelSpec(config), data.userCount, data.itemCount)
  const samples = samplesPerEpoch(config, data)
  const { speed, basis } = estimateSpeed(config, works.filter(isNeuralWork), cores)
  return {
    parameters,
    memoryBytes: memoryBytes ?? leastMemory(config, parameters),
    fits: memoryBytes !== undefined,
    samplesPerEpoch: samples,
    stepsPerEpoch: Math.ceil(samples / config.batchSize),
    secondsPerEpoch: samples / speed,
    basis,
  }
}

function isNeuralWork(work: FinishedWork): work is NeuralWork {
  return isNeural(work.config)
}

/** A sample of a baseline is a training positive, and an epoch is one step. */
function estimateBaseline(
  config: BaselineConfig,
  data: DatasetShape,
  works: readonly FinishedWork[],
  memoryBytes: number | undefined,
): RunEstimate {
  const parameters = baselineParameters(config, data)
  return {
    parameters,
    memoryBytes: memoryBytes ?? 4 * parameters,
    fits: memoryBytes !== undefined,
    samplesPerEpoch: data.interactions,
    stepsPerEpoch: 1,
    ...baselineSeconds(config, data, works),
  }
}
