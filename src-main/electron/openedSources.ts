import { app, BrowserWindow, dialog } from 'electron'
import type { Source } from '../contract/datasetContract.ts'
import type { AppEvent } from '../contract/contract.ts'
import { sourceOfArguments } from './startArguments.ts'

const TITLES = { folder: 'Open a dataset folder', file: 'Open a dataset file or a run' } as const

/** The desktop's dialog for a folder or a file; null when it is cancelled. */
export async function chooseSource(what: keyof typeof TITLES): Promise<Source | null> {
  const { canceled, filePaths } = await dialog.showOpenDialog(BrowserWindow.getAllWindows()[0], {
    title: TITLES[what],
    properties: [what === 'folder' ? 'openDirectory' : 'openFile'],
  })
  return canceled || filePaths.length === 0 ? null : { kind: 'path', path: filePaths[0] }
}

type Opened = Source | undefined

/**
 * Folders and files given at the start, at a second start, or by the desktop. The desktop hands over the first ones
 * before the program is ready: make it at once, and they wait until somebody takes them.
 */
export class OpenedSources {
  private readonly early: Opened[] = []
  private deliver = (opened: Opened): void => void this.early.push(opened)

  /** @param args Of this start, with the folder that it was in. */
  constructor(args: readonly string[], folder: string) {
    const first = sourceOfArguments(args, folder, app.isPackaged)
    if (first) this.early.push(first)
    app.on('second-instance', (_, otherArgs, otherFolder) =>
      this.deliver(sourceOfArguments(otherArgs, otherFolder, app.isPackaged)),
    )
    app.on('open-file', (event, path) => {
      event.preventDefault()
      this.deliver({ kind: 'path', path })
    })
  }

  /** @param open Gets undefined for a second start that names nothing: it wants to see the window. */
  deliverTo(open: (opened: Opened) => void): void {
    this.deliver = open
    for (const opened of this.early.splice(0)) open(opened)
  }
}

/** Tells the desktop which sources were opened, for its own list of recent things. */
export class RecentDocuments {
  private latest: string | undefined

  onEvent(event: AppEvent): void {
    if (event.name !== 'settings:changed') return
    const path = event.payload.recentSources[0]?.path
    if (path === undefined || path === this.latest) return
    this.latest = path
    app.addRecentDocument(path)
  }
}
