import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import {
  arithmeticOf,
  BASELINE_NAMES,
  runConfigSchema,
  type BaselineConfig,
  type NeuralConfigInput,
} from '../../src-main/core/run/runConfig.ts'
import { createLinearAlgebra } from '../../src-main/engines/cpu/linearAlgebra.ts'
import { openDatasetLibrary } from '../../src-main/node/datasetLibrary.ts'
import { openRunStore } from '../../src-main/node/runStore.ts'

export const assets = new URL('../../out/engines/cpu/', import.meta.url)
export const trainerScript = new URL('../../out/trainer/trainerProcess.js', import.meta.url)
export const linearAlgebra = () => createLinearAlgebra({ assets })
const sample = fileURLToPath(new URL('../../resources/sample', import.meta.url))

/** A library of its own, gone after the test, with the sample imported. */
export async function libraryWithSample(validation = false) {
  const library = await mkdtemp(join(tmpdir(), 'ncf-trainer-'))
  onTestFinished(() => rm(library, { recursive: true, force: true, maxRetries: 5 }))
  const datasets = await openDatasetLibrary(library)
  const { description } = await datasets.import(sample, { validation })
  const store = openRunStore(library)

  const createRun = async (
    config: Partial<NeuralConfigInput> | (Partial<BaselineConfig> & Pick<BaselineConfig, 'model'>) = {},
  ): Promise<string> => {
    const neural = { model: 'NeuMF', factors: 4, layers: 2, epochs: 3 }
    const isBaseline = (BASELINE_NAMES as readonly (string | undefined)[]).includes(config.model)
    const parsed = runConfigSchema.parse(isBaseline ? config : { ...neural, ...config })
    const data = {
      datasetId: description.id,
      name: 'sample',
      fingerprint: description.fingerprint,
      userCount: description.report.users,
      itemCount: description.report.items,
      interactions: description.report.interactions,
    }
    const provenance = {
      appVersion: '0.0.0',
      engine: 'cpu',
      device: 'CPU',
      arithmetic: arithmeticOf(parsed),
      threads: 'auto' as const,
      nodeVersion: process.version,
      os: process.platform,
      cpu: 'CPU',
      sourceFiles: [],
    }
    return (await store.create(parsed, data, provenance)).id
  }
  return { library, store, datasets, description, createRun }
}
