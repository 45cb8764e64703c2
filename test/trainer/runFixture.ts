import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { neuralConfigSchema, type NeuralConfigInput } from '../../src-main/core/run/runConfig.ts'
import { openDatasetLibrary } from '../../src-main/node/datasetLibrary.ts'
import { openRunStore } from '../../src-main/node/runStore.ts'

export const assets = new URL('../../out/engines/cpu/', import.meta.url)
export const trainerScript = new URL('../../out/trainer/trainerProcess.js', import.meta.url)
const sample = fileURLToPath(new URL('../../resources/sample', import.meta.url))

/** A library of its own, gone after the test, with the sample imported. */
export async function libraryWithSample(validation = false) {
  const library = await mkdtemp(join(tmpdir(), 'ncf-trainer-'))
  onTestFinished(() => rm(library, { recursive: true, force: true, maxRetries: 5 }))
  const datasets = await openDatasetLibrary(library)
  const { description } = await datasets.import(sample, { validation })
  const store = openRunStore(library)

  const createRun = async (config: Partial<NeuralConfigInput> = {}): Promise<string> => {
    const parsed = neuralConfigSchema.parse({ model: 'NeuMF', factors: 4, layers: 2, epochs: 3, ...config })
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
      arithmetic: parsed.arithmetic,
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
