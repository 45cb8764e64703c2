import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Milliseconds that fetching Electron's program (some 110 MB) may take; npm's own installation has no such step. */
const FETCH_PATIENCE = 60_000

/**
 * Electron's program, if it is here. Never by importing `electron`, which fetches it on the way.
 *
 * @param {string} root The program's folder. @returns {string | undefined}
 */
export function electronBinary(root) {
  const folder = join(root, 'node_modules', 'electron')
  const named = join(folder, 'path.txt')
  if (!existsSync(named)) return undefined
  const dist = process.env.ELECTRON_OVERRIDE_DIST_PATH || join(folder, 'dist')
  const binary = join(dist, readFileSync(named, 'utf8').trim())
  return existsSync(binary) ? binary : undefined
}

/**
 * Fetches Electron's program in the package's own way.
 *
 * @param {string} root @returns {string | undefined} Why it failed, in a few words.
 */
export function fetchElectron(root) {
  const installer = join(root, 'node_modules', 'electron', 'install.js')
  if (!existsSync(installer)) return 'its package is not installed'
  process.stdout.write('Fetching Electron, once.\n')
  const options = { encoding: 'utf8', timeout: FETCH_PATIENCE, stdio: ['ignore', 'ignore', 'pipe'] }
  const { status, stderr, error } = spawnSync(process.execPath, [installer], options)
  if (status === 0) return undefined
  if (error) return `it did not arrive within ${FETCH_PATIENCE / 1000} s`
  return stderr.trim().split('\n')[0] || `its installer ended with code ${status}`
}
