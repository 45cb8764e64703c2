/**
 * The commands of the application, once for native menus, palette and keys. `CmdOrCtrl` is Command on macOS and
 * Control elsewhere. A browser keeps some keys to itself (new window, tabs): there `browserKeys` hold.
 */
export interface Command {
  id: string
  title: string
  group: 'File' | 'Run' | 'View' | 'Go' | 'Help'
  /** In Electron's notation for accelerators. */
  keys?: string
  browserKeys?: string
}

export const COMMANDS = [
  { id: 'run.new', title: 'New run…', group: 'File', keys: 'CmdOrCtrl+N', browserKeys: 'Alt+N' },
  { id: 'dataset.open', title: 'Open dataset folder…', group: 'File', keys: 'CmdOrCtrl+O' },
  {
    id: 'dataset.openFile',
    title: 'Open dataset file or run archive…',
    group: 'File',
    keys: 'CmdOrCtrl+Shift+O',
  },
  { id: 'dataset.sample', title: 'Try the sample', group: 'File' },
  { id: 'app.settings', title: 'Settings…', group: 'File', keys: 'CmdOrCtrl+,' },
  { id: 'run.start', title: 'Start the run', group: 'Run', keys: 'CmdOrCtrl+Enter' },
  { id: 'run.stop', title: 'Stop the selected runs', group: 'Run', keys: 'CmdOrCtrl+.' },
  { id: 'run.pause', title: 'Pause the selected run', group: 'Run' },
  { id: 'run.resume', title: 'Resume the selected runs', group: 'Run' },
  { id: 'run.duplicate', title: 'Duplicate with changes…', group: 'Run', keys: 'CmdOrCtrl+D' },
  { id: 'run.repeat', title: 'Re-run exactly', group: 'Run' },
  { id: 'run.repeatSeeds', title: 'Repeat with more seeds…', group: 'Run' },
  { id: 'run.rename', title: 'Rename', group: 'Run', keys: 'F2' },
  { id: 'run.star', title: 'Star or unstar', group: 'Run' },
  { id: 'run.remove', title: 'Move to trash', group: 'Run', keys: 'Delete' },
  { id: 'run.export', title: 'Export as .zip', group: 'Run' },
  { id: 'edit.undo', title: 'Undo the last removal', group: 'Run', keys: 'CmdOrCtrl+Z' },
  { id: 'go.data', title: 'Data', group: 'Go', keys: 'CmdOrCtrl+1', browserKeys: 'Alt+1' },
  { id: 'go.runs', title: 'Runs', group: 'Go', keys: 'CmdOrCtrl+2', browserKeys: 'Alt+2' },
  { id: 'go.compare', title: 'Compare', group: 'Go', keys: 'CmdOrCtrl+3', browserKeys: 'Alt+3' },
  {
    id: 'go.leaderboard',
    title: 'Leaderboard',
    group: 'Go',
    keys: 'CmdOrCtrl+6',
    browserKeys: 'Alt+6',
  },
  { id: 'view.palette', title: 'Command palette…', group: 'View', keys: 'CmdOrCtrl+K' },
  { id: 'view.filter', title: 'Filter the runs', group: 'View', keys: '/' },
  { id: 'view.compare', title: 'Compare the selected runs', group: 'View', keys: 'C' },
  { id: 'view.inspector', title: 'Show or hide the inspector', group: 'View', keys: 'CmdOrCtrl+I' },
  { id: 'view.trash', title: 'Open the trash…', group: 'View' },
  { id: 'view.theme', title: 'Switch between light and dark', group: 'View' },
  { id: 'help.keys', title: 'Keyboard shortcuts', group: 'Help', keys: '?' },
] as const satisfies readonly Command[]

export type CommandId = (typeof COMMANDS)[number]['id']
