import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'

/** What decides where the library lies; by default that of this process. */
export interface LibrarySurroundings {
  environment?: Readonly<Record<string, string | undefined>>
  platform?: NodeJS.Platform
  home?: string
}

const FOLDER = 'ncf-studio'

/**
 * The library folder: `chosen` (a flag), else NCF_LIBRARY, else the system's place for a user's own data. Nothing is
 * created.
 */
export function libraryLocation(
  chosen?: string,
  { environment = process.env, platform = process.platform, home = homedir() }: LibrarySurroundings = {},
): string {
  const named = chosen || environment.NCF_LIBRARY
  if (named) return resolve(named)
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', FOLDER)
  if (platform === 'win32') return join(environment.LOCALAPPDATA || join(home, 'AppData', 'Local'), FOLDER)
  // The XDG base directory specification: relative paths are to be ignored.
  const data = environment.XDG_DATA_HOME
  return join(data && isAbsolute(data) ? data : join(home, '.local', 'share'), FOLDER)
}
