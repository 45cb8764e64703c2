import type { AppEvent } from '../contract/contract.ts'
import type { Dispatch } from '../contract/dispatcher.ts'

/** The application behind its windows, whatever shell they live in. */
export interface Studio {
  dispatch: Dispatch
  /** Returns a function that stops listening. */
  subscribe(listener: (event: AppEvent) => void): () => void
  /** Runs that train or wait here, and how far those that train are together: for taskbar and close dialog. */
  activity(): { running: number; waiting: number; fraction: number | undefined }
  /** Writes a run as .zip; resolves to a file name to suggest. Rejects with an error that has a code. */
  exportRun(id: string, outFile: string): Promise<{ fileName: string }>
  /** Checkpoints what trains and ends the engine processes. */
  close(): Promise<void>
}
