import { existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import Conf from 'conf'
import type { SettingsPort } from '../studio/ports.ts'
import { readSettings } from '../studio/settings.ts'

type Stored = Record<string, unknown>

/**
 * Opens a small store of a folder. One whose file is no JSON is kept for whoever wants to look at it, and the store
 * starts empty.
 */
export function openOrReplace<T>(folder: string, name: string, open: () => T): T {
  try {
    return open()
  } catch (error) {
    const file = join(folder, `${name}.json`)
    if (!existsSync(file)) throw error
    renameSync(file, join(folder, `${name}.damaged-${Date.now()}.json`))
    return open()
  }
}

/** Preferences in a store, which Electron has one of its own for. */
export function settingsPort(store: { store: Stored }): SettingsPort {
  return {
    get: () => readSettings(store.store),
    set: (settings) => void (store.store = settings),
  }
}

/** Preferences in `settings.json` of a folder; used by shells that have no store of their own. */
export function openSettingsFile(folder: string): SettingsPort {
  const open = () =>
    new Conf<Stored>({ cwd: folder, configName: 'settings', accessPropertiesByDotNotation: false })
  return settingsPort(openOrReplace(folder, 'settings', open))
}
