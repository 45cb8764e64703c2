import { readFile } from 'node:fs/promises'
import { cpus, release, type } from 'node:os'
import { z } from 'zod'
import type { DatasetDescription } from '../core/dataset/datasetDescription.ts'
import type { NeuralConfig } from '../core/run/runConfig.ts'
import type { Provenance } from '../core/run/runRecord.ts'
import { bundledFile } from './bundledFiles.ts'

/** Set by the build where the commit is known; absent in tests, which run from the source. */
declare const __APP_COMMIT__: string | undefined

const packageSchema = z.object({ version: z.string().min(1) })

/** The program's version, from its package.json. */
export async function appVersion(): Promise<string> {
  const text = await readFile(bundledFile('package.json'), 'utf8')
  return packageSchema.parse(JSON.parse(text)).version
}

/** The commit that the program was built from, if that was known. */
export function appCommit(): string | undefined {
  return typeof __APP_COMMIT__ === 'undefined' ? undefined : __APP_COMMIT__
}

/** The processor's name as the system gives it. */
export function cpuName(): string {
  return cpus()[0]?.model.trim() || 'unknown CPU'
}

/** What only the caller knows of a run. */
export interface RunOrigin {
  dataset: Pick<DatasetDescription, 'sources'>
  arithmetic: NeuralConfig['arithmetic']
  threads: number | 'auto'
}

/** Where a run of the CPU engine on this machine, with this program, comes from. */
export async function collectProvenance({ dataset, arithmetic, threads }: RunOrigin): Promise<Provenance> {
  const commit = appCommit()
  const { electron } = process.versions
  return {
    appVersion: await appVersion(),
    ...(commit && { commit }),
    engine: 'cpu',
    device: cpuName(),
    arithmetic,
    threads,
    nodeVersion: process.versions.node,
    ...(electron && { electronVersion: electron }),
    os: `${type()} ${release()} ${process.arch}`,
    cpu: `${cpuName()} (${cpus().length} threads)`,
    sourceFiles: dataset.sources.map(({ path, sha256 }) => ({ name: path, sha256 })),
  }
}
