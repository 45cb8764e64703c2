import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import {
  BASELINE_NAMES,
  type BaselineConfig,
  type NeuralConfigInput,
} from '../../src-main/core/run/runConfig.ts'
import { createCpuEngine } from '../../src-main/engines/cpu/cpuEngine.ts'
import { openRunStore } from '../../src-main/node/runStore.ts'
import { trainStoredRun } from '../../src-main/trainer/storedTraining.ts'
import { assets, libraryWithSample, linearAlgebra } from './runFixture.ts'

interface Recorded {
  config: Partial<NeuralConfigInput> | (Partial<BaselineConfig> & Pick<BaselineConfig, 'model'>)
  weightsHash: string
  hr10: number
}

/**
 * Weights hashes of two epochs on the bundled sample, arithmetic portable, recorded with Node 20 on x86-64 (AMD EPYC).
 * They must come out the same on every machine and every number of threads. A change of the kernel's order of
 * operations changes them: then record them anew, and say so, since runs made before can no longer be repeated.
 */
const recorded = JSON.parse(
  readFileSync(new URL('../golden/portable-bits.json', import.meta.url), 'utf8'),
) as Recorded[]

const isBaseline = (config: Recorded['config']): config is Extract<Recorded['config'], { model: string }> =>
  (BASELINE_NAMES as readonly (string | undefined)[]).includes(config.model)

it.each(recorded.map((each) => [JSON.stringify(each.config), each] as const))(
  'gives the recorded bits for %s on one thread and on two',
  async (_, { config, weightsHash, hr10 }) => {
    const { library, createRun } = await libraryWithSample()
    for (const threads of [1, 2]) {
      const runId = await createRun(
        isBaseline(config) ? config : { epochs: 2, factors: 8, layers: 3, ...config },
      )
      const { summary } = await trainStoredRun(openRunStore(library), runId, {
        engineFor: ({ arithmetic }) => createCpuEngine({ assets, arithmetic, threads }),
        linearAlgebra,
        emit: () => {},
        stopWish: () => undefined,
      })
      expect({ weightsHash: summary!.weightsHash, hr10: summary!.test!.hr[9] }).toEqual({ weightsHash, hr10 })
    }
  },
)
