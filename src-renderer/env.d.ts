import type { Bridge } from '../src-main/contract/bridge.ts'

declare global {
  interface Window {
    /** Only in Electron. */
    ncfStudio?: Bridge
  }
}
