import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import type { LibraryPorts, MachinePort } from '../studio/ports.ts'
import { ensureFolder } from './atomicFile.ts'
import { datasetFolder } from './datasetChanges.ts'
import { describeFileSystemError } from './datasetLibraryError.ts'
import { datasetPorts } from './datasetPorts.ts'
import { watchLibrary } from './libraryWatch.ts'
import { appCommit, appVersion, collectProvenance, cpuName } from './provenance.ts'
import { loadPublishedResults } from './publishedResults.ts'
import { queuePort } from './queueFile.ts'
import { runFolder } from './runFolder.ts'
import { runPorts } from './runPorts.ts'
import { openRunStore } from './runStore.ts'
import { describeWeightsFile } from './weightsFile.ts'
import { samplePath, welcomeLibrary } from './welcome.ts'

/**
 * All that a library's folder and this machine give the studio; a shell adds engines, settings and what it can show.
 *
 * @throws DatasetLibraryError when the folder cannot be made.
 */
export async function libraryPorts(libraryDir: string): Promise<LibraryPorts> {
  const library = resolve(libraryDir)
  await ensureFolder(library).catch((error) => {
    throw describeFileSystemError(error, 'create the library', library)
  })
  return {
    library,
    runs: runPorts(openRunStore(library)),
    datasets: datasetPorts(library),
    watch: (onChanges) => watchLibrary(library, onChanges),
    publishedResults: () => loadPublishedResults(),
    weightsFile: describeWeightsFile,
    samplePath: samplePath(),
    welcome: async () => void (await welcomeLibrary(library)),
    machine: await machinePort(),
    clock: {
      now: () => performance.now(),
      after: (milliseconds, action) => {
        const timer = setTimeout(action, milliseconds)
        return () => clearTimeout(timer)
      },
    },
    queue: queuePort(library),
    folderOf: (what, id) => (what === 'run' ? runFolder(library, id) : datasetFolder(library, id)),
  }
}

async function machinePort(): Promise<MachinePort> {
  const commit = appCommit()
  return {
    facts: {
      version: await appVersion(),
      ...(commit && { commit }),
      platform: process.platform,
      device: cpuName(),
      cores: availableParallelism(),
      nodeVersion: process.versions.node,
    },
    provenance: collectProvenance,
  }
}
