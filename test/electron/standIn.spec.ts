import { execFileSync } from 'node:child_process'
import { mkdtemp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test as base, type Page } from '@playwright/test'
import type { Bridge } from '../../src-main/contract/bridge.ts'
import type { AppEvent } from '../../src-main/contract/contract.ts'
import type { Reply } from '../../src-main/contract/contractError.ts'
import { WindowProblems } from '../e2e/windowProblems.ts'
import { StandInElectron } from './standInElectron.ts'

type StudioWindow = Window & { ncfStudio: Bridge; heard?: AppEvent[] }

interface Fixtures {
  folders: { library: string; userData: string }
  problems: WindowProblems
  standIn: StandInElectron
}

const test = base.extend<Fixtures>({
  folders: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'ncf-stand-in-'))
    await use({ library: join(folder, 'library'), userData: join(folder, 'user') })
    await rm(folder, { recursive: true, force: true })
  },
  problems: async ({ context }, use) => {
    const problems = new WindowProblems()
    await problems.watch(context)
    await use(problems)
    expect(problems.unexpected, 'what the window complained about').toEqual([])
  },
  standIn: async ({ context, folders, problems }, use) => {
    expect(problems.unexpected).toEqual([])
    const standIn = await StandInElectron.launch(context, folders)
    await listen(standIn.page!)
    await use(standIn)
    await standIn.dispose()
  },
})

/** Collects the events that reach the page. */
async function listen(page: Page): Promise<void> {
  await page.evaluate(() => {
    const studio = window as unknown as StudioWindow
    studio.heard = []
    studio.ncfStudio.subscribe((event) => studio.heard!.push(event))
  })
}

function request(page: Page, name: string, argument: unknown = {}): Promise<Reply> {
  return page.evaluate(
    ([asked, given]) => (window as unknown as StudioWindow).ncfStudio.invoke(asked as string, given),
    [name, argument] as const,
  )
}

async function value<T>(page: Page, name: string, argument: unknown = {}): Promise<T> {
  const reply = await request(page, name, argument)
  if (!reply.ok) throw new Error(`${name}: ${reply.error.message}`)
  return reply.value as T
}

function heard(page: Page, name: string): Promise<unknown[]> {
  return page.evaluate(
    (wanted) =>
      (window as unknown as StudioWindow)
        .heard!.filter((event) => event.name === wanted)
        .map(({ payload }) => payload),
    name,
  )
}

/** Starts a run on the sample that trains for as long as a test takes, and waits until it does. */
async function train(page: Page, epochs = 100_000): Promise<string> {
  const [dataset] = await value<{ id: string }[]>(page, 'dataset:list')
  const configs = [{ model: 'GMF', factors: 8, epochs }]
  const [{ id }] = await value<{ id: string }[]>(page, 'run:start', { datasetId: dataset.id, configs })
  if (epochs > 10) await expect.poll(() => heard(page, 'run:epoch'), { timeout: 30_000 }).not.toEqual([])
  return id
}

async function statusOnDisk(library: string, runId: string): Promise<string> {
  const text = await readFile(join(library, 'runs', runId, 'run.json'), 'utf8')
  return (JSON.parse(text) as { status: string }).status
}

test.describe('the stand-in for Electron', () => {
  test('opens the built window over app://, with three functions for it and nothing else', async ({
    standIn,
  }) => {
    const page = standIn.page!
    await expect(page).toHaveTitle('NCF Studio')
    const bridge = await page.evaluate(() => {
      const { ncfStudio } = window as unknown as StudioWindow
      return { keys: Object.keys(ncfStudio).sort(), isFrozen: Object.isFrozen(ncfStudio) }
    })
    expect(bridge).toEqual({ keys: ['invoke', 'pathForFile', 'subscribe'], isFrozen: true })
    expect(await page.evaluate(() => 'require' in window || 'process' in window)).toBe(false)
    expect(await value(page, 'app:info')).toMatchObject({
      shell: 'electron',
      electronVersion: '0.0.0-stand-in',
    })
    expect(standIn.toldBy('window.show')).toHaveLength(1)
  })

  test('answers wrong requests with typed failures, and lives', async ({ standIn }) => {
    const page = standIn.page!
    expect(await request(page, 'no:such')).toMatchObject({ ok: false, error: { code: 'unknown-request' } })
    expect(await request(page, 'run:show', { id: 7 })).toMatchObject({
      ok: false,
      error: { code: 'invalid-argument' },
    })
    expect(await request(page, 'app:info')).toMatchObject({ ok: true })
  })

  test('hands typed arrays to the page', async ({ standIn }) => {
    const page = standIn.page!
    const [row] = await value<{ id: string }[]>(page, 'run:list')
    const isArray = await page.evaluate(async (id) => {
      const reply = await (window as unknown as StudioWindow).ncfStudio.invoke('run:curves', { ids: [id] })
      return reply.ok && (reply.value as { loss: unknown }[])[0].loss instanceof Float64Array
    }, row.id)
    expect(isArray).toBe(true)
  })

  test('does not answer a frame within the page', async ({ standIn, problems }) => {
    problems.expect(/frame|X-Frame|CSP|Content Security Policy/)
    const frame = { url: 'app://ncf/', isMain: false }
    const asked = standIn.ask('invoke', { channel: 'ncf:request', args: ['app:info', {}], frame })
    await expect(asked).rejects.toThrow('Only the window itself may ask.')
    const foreign = { url: 'https://example.com/', isMain: true }
    const again = standIn.ask('invoke', { channel: 'ncf:request', args: ['app:info', {}], frame: foreign })
    await expect(again).rejects.toThrow('Only the window itself may ask.')
  })

  test('lets the page go nowhere, open nothing and run nothing foreign', async ({ standIn, problems }) => {
    problems.expect(/CSP violation|Content Security Policy/)
    const page = standIn.page!
    const here = page.url()
    await page.evaluate(() => void (location.href = 'https://example.com/'))
    await expect.poll(() => standIn.blocked).toEqual(['https://example.com/'])
    expect(page.url()).toBe(here)
    expect(await standIn.ask('open', 'https://example.com/')).toBe(false)
    const ran = await page.evaluate(async () => {
      const script = document.createElement('script')
      script.textContent = 'window.foreign = true'
      document.head.append(script)
      await new Promise((resolve) => setTimeout(resolve, 100))
      return 'foreign' in window
    })
    expect(ran).toBe(false)
    for (const permission of ['geolocation', 'media', 'notifications', 'clipboard-read'])
      expect(await standIn.ask('permission', { permission, origin: 'app://ncf/' })).toBe(false)
    const writes = { permission: 'clipboard-sanitized-write', origin: 'app://ncf/' }
    expect(await standIn.ask('permission', writes)).toBe(true)
    expect(await standIn.ask('permission', { ...writes, origin: 'https://example.com' })).toBe(false)
  })

  test('serves the build and nothing beside it', async ({ standIn }) => {
    const status = async (url: string, method = 'GET') =>
      (await standIn.ask<{ status: number }>('scheme', { url, method })).status
    expect(await status('app://ncf/')).toBe(200)
    for (const path of [
      '../cli/ncf.js',
      '..%2fcli%2fncf.js',
      '%2e%2e/cli/ncf.js',
      '..%5ccli%5cncf.js',
      'x.js',
    ])
      expect(await status(`app://ncf/${path}`)).toBe(404)
    expect(await status('app://other/')).toBe(400)
    expect(await status('app://ncf/', 'POST')).toBe(405)
    expect(await status('app://ncf/files/runs/none.zip')).toBe(404)
  })

  test('downloads a run and asks where to', async ({ standIn }) => {
    const [row] = await value<{ id: string }[]>(standIn.page!, 'run:list')
    const url = `app://ncf/files/runs/${row.id}.zip`
    const { status, headers, body } = await standIn.ask<{
      status: number
      headers: Record<string, string>
      body: Uint8Array
    }>('scheme', { url, method: 'GET' })
    expect(status).toBe(200)
    expect(headers['content-disposition']).toMatch(/^attachment; filename="[\w.() -]+\.zip"/)
    expect(Buffer.from(body.subarray(0, 2)).toString()).toBe('PK')
    const options = await standIn.ask<{ defaultPath: string }>('download', 'run.zip')
    expect(options.defaultPath).toMatch(/downloads.run\.zip$/)
  })

  test('runs the command that is chosen in a menu', async ({ standIn }) => {
    await standIn.ask('menu', 'go.runs')
    await expect.poll(() => heard(standIn.page!, 'app:command')).toEqual([{ command: 'go.runs' }])
  })

  test('lets a person choose a folder', async ({ standIn }) => {
    standIn.dialogs['dialog.showOpenDialog'] = () => ({ canceled: false, filePaths: ['/data/ml-1m'] })
    const choose = () => value(standIn.page!, 'app:choose-source', { what: 'folder' })
    expect(await choose()).toEqual({ kind: 'path', path: '/data/ml-1m' })
    expect(standIn.toldBy('dialog.showOpenDialog')).toMatchObject([[{ properties: ['openDirectory'] }]])
    standIn.dialogs['dialog.showOpenDialog'] = () => ({ canceled: true, filePaths: [] })
    expect(await choose()).toBeNull()
  })

  test('ends when its window is closed and nothing trains', async ({ standIn }) => {
    await standIn.ask('close')
    expect(await standIn.exited).toBe(0)
    expect(standIn.toldBy('dialog.showMessageBox')).toEqual([])
  })

  test('asks what to do with training when its window is closed', async ({ standIn, folders }) => {
    const page = standIn.page!
    const id = await train(page)
    const answerWith = (response: number) =>
      (standIn.dialogs['dialog.showMessageBox'] = () => ({ response, checkboxChecked: false }))

    answerWith(2)
    await standIn.ask('close')
    await standIn.waitFor('dialog.showMessageBox')
    expect(standIn.toldBy('window.hide')).toEqual([])

    answerWith(0)
    // While the first question is still being answered, closing once more does nothing.
    await expect(async () => {
      await standIn.ask('close')
      await standIn.waitFor('window.hide', 500)
    }).toPass()
    expect(standIn.toldBy('tray.new')).toHaveLength(1)
    expect(await statusOnDisk(folders.library, id)).toBe('running')
    await standIn.ask('tray', 'Show NCF Studio')
    expect(standIn.toldBy('tray.destroy')).toHaveLength(1)

    answerWith(1)
    await standIn.ask('close')
    expect(await standIn.exited).toBe(0)
    expect(await statusOnDisk(folders.library, id)).toBe('interrupted')
  })

  test('remembers an answer that is to hold from now on', async ({ standIn }) => {
    const page = standIn.page!
    await train(page)
    standIn.dialogs['dialog.showMessageBox'] = () => ({ response: 0, checkboxChecked: true })
    await standIn.ask('close')
    await standIn.waitFor('tray.new')
    expect(await value(page, 'settings:get')).toMatchObject({ closeWhileTraining: 'tray' })
    await standIn.ask('tray', 'Show NCF Studio')
    await standIn.ask('close')
    await expect.poll(() => standIn.toldBy('tray.new').length).toBe(2)
    expect(standIn.toldBy('dialog.showMessageBox')).toHaveLength(1)
  })

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    test(`checkpoints what trains at ${signal}, without a question`, async ({ standIn, folders }) => {
      const id = await train(standIn.page!)
      standIn.kill(signal)
      expect(await standIn.exited).toBe(0)
      expect(await statusOnDisk(folders.library, id)).toBe('interrupted')
    })
  }

  test('shows on the taskbar that it trains, keeps the computer awake, and tells of the end', async ({
    standIn,
  }) => {
    const page = standIn.page!
    await standIn.ask('menu', 'go.data')
    const id = await train(page)
    await standIn.waitFor('window.setProgressBar')
    await standIn.waitFor('powerSaveBlocker.start')
    standIn.dialogs['dialog.showMessageBox'] = () => ({ response: 0, checkboxChecked: false })
    await standIn.ask('close')
    await standIn.waitFor('tray.new')
    await value(page, 'run:stop', { ids: [id] })
    await standIn.waitFor('powerSaveBlocker.stop')
    await expect.poll(() => standIn.toldBy('window.setProgressBar').at(-1)).toEqual([-1])
    await train(page, 2)
    const [notice] = (await standIn.waitFor('notification.show')) as [{ title: string; body: string }]
    expect(notice.title).toBe('GMF is finished')
    expect(notice.body).toMatch(/^HR@10 0\.\d{3}, NDCG@10 0\.\d{3} at epoch [12]$/)
    const shown = standIn.toldBy('window.show').length
    await standIn.ask('notification')
    await expect.poll(() => standIn.toldBy('window.show').length).toBe(shown + 1)
  })

  test('goes on when an engine process is killed: its run can be resumed', async ({ standIn }) => {
    const page = standIn.page!
    const id = await train(page)
    const pid = standIn.toldBy('utilityProcess.fork').at(-1)![0] as number
    process.kill(pid, 'SIGKILL')
    await expect.poll(() => heard(page, 'app:notice')).not.toEqual([])
    const details = await value<{ row: { state: string }; notResumable?: string }>(page, 'run:show', { id })
    expect(details).toMatchObject({ row: { state: 'interrupted' } })
    expect(details.notResumable).toBeUndefined()
  })

  test('reloads a page that has crashed; training goes on', async ({ standIn, folders }) => {
    const page = standIn.page!
    const id = await train(page)
    const loaded = page.waitForEvent('load')
    await standIn.ask('crash', 'crashed')
    await loaded
    await expect(page).toHaveTitle('NCF Studio')
    await listen(page)
    await expect.poll(() => heard(page, 'run:epoch')).not.toEqual([])
    expect(await statusOnDisk(folders.library, id)).toBe('running')
  })

  test('does not reload a page that crashes again and again', async ({ standIn }) => {
    for (let crash = 0; crash < 5; crash += 1) await standIn.ask('crash', 'oom')
    expect(standIn.toldBy('page.reload')).toHaveLength(3)
  })

  test('shows its window, and opens a folder, when it is started again', async ({ standIn }) => {
    const sample = fileURLToPath(new URL('../../resources/sample', import.meta.url))
    const args = ['/electron', '.', '--some-switch', 'sample']
    await standIn.ask('emit', { target: 'app', event: 'second-instance', args: [args, dirname(sample)] })
    await expect(standIn.page!.getByRole('dialog')).toContainText('sample')
    expect(await heard(standIn.page!, 'app:open-source')).toEqual([
      { source: { kind: 'path', path: sample } },
    ])
    expect(standIn.toldBy('window.focus').length).toBeGreaterThan(0)
  })

  test('opens its window where it was', async ({ standIn, context, folders }) => {
    expect(standIn.toldBy('window.new')).toEqual([[{ x: 120, y: 70, width: 1360, height: 860 }]])
    await standIn.ask('move', { x: 40, y: 50, width: 1000, height: 700 })
    await standIn.ask('close')
    await standIn.exited
    const again = await StandInElectron.launch(context, folders)
    expect(again.toldBy('window.new')).toEqual([[{ x: 40, y: 50, width: 1000, height: 700 }]])
    await again.dispose()
  })

  test('ends a training when the main process is killed: nothing is left behind', async ({ standIn }) => {
    await train(standIn.page!)
    const pid = standIn.toldBy('utilityProcess.fork').at(-1)![0] as number
    standIn.kill('SIGKILL')
    await standIn.exited
    await expect.poll(() => isAlive(pid)).toBe(false)
  })
})

test('a second start of the stand-in hands over and ends', async ({ context, folders }) => {
  const second = await StandInElectron.start(context, { ...folders, isSecond: true })
  expect(await second.exited).toBe(0)
  expect(second.toldBy('window.new')).toEqual([])
})

test('the stand-in starts with damaged preferences, and keeps the file', async ({ context, folders }) => {
  await mkdir(folders.userData, { recursive: true })
  await writeFile(join(folders.userData, 'settings.json'), '{"theme": "da')
  const standIn = await StandInElectron.launch(context, folders)
  expect(await value(standIn.page!, 'settings:get')).toMatchObject({ theme: 'system' })
  expect(
    (await readdir(folders.userData)).filter((name) => name.startsWith('settings.damaged-')),
  ).toHaveLength(1)
  await standIn.dispose()
})

test('a library that cannot be opened is said in a dialog', async ({ context, folders }) => {
  await writeFile(`${folders.library}-is-a-file`, '')
  const standIn = await StandInElectron.start(context, {
    ...folders,
    library: join(`${folders.library}-is-a-file`, 'library'),
  })
  expect(await standIn.exited).toBe(1)
  expect(standIn.toldBy('dialog.showErrorBox')).toMatchObject([
    ['NCF Studio cannot start', expect.any(String)],
  ])
})

function isAlive(pid: number): boolean {
  try {
    return !execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).includes('Z')
  } catch {
    return false
  }
}
