import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { libraryLocation } from '../../src-main/node/libraryLocation.ts'

const at = (platform: NodeJS.Platform, environment: Record<string, string> = {}, chosen?: string) =>
  libraryLocation(chosen, { environment, platform, home: '/home/ann' })

describe('the library lies', () => {
  it('where the system keeps a user’s own data', () => {
    expect(at('linux')).toBe('/home/ann/.local/share/ncf-studio')
    expect(at('linux', { XDG_DATA_HOME: '/data/ann' })).toBe('/data/ann/ncf-studio')
    expect(at('darwin')).toBe('/home/ann/Library/Application Support/ncf-studio')
    expect(at('win32', { LOCALAPPDATA: '/local' })).toBe('/local/ncf-studio')
    expect(at('win32')).toBe('/home/ann/AppData/Local/ncf-studio')
  })

  it('not at a relative XDG_DATA_HOME, which is to be ignored', () => {
    expect(at('linux', { XDG_DATA_HOME: 'data' })).toBe('/home/ann/.local/share/ncf-studio')
  })

  it('where NCF_LIBRARY says, and before that where the caller does', () => {
    expect(at('linux', { NCF_LIBRARY: 'lib' })).toBe(resolve('lib'))
    expect(at('linux', { NCF_LIBRARY: '' })).toBe('/home/ann/.local/share/ncf-studio')
    expect(at('linux', { NCF_LIBRARY: '/a' }, '/b')).toBe('/b')
  })
})
