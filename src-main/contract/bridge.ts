import type { AppEvent } from './contract.ts'
import type { Reply } from './contractError.ts'

/** What Electron's preload gives a window as `window.ncfStudio`: functions only, never ipcRenderer. */
export interface Bridge {
  invoke(name: string, argument: unknown): Promise<Reply>
  /** Returns a function that stops listening. */
  subscribe(listener: (event: AppEvent) => void): () => void
  /** Absolute path of a dropped file or folder; '' for a File that the page made itself. */
  pathForFile(file: File): string
}

/** IPC channels of the bridge. */
export const REQUEST_CHANNEL = 'ncf:request'
export const EVENT_CHANNEL = 'ncf:event'
