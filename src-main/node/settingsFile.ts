import { existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import Conf from 'conf'
import type { SettingsPort } from '../studio/ports.ts'
import { readSettings } from '../studio/settings.ts'

const NAME = 'settings'

function openConf(folder: string): Conf<Record<string, unknown>> {
  return new Conf({ cwd: folder, configName: NAME, accessPropertiesByDotNotation: false })
}

/** Keeps a file that is no JSON for whoever wants to look at it, and starts with the defaults. */
function openOrReplace(folder: string): Conf<Record<string, unknown>> {
  try {
    return openConf(folder)
  } catch (error) {
    const file = join(folder, `${NAME}.json`)
    if (!existsSync(file)) throw error
    renameSync(file, join(folder, `${NAME}.damaged-${Date.now()}.json`))
    return openConf(folder)
  }
}

/** Preferences in `settings.json` of a folder; used by shells that have no store of their own. */
export function openSettingsFile(folder: string): SettingsPort {
  const conf = openOrReplace(folder)
  return {
    get: () => readSettings(conf.store),
    set: (settings) => void (conf.store = settings),
  }
}
