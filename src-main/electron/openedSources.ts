import { app, BrowserWindow, dialog } from 'electron'
import type { Source } from '../contract/datasetContract.ts'
import type { AppEvent } from '../contract/contract.ts'

const TITLES = { folder: 'Open a dataset folder', file: 'Open a dataset file or a run' } as const

/** The desktop's dialog for a folder or a file; null when it is cancelled. */
export async function chooseSource(what: keyof typeof TITLES): Promise<Source | null> {
  const { canceled, filePaths } = await dialog.showOpenDialog(BrowserWindow.getAllWindows()[0], {
    title: TITLES[what],
    properties: [what === 'folder' ? 'openDirectory' : 'openFile'],
  })
  return canceled || filePaths.length === 0 ? null : { kind: 'path', path: filePaths[0] }
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
