import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SettingsPort } from '../studio/ports.ts'
import { readSettings } from '../studio/settings.ts'

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

/** Preferences in a store that holds one object. */
export function settingsPort(store: { store: Record<string, unknown> }): SettingsPort {
  return {
    get: () => readSettings(store.store),
    set: (settings) => void (store.store = settings),
  }
}

/**
 * Preferences in `settings.json` of a folder; used by shells that have no store of their own. Not by the package
 * `conf`: merely loading it makes every signal come twice (when-exit sends it again), which would end a process that
 * checkpoints.
 */
export function openSettingsFile(folder: string): SettingsPort {
  const file = join(folder, 'settings.json')
  // Read each time: another program on the same file must not lose what it has changed.
  const read = () => openOrReplace(folder, 'settings', () => readObject(file))
  read()
  return settingsPort({
    get store() {
      return read()
    },
    set store(settings) {
      writeObject(folder, file, settings)
    },
  })
}

function readObject(file: string): Record<string, unknown> {
  if (!existsSync(file)) return {}
  const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  throw new SyntaxError(`${file} holds no object.`)
}

/** Others read the old settings or the new ones, never half of them. */
function writeObject(folder: string, file: string, value: object): void {
  const temporary = `${file}.${process.pid}.tmp`
  mkdirSync(folder, { recursive: true })
  writeFileSync(temporary, `${JSON.stringify(value, null, 2)}\n`)
  renameSync(temporary, file)
}
