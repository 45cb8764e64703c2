/**
 * `npm start`: builds what is out of date, then opens NCF Studio in Electron, or, where that cannot be, in a browser.
 * Options: --browser, --library <dir>, --port <number>, --no-open, and --no-build for what was built before.
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { build, isBuilt } from './build.js'
import { electronBinary, fetchElectron } from './electronBinary.js'

const root = join(import.meta.dirname, '..', '..')
/** Electron that ends with a failure within this time, in milliseconds, has not started at all. */
const START_PATIENCE = 10_000
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP']

const { values: options } = parseArgs({
  options: {
    browser: { type: 'boolean', default: false },
    library: { type: 'string' },
    port: { type: 'string' },
    'no-open': { type: 'boolean', default: false },
    'no-build': { type: 'boolean', default: false },
  },
})

/**
 * Runs a program to its end. Signals go on to it: it checkpoints what trains.
 *
 * @param {string} program @param {string[]} args @returns {Promise<number>} Its exit code.
 */
function run(program, args) {
  const env = { ...process.env, ...(options.library && { NCF_LIBRARY: options.library }) }
  const child = spawn(program, args, { cwd: process.cwd(), env, stdio: 'inherit' })
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      // A terminal's Ctrl+C reaches the child by itself, and twice would mean "at once".
      if (signal === 'SIGTERM' || !process.stdin.isTTY) child.kill(signal)
    })
  }
  return new Promise((resolve) => {
    child.on('error', () => resolve(1))
    child.on('exit', (code) => resolve(code ?? 1))
  })
}

/** @returns {string | undefined} Why there can be no window of Electron's. */
function noWindow() {
  if (options.browser) return 'as you wish'
  const { DISPLAY, WAYLAND_DISPLAY } = process.env
  if (process.platform === 'linux' && !DISPLAY && !WAYLAND_DISPLAY) return 'there is no desktop here'
  if (process.getuid?.() === 0) return 'Electron does not run safely for root'
  if (electronBinary(root)) return undefined
  const failure = fetchElectron(root)
  return failure && `Electron could not be fetched (${failure})`
}

/** @returns {Promise<number | undefined>} The exit code; undefined when Electron could not start. */
async function openElectron() {
  const begun = Date.now()
  const code = await run(electronBinary(root), [root])
  return code !== 0 && Date.now() - begun < START_PATIENCE ? undefined : code
}

/** @param {string} why */
function openBrowser(why) {
  process.stdout.write(`NCF Studio opens in a browser: ${why}.\n`)
  const port = options.port === undefined ? [] : ['--port', options.port]
  const open = options['no-open'] ? ['--no-open'] : []
  return run(process.execPath, [join(root, 'out', 'cli', 'ncf.js'), 'serve', ...port, ...open])
}

async function start() {
  if (!options['no-build'] && !isBuilt(root) && !build(root)) return 1
  const why = noWindow()
  if (why !== undefined) return openBrowser(why)
  return (await openElectron()) ?? openBrowser('Electron ended as soon as it was started')
}

process.exitCode = await start()
