import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openSettingsFile } from '../../src-main/node/settingsFile.ts'
import { settingsLocation } from '../../src-main/node/settingsLocation.ts'

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ncf-settings-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

describe('preferences', () => {
  it('are the defaults at first, and nothing is written before one is changed', async () => {
    const folder = join(await temporaryFolder(), 'not', 'yet')
    expect(openSettingsFile(folder).get()).toMatchObject({ theme: 'system', threads: 'auto' })
    await expect(readdir(folder)).rejects.toThrow('ENOENT')
  })

  it('are there again at the next start', async () => {
    const folder = join(await temporaryFolder(), 'new')
    const settings = openSettingsFile(folder)
    settings.set({ ...settings.get(), theme: 'dark', threads: 3 })
    expect(settings.get()).toMatchObject({ theme: 'dark', threads: 3 })
    expect(openSettingsFile(folder).get()).toMatchObject({ theme: 'dark', threads: 3 })
    expect(await readdir(folder)).toEqual(['settings.json'])
  })

  it.each(['{"theme": "da', 'null', '7', ''])(
    'start anew when their file holds "%s", which is kept',
    async (text) => {
      const folder = await temporaryFolder()
      await writeFile(join(folder, 'settings.json'), text)
      const settings = openSettingsFile(folder)
      expect(settings.get().theme).toBe('system')
      settings.set({ ...settings.get(), theme: 'light' })
      const names = (await readdir(folder)).sort()
      expect(names).toEqual([expect.stringMatching(/^settings\.damaged-\d+\.json$/), 'settings.json'])
      expect(await readFile(join(folder, names[0]), 'utf8')).toBe(text)
    },
  )

  it('of two programs on one file keep what either changes', async () => {
    const folder = await temporaryFolder()
    const [one, other] = [openSettingsFile(folder), openSettingsFile(folder)]
    one.set({ ...one.get(), theme: 'dark' })
    other.set({ ...other.get(), threads: 3 })
    expect(one.get()).toMatchObject({ theme: 'dark', threads: 3 })
  })

  it('lose only what is wrong or unknown', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'settings.json'), '{"theme": "dark", "threads": -1, "fromTheFuture": true}')
    expect(openSettingsFile(folder).get()).toMatchObject({ theme: 'dark', threads: 'auto' })
  })
})

describe('the folder of preferences', () => {
  const home = '/home/ada'

  it('is where each system keeps such things', () => {
    const at = (platform: NodeJS.Platform, environment = {}) =>
      settingsLocation({ platform, environment, home })
    expect(at('linux')).toBe('/home/ada/.config/ncf-studio')
    expect(at('linux', { XDG_CONFIG_HOME: '/etc/ada' })).toBe('/etc/ada/ncf-studio')
    expect(at('linux', { XDG_CONFIG_HOME: 'relative' })).toBe('/home/ada/.config/ncf-studio')
    expect(at('darwin')).toBe('/home/ada/Library/Preferences/ncf-studio')
    expect(at('win32', { APPDATA: '/roaming' })).toBe('/roaming/ncf-studio')
  })
})
