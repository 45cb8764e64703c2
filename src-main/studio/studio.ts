import type { AppEvent } from '../contract/contract.ts'
import type { Dispatch } from '../contract/dispatcher.ts'

/** The application behind a window, whatever shell it lives in. */
export interface Studio {
  dispatch: Dispatch
  subscribe(listener: (event: AppEvent) => void): () => void
}
