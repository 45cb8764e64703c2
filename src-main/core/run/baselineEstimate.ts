import { baselineOperations } from '../baselines/baselineSize.ts'
import type { DatasetShape } from '../training/trainingDemand.ts'
import { median } from './median.ts'
import type { BaselineConfig } from './runConfig.ts'
import type { FinishedWork, RunEstimate } from './runEstimate.ts'

/**
 * Operations of `baselineOperations` in a second of one core, where nothing has been measured yet: in WebAssembly SIMD
 * for equations, in JavaScript for counting and sampling.
 */
const GUESSED_OPERATIONS_PER_SECOND: Record<BaselineConfig['model'], number> = {
  ItemPop: 1e8,
  ItemKNN: 9e7,
  EASE: 5e9,
  iALS: 5e9,
  BPR: 1e8,
}

type BaselineWork = FinishedWork & { config: BaselineConfig }

/** How long an epoch takes, from runs of the same model on this machine; of the same size, where there are any. */
export function baselineSeconds(
  config: BaselineConfig,
  data: DatasetShape,
  works: readonly FinishedWork[],
): Pick<RunEstimate, 'secondsPerEpoch' | 'basis'> {
  const operations = baselineOperations(config, data)
  const alike = works
    .filter(
      (work): work is BaselineWork => work.config.model === config.model && work.summary.trainSeconds > 0,
    )
    .map((work) => {
      const cost = baselineOperations(work.config, work.data)
      return { cost, rate: (work.summary.epochsCompleted * cost) / work.summary.trainSeconds }
    })
  const same = alike.filter(({ cost }) => cost === operations)
  const basis = same.length > 0 ? 'measured' : alike.length > 0 ? 'scaled' : 'guess'
  const rates = (same.length > 0 ? same : alike).map(({ rate }) => rate)
  const rate = rates.length > 0 ? median(rates) : GUESSED_OPERATIONS_PER_SECOND[config.model]
  return { secondsPerEpoch: operations / rate, basis }
}
