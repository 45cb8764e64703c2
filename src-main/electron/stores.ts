import Store from 'electron-store'
import { openOrReplace, settingsPort } from '../node/settingsFile.ts'
import type { SettingsPort } from '../studio/ports.ts'
import type { Bounds } from './windowPlacement.ts'

function openStore<T extends Record<string, unknown>>(folder: string, name: string): Store<T> {
  const open = () => new Store<T>({ name, accessPropertiesByDotNotation: false })
  return openOrReplace(folder, name, open)
}

/** Preferences, in `settings.json` of the user's own folder. */
export function openSettingsStore(folder: string): SettingsPort {
  return settingsPort(openStore(folder, 'settings'))
}

export interface WindowState {
  bounds: Bounds
  maximized: boolean
}

/** Where the window was last. */
export interface WindowStateStore {
  get(): WindowState | undefined
  set(state: WindowState): void
}

function isBounds(value: unknown): value is Bounds {
  const { x, y, width, height } = (value ?? {}) as Partial<Bounds>
  return [x, y, width, height].every((part) => Number.isInteger(part))
}

export function openWindowStateStore(folder: string): WindowStateStore {
  const store = openStore<Record<string, unknown>>(folder, 'window')
  return {
    get: () => {
      const { bounds, maximized } = store.store
      return isBounds(bounds) ? { bounds, maximized: maximized === true } : undefined
    },
    set: (state) => void (store.store = { ...state }),
  }
}
