import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

const SOURCES = ['src-main', 'src-renderer', 'package.json', 'electron.vite.config.ts']
/** One of each part of a build: whole, and newer than its sources, or there is nothing to start. */
const OUTPUTS = ['cli/ncf.js', 'electron/main.js', 'electron/preload.cjs', 'renderer/index.html']

/** @param {string} path @returns {number} When the newest file in it was written, in milliseconds. */
function newest(path) {
  const entry = statSync(path)
  if (!entry.isDirectory()) return entry.mtimeMs
  return Math.max(entry.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))))
}

/** @param {string} root The program's folder. */
export function isBuilt(root) {
  const outputs = OUTPUTS.map((name) => join(root, 'out', name))
  if (!outputs.every(existsSync)) return false
  const built = Math.min(...outputs.map((path) => statSync(path).mtimeMs))
  return SOURCES.every((name) => newest(join(root, name)) <= built)
}

/**
 * Builds the program; what the build says is shown only when it fails.
 *
 * @param {string} root @returns {boolean} Whether it went well.
 */
export function build(root) {
  process.stdout.write('Building NCF Studio: this takes a moment, and only after a change.\n')
  const options = { cwd: root, encoding: 'utf8', shell: process.platform === 'win32' }
  const { status, stdout, stderr } = spawnSync('npm', ['run', 'build'], options)
  if (status !== 0) process.stderr.write(`${stdout}${stderr}\nThe build failed: see above.\n`)
  return status === 0
}
