import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { isBuilt } from '../../resources/start/build.js'
import { electronBinary, fetchElectron } from '../../resources/start/electronBinary.js'

const START = join(import.meta.dirname, '..', '..', 'resources', 'start', 'start.js')
const PROGRAM = join(import.meta.dirname, '..', '..', 'out', 'cli', 'ncf.js')
const SOURCES = ['src-main/a.ts', 'src-renderer/b.vue', 'package.json', 'electron.vite.config.ts']
const OUTPUTS = ['cli/ncf.js', 'electron/main.js', 'electron/preload.cjs', 'renderer/index.html']

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ncf-start-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** Writes a file with a time in seconds, and gives its folder the same. */
async function write(path: string, time: number, text = ''): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
  await utimes(path, time, time)
  await utimes(dirname(path), time, time)
}

async function program(sourceTime: number, outputTime: number): Promise<string> {
  const folder = await temporaryFolder()
  for (const name of SOURCES) await write(join(folder, name), sourceTime)
  for (const name of OUTPUTS) await write(join(folder, 'out', name), outputTime)
  return folder
}

describe('a build', () => {
  it('is good while it is whole and newer than its sources', async () => {
    expect(isBuilt(await program(1000, 2000))).toBe(true)
  })

  it.each(SOURCES)('is out of date when %s is newer', async (name) => {
    const folder = await program(1000, 2000)
    await write(join(folder, name), 3000)
    expect(isBuilt(folder)).toBe(false)
  })

  it.each(OUTPUTS)('is none without %s', async (name) => {
    const folder = await program(1000, 2000)
    await rm(join(folder, 'out', name))
    expect(isBuilt(folder)).toBe(false)
  })
})

describe('Electron’s program', () => {
  it('is where its package says, if it is there', async () => {
    const folder = await temporaryFolder()
    expect(electronBinary(folder)).toBeUndefined()
    const electron = join(folder, 'node_modules', 'electron')
    await write(join(electron, 'path.txt'), 1, 'electron')
    expect(electronBinary(folder)).toBeUndefined()
    await write(join(electron, 'dist', 'electron'), 1)
    expect(electronBinary(folder)).toBe(join(electron, 'dist', 'electron'))
  })

  it('that cannot be fetched is explained in a few words', async () => {
    const folder = await temporaryFolder()
    expect(fetchElectron(folder)).toBe('its package is not installed')
    const installer = join(folder, 'node_modules', 'electron', 'install.js')
    await write(installer, 1, `console.error('TypeError: fetch failed\\n    at somewhere'); process.exit(1)`)
    expect(fetchElectron(folder)).toBe('TypeError: fetch failed')
    await write(installer, 1, 'process.exit(3)')
    expect(fetchElectron(folder)).toBe('its installer ended with code 3')
  })
})

describe('npm start', () => {
  it('says in one line why it opens a browser, prints the address, and passes on the wish to end', async (context) => {
    if (!existsSync(PROGRAM)) context.skip('out/cli/ncf.js is missing: run "npm run build" first.')
    const library = await temporaryFolder()
    // A build under way would take files from under the tests beside this one.
    const args = [START, '--no-build', '--browser', '--no-open', '--library', library]
    const child = spawn(process.execPath, args, {
      env: { ...process.env, XDG_CONFIG_HOME: join(library, 'settings') },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let output = ''
    child.stdout.on('data', (text: Buffer) => (output += text.toString()))
    await expect.poll(() => output, { timeout: 60_000 }).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=\S+$/m)
    expect(output).toMatch(/^NCF Studio opens in a browser: .+\.$/m)
    expect(output).toContain(library)
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
  }, 90_000)
})
