import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron, expect, test } from '@playwright/test'
import { electronBinary } from '../../resources/start/electronBinary.js'

const root = join(import.meta.dirname, '..', '..')
const binary = electronBinary(root)
const hasScreen = process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)

function reasonToSkip(): string | undefined {
  if (binary === undefined) return 'Electron’s program is not here: "npx install-electron" fetches it'
  if (!hasScreen) return 'there is no screen for Electron: start the tests with xvfb-run'
  if (!existsSync(join(root, 'out', 'electron', 'main.js'))) return 'there is no build'
  return undefined
}

const reason = reasonToSkip()
if (reason) console.warn(`Electron itself is not tested: ${reason}.`)

test.describe('Electron', () => {
  test.skip(reason !== undefined, reason)

  test('opens the window over app://, trains on the sample, and ends', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ncf-electron-'))
    const isRoot = process.getuid?.() === 0
    const application = await _electron.launch({
      executablePath: binary,
      args: [root, `--user-data-dir=${join(folder, 'user')}`, ...(isRoot ? ['--no-sandbox'] : [])],
      env: { ...process.env, NCF_LIBRARY: join(folder, 'library') } as Record<string, string>,
    })
    try {
      const page = await application.firstWindow()
      await expect(page).toHaveTitle('NCF Studio')
      expect(page.url()).toMatch(/^app:\/\/ncf\//)
      const reached = await page.evaluate(async () => {
        const { ncfStudio } = window as unknown as {
          ncfStudio: {
            invoke(name: string, argument: unknown): Promise<{ ok: boolean; value: { id: string }[] }>
          }
        }
        const [dataset] = (await ncfStudio.invoke('dataset:list', {})).value
        const configs = [{ model: 'GMF', factors: 8, epochs: 2 }]
        return ncfStudio.invoke('run:start', { datasetId: dataset.id, configs })
      })
      expect(reached.ok).toBe(true)
      await expect
        .poll(
          () =>
            page.evaluate(async (id) => {
              const { ncfStudio } = window as unknown as {
                ncfStudio: {
                  invoke(name: string, argument: unknown): Promise<{ value: { row: { state: string } } }>
                }
              }
              return (await ncfStudio.invoke('run:show', { id })).value.row.state
            }, reached.value[0].id),
          { timeout: 60_000 },
        )
        .toBe('finished')
    } finally {
      await application.close()
      await rm(folder, { recursive: true, force: true })
    }
  })
})
