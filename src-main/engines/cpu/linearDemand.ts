import { baselineParameters } from '../../core/baselines/baselineSize.ts'
import { EngineError, type EngineDemand } from '../../core/engine.ts'
import { isNeural, type BaselineConfig, type RunConfig } from '../../core/run/runConfig.ts'
import type { DatasetShape } from '../../core/training/trainingDemand.ts'
import { cpuDemandHere, machineMemory } from './cpuDemand.ts'
import { inversionLayout, leastSquaresLayout, MAXIMUM_BYTES } from './linearLayout.ts'

/** What to do about a baseline that does not fit. */
const ADVICE: Record<BaselineConfig['model'], string> = {
  ItemPop: 'choose a smaller dataset',
  ItemKNN: 'keep fewer neighbours, or choose a smaller dataset',
  EASE: 'it keeps a number for every pair of items, so choose a dataset with fewer items, or ItemKNN or iALS instead',
  iALS: 'choose fewer factors or a smaller dataset',
  BPR: 'choose fewer factors or a smaller dataset',
}

/** Bytes of the linear algebra's own memory, of which WebAssembly can address 4 GiB. */
function kernelBytes(config: BaselineConfig, { userCount, itemCount, interactions }: DatasetShape): number {
  if (config.model === 'EASE') return inversionLayout(itemCount).end
  if (config.model !== 'iALS') return 0
  const rows = Math.max(userCount, itemCount)
  return leastSquaresLayout({ rows, width: config.factors, solvedRows: rows, listed: interactions }).end
}

function requireFit(config: BaselineConfig, bytes: number, limit: number, whose: string): void {
  if (bytes <= limit) return
  const gibibytes = (value: number) => (value / 2 ** 30).toFixed(1)
  throw new EngineError(
    'too-large',
    `${config.model} needs ${gibibytes(bytes)} GiB here, but ${whose} ${gibibytes(limit)} GiB: ${ADVICE[config.model]}.`,
  )
}

/**
 * What fitting a baseline takes: its equations, its tensors, and the data that it reads by users and by items.
 * @throws EngineError 'too-large' for what the engine cannot address or this machine cannot hold.
 */
export function baselineDemandHere(
  config: BaselineConfig,
  shape: DatasetShape,
  machineBytes = machineMemory(),
): EngineDemand {
  const parameters = baselineParameters(config, shape)
  const kernel = kernelBytes(config, shape)
  requireFit(config, kernel, MAXIMUM_BYTES, 'WebAssembly can address')
  // Similarities are joined from rows, each an item number beside a value, and turned once to score.
  const copies = config.model === 'ItemKNN' ? 6 : 1
  const memoryBytes = kernel + 4 * copies * parameters + 12 * shape.interactions
  requireFit(config, memoryBytes, machineBytes, 'this machine has')
  return { parameters, memoryBytes, samplesPerEpoch: shape.interactions, stepsPerEpoch: 1 }
}

/** What a run of any model takes on this machine. Throws EngineError 'too-large', ModelSpecError. */
export function demandHere(
  config: RunConfig,
  shape: DatasetShape,
  threads: number | 'auto' = 'auto',
): EngineDemand {
  return isNeural(config) ? cpuDemandHere(config, shape, threads) : baselineDemandHere(config, shape)
}
