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
import { createCpuEngine } from '../../src-main/engines/cpu/cpuEngine.ts'
import { createLinearAlgebra } from '../../src-main/engines/cpu/linearAlgebra.ts'
import { openDatasetLibrary } from '../../src-main/node/datasetLibrary.ts'
import { openRunStore } from '../../src-main/node/runStore.ts'
import type { TrainingEvent } from '../../src-main/trainer/messages.ts'
import { trainStoredRun, type TrainingHooks } from '../../src-main/trainer/storedTraining.ts'

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

export type Library = Awaited<ReturnType<typeof libraryWithSample>>

/** One thread is fastest for the sample; test/engines shows that their number changes no bit. */
export const engineFor = ({ arithmetic }: { arithmetic: 'portable' | 'fma' }) =>
  createCpuEngine({ assets, arithmetic, threads: 1 })

/** Trains, stopping once `isEnough` says so of what was told. */
export async function train(
  { store }: Library,
  runId: string,
  isEnough: (events: TrainingEvent[]) => boolean = () => false,
  engine: TrainingHooks['engineFor'] = engineFor,
) {
  const events: TrainingEvent[] = []
  const end = await trainStoredRun(store, runId, {
    engineFor: engine,
    linearAlgebra,
    emit: (event) => events.push(event),
    stopWish: () => (isEnough(events) ? 'interrupted' : undefined),
  })
  const notices = events.flatMap((event) => (event.kind === 'notice' ? [event.message] : []))
  return { end, events, notices }
}
