import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chromium, type LaunchOptions } from '@playwright/test'

const SYSTEM_NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']

/** Nothing that tests do needs a network, a GPU, or a profile that is kept in step. */
const QUIET = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

function onPath(name: string): string | undefined {
  const find = process.platform === 'win32' ? 'where' : 'which'
  try {
    return execFileSync(find, [name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
      .split('\n')[0]
      .trim()
  } catch {
    return undefined
  }
}

/** Playwright's own Chromium if it is installed, else the system's. Throws where there is none. */
export function chromiumLaunch(): LaunchOptions {
  // The system's own sandbox does not work for root, which test machines often are.
  const args = process.getuid?.() === 0 ? [...QUIET, '--no-sandbox'] : QUIET
  if (existsSync(chromium.executablePath())) return { args }
  const executablePath = SYSTEM_NAMES.map(onPath).find((path) => path !== undefined)
  if (executablePath) return { args, executablePath }
  throw new Error('There is no Chromium for the tests: run "npx playwright install chromium".')
}
