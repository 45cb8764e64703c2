import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import type { LibrarySurroundings } from './libraryLocation.ts'

const FOLDER = 'ncf-studio'

/** The folder of a person's preferences where the system keeps such things. Nothing is created. */
export function settingsLocation({
  environment = process.env,
  platform = process.platform,
  home = homedir(),
}: LibrarySurroundings = {}): string {
  if (platform === 'darwin') return join(home, 'Library', 'Preferences', FOLDER)
  if (platform === 'win32') return join(environment.APPDATA || join(home, 'AppData', 'Roaming'), FOLDER)
  // The XDG base directory specification: relative paths are to be ignored.
  const config = environment.XDG_CONFIG_HOME
  return join(config && isAbsolute(config) ? config : join(home, '.config'), FOLDER)
}
