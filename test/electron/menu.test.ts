import type { MenuItemConstructorOptions } from 'electron'
import { describe, expect, it } from 'vitest'
import { COMMANDS, type CommandId } from '../../src-main/contract/commands.ts'
import { menuTemplate } from '../../src-main/electron/menu.ts'

type Item = MenuItemConstructorOptions

function itemsOf(template: readonly Item[]): Item[] {
  return template.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? itemsOf(item.submenu) : [])])
}

function menuOf(platform: NodeJS.Platform, run: (command: CommandId) => void = () => {}): Item[] {
  return itemsOf(menuTemplate({ platform, run }))
}

describe.each(['linux', 'win32', 'darwin'] as const)('the menus on %s', (platform) => {
  it('hold every command once, under its title', () => {
    const items = menuOf(platform).filter(({ id }) => id !== undefined)
    expect(items.map(({ id }) => id).sort()).toEqual(COMMANDS.map(({ id }) => id).sort())
    for (const { id, title } of COMMANDS) expect(items.find((item) => item.id === id)?.label).toBe(title)
  })

  it('run the command that is chosen', () => {
    const chosen: string[] = []
    const items = menuOf(platform, (command) => chosen.push(command)).filter(({ id }) => id !== undefined)
    for (const { click } of items) (click as () => void)()
    expect(chosen).toEqual(items.map(({ id }) => id))
  })

  it('leave the keys that may be text to the page', () => {
    for (const id of ['run.remove', 'run.rename', 'edit.undo', 'view.filter', 'view.compare', 'help.keys']) {
      const item = menuOf(platform).find((candidate) => candidate.id === id)
      if (platform === 'darwin') expect(item?.accelerator).toBeUndefined()
      else expect(item?.registerAccelerator).toBe(false)
    }
  })

  it('bind no key twice', () => {
    const keys = menuOf(platform)
      .filter(({ registerAccelerator }) => registerAccelerator !== false)
      .map(({ accelerator }) => accelerator)
      .filter((accelerator) => accelerator !== undefined)
    expect(keys.length).toBeGreaterThan(5)
    expect(new Set(keys).size).toBe(keys.length)
  })

  it('let people edit text and end the program', () => {
    const roles = menuOf(platform).map(({ role }) => role)
    expect(roles).toContain('editMenu')
    expect(roles).toContain(platform === 'darwin' ? 'appMenu' : 'quit')
  })
})
