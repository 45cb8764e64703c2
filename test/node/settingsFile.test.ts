import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openSettingsFile } from '../../src-main/node/settingsFile.ts'
import { defaultSettings } from '../../src-main/studio/settings.ts'
import { temporaryFolder } from './runFixture.ts'

it('settings are kept from one start to the next', async () => {
  const folder = await temporaryFolder()
  expect(openSettingsFile(folder).get()).toEqual(defaultSettings())
  openSettingsFile(folder).set({ ...defaultSettings(), theme: 'dark', threads: 2 })
  expect(openSettingsFile(folder).get()).toMatchObject({ theme: 'dark', threads: 2, notifications: true })
})

it('a field that is not valid counts as not there; the others are kept', async () => {
  const folder = await temporaryFolder()
  const stored = { theme: 'pink', concurrentRuns: 3, inspectorWidth: 1e9, unknown: true, 'a.b': 1 }
  writeFileSync(join(folder, 'settings.json'), JSON.stringify(stored))
  expect(openSettingsFile(folder).get()).toEqual({ ...defaultSettings(), concurrentRuns: 3 })
})

it.each(['{"theme":"da', '', '\u0000\u0001', '[]', 'null', '7', '"x"'])(
  'a file that holds %j gives the defaults, and new settings can be stored',
  async (text) => {
    const folder = await temporaryFolder()
    writeFileSync(join(folder, 'settings.json'), text)
    const settings = openSettingsFile(folder)
    expect(settings.get()).toEqual(defaultSettings())
    settings.set({ ...defaultSettings(), theme: 'light' })
    expect(openSettingsFile(folder).get().theme).toBe('light')
  },
)

it('a file that is no JSON is kept aside', async () => {
  const folder = await temporaryFolder()
  writeFileSync(join(folder, 'settings.json'), '{"theme":"da')
  openSettingsFile(folder)
  const aside = readdirSync(folder).find((name) => name.includes('damaged'))!
  expect(readFileSync(join(folder, aside), 'utf8')).toBe('{"theme":"da')
})
