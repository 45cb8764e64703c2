import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { ContractError } from '../contract/contractError.ts'
import { demandHere } from '../engines/cpu/linearDemand.ts'
import { bundledFile } from '../node/bundledFiles.ts'
import { libraryPorts } from '../node/libraryPorts.ts'
import { openSettingsFile } from '../node/settingsFile.ts'
import { removeDownloadLeftovers } from '../node/runDownload.ts'
import { settingsLocation } from '../node/settingsLocation.ts'
import { openStudio } from '../studio/studio.ts'
import { TrainerClient } from '../trainer/trainerClient.ts'
import { openBrowserShell } from './browserShell.ts'
import { openInBrowser } from './desktop.ts'
import { Uploads } from './uploads.ts'

export interface ServeOptions {
  /** 0: any that is free. */
  port: number
  /** Folder of the library. */
  library: string
}

export interface Serving {
  /** To be opened in a browser: it holds the token. */
  address: string
  /** Opens it in the desktop's browser; false where there is no desktop. */
  open(): Promise<boolean>
  /** Checkpoints what trains and ends. */
  close(): Promise<void>
}

async function builtWindows(): Promise<string> {
  const folder = bundledFile('out/renderer')
  try {
    await access(join(folder, 'index.html'))
    return folder
  } catch {
    throw new ContractError('not-built', `${folder} has no index.html: run "npm run build" first.`)
  }
}

/**
 * Opens a library and serves its windows to browsers of this machine.
 *
 * @throws ContractError `not-built`, `port-in-use` or `port-refused`; errors of a library that cannot be opened.
 */
export async function serve({ port, library }: ServeOptions): Promise<Serving> {
  const windows = await builtWindows()
  await removeDownloadLeftovers()
  const uploads = await Uploads.open(join(library, 'uploads'))
  const studio = await openStudio({
    ...(await libraryPorts(library)),
    engines: () => TrainerClient.start({ background: true }),
    demand: demandHere,
    settings: openSettingsFile(settingsLocation()),
    info: { shell: 'browser' },
    resolveUpload: (uploadId) => uploads.resolve(uploadId),
    releaseUpload: (uploadId) => uploads.discard(uploadId),
  })
  const close = async () => {
    await studio.close()
    await uploads.close()
  }
  try {
    const shell = await openBrowserShell({ studio, uploads, windows, port })
    return {
      address: shell.address,
      open: () => openInBrowser(shell.address),
      // Windows first: what they still ask for would only fail.
      close: () => shell.close().then(close),
    }
  } catch (error) {
    await close()
    throw error
  }
}
