import type { MenuItemConstructorOptions } from 'electron'
import { COMMANDS, type Command, type CommandId } from '../contract/commands.ts'

type Item = MenuItemConstructorOptions

const SEPARATOR: Item = { type: 'separator' }
/** Of these, the page knows whether they are meant as text: typed into a field, they are. */
const OF_THE_PAGE = ['edit.undo', 'run.rename', 'run.remove']

/** Keys that the menu listens to. Those of the page are shown, where a system shows keys that it does not listen to. */
function keysOf({ id, keys }: Command, platform: NodeJS.Platform): Item {
  if (keys === undefined) return {}
  const isThePages = OF_THE_PAGE.includes(id) || !keys.includes('CmdOrCtrl')
  if (!isThePages) return { accelerator: keys }
  return platform === 'darwin' ? {} : { accelerator: keys, registerAccelerator: false }
}

/** What the menus need of the program. */
export interface MenuSurroundings {
  platform: NodeJS.Platform
  run(command: CommandId): void
}

/** The native menus: the commands of the contract by their group, beside what every window of a system has. */
export function menuTemplate({ platform, run }: MenuSurroundings): Item[] {
  const isMac = platform === 'darwin'
  const group = (name: Command['group']): Item[] =>
    COMMANDS.filter((command) => command.group === name).map((command) => ({
      id: command.id,
      label: command.title,
      ...keysOf(command, platform),
      click: () => run(command.id),
    }))
  const end: Item = isMac ? { role: 'close' } : { role: 'quit' }
  const zoom: Item[] = [
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { role: 'togglefullscreen' },
  ]
  return [
    ...(isMac ? [{ role: 'appMenu' } as Item] : []),
    { label: '&File', submenu: [...group('File'), SEPARATOR, end] },
    { role: 'editMenu' },
    { label: '&Run', submenu: group('Run') },
    { label: '&View', submenu: [...group('View'), SEPARATOR, ...zoom] },
    { label: '&Go', submenu: group('Go') },
    { role: 'windowMenu' },
    { role: 'help', submenu: group('Help') },
  ]
}
