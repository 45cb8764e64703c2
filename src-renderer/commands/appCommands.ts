import { useRouter } from 'vue-router'
import { chosenFiles } from '../client/droppedFiles.ts'
import { client } from '../client/client.ts'
import { useApp } from '../stores/app.ts'
import { useDraft } from '../stores/draft.ts'
import { useImports } from '../stores/imports.ts'
import { useNotices } from '../stores/notices.ts'
import { useRuns } from '../stores/runs.ts'
import { useSelection } from '../stores/selection.ts'
import type { RunState } from '../../src-main/contract/runContract.ts'
import { onCommand } from './commands.ts'

const STOPPABLE: readonly RunState[] = ['running', 'queued', 'paused']
const RESUMABLE: readonly RunState[] = ['paused', 'interrupted', 'created', 'failed']

/** Opens the browser's chooser for a folder or a file. */
function chooseFiles(folder: boolean): void {
  const input = document.createElement('input')
  input.type = 'file'
  input.webkitdirectory = folder
  input.multiple = !folder
  input.onchange = () => void useImports().takeFiles(chosenFiles(input))
  input.click()
}

/** Electron's own dialog, which gives a path; in a browser the chooser of the page. */
async function chooseSource(what: 'folder' | 'file'): Promise<void> {
  if (!window.ncfStudio) return chooseFiles(what === 'folder')
  const source = await useNotices().attempt(() => client.request('app:choose-source', { what }))
  if (source) await useImports().open(source)
}

/** Downloads a run as .zip. */
export function exportRun(id: string): void {
  const link = document.createElement('a')
  link.href = `/files/runs/${encodeURIComponent(id)}.zip`
  link.download = ''
  link.click()
}

function registerFileCommands(): void {
  const app = useApp()
  onCommand('dataset.open', () => chooseSource('folder'))
  onCommand('dataset.openFile', () => chooseSource('file'))
  onCommand('dataset.sample', () => useImports().importSample())
  onCommand('run.new', () => useDraft().open())
  onCommand('view.inspector', () => app.change({ inspectorOpen: !app.settings.inspectorOpen }))
  onCommand('view.theme', () => app.change({ theme: app.theme === 'dark' ? 'light' : 'dark' }))
  onCommand(
    'edit.undo',
    () => useNotices().undoLast(),
    () => useNotices().undoSteps.length > 0,
  )
}

function registerScreenCommands(): void {
  const router = useRouter()
  onCommand('go.data', () => router.push({ name: 'data' }))
  onCommand('go.runs', () => router.push({ name: 'runs' }))
  onCommand('go.compare', () => router.push({ name: 'compare' }))
  onCommand(
    'view.compare',
    () => router.push({ name: 'compare' }),
    () => useSelection().ids.length > 0,
  )
}

function registerRunCommands(): void {
  const runs = useRuns()
  const selection = useSelection()
  const inStates = (states: readonly RunState[]) =>
    selection.targets.filter((id) => states.includes(runs.rows.get(id)?.state ?? 'unreadable'))
  const one = () => selection.focusedRow
  onCommand(
    'run.stop',
    () => runs.stop(inStates(STOPPABLE)),
    () => inStates(STOPPABLE).length > 0,
  )
  onCommand(
    'run.resume',
    () => runs.resume(inStates(RESUMABLE)),
    () => inStates(RESUMABLE).length > 0,
  )
  onCommand(
    'run.pause',
    () => runs.pause(one()!.id),
    () => one()?.state === 'running',
  )
  onCommand(
    'run.duplicate',
    () => useDraft().openFrom(one()!),
    () => one()?.config !== undefined,
  )
  onCommand(
    'run.repeat',
    () => runs.repeat(one()!.id),
    () => one()?.config !== undefined,
  )
  onCommand(
    'run.export',
    () => exportRun(one()!.id),
    () => one()?.config !== undefined,
  )
  onCommand('run.star', toggleStar, () => selection.targets.length > 0)
  onCommand(
    'run.remove',
    () => runs.remove(selection.targets),
    () => selection.targets.length > 0,
  )
}

function toggleStar(): void {
  const { targets } = useSelection()
  const runs = useRuns()
  const starred = targets.every((id) => runs.rows.get(id)?.starred)
  void runs.label(targets, { starred: !starred })
}

/** The commands that hold on every screen. Call it once, in the setup of the window. */
export function useAppCommands(): void {
  registerFileCommands()
  registerScreenCommands()
  registerRunCommands()
}
