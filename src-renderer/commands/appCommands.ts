import { useRouter } from 'vue-router'
import { chosenFiles } from '../client/droppedFiles.ts'
import { client } from '../client/client.ts'
import { useApp } from '../stores/app.ts'
import { useDraft } from '../stores/draft.ts'
import { useImports } from '../stores/imports.ts'
import { useNotices } from '../stores/notices.ts'
import { useRuns } from '../stores/runs.ts'
import { useSelection } from '../stores/selection.ts'
import type { CommandId } from '../../src-main/contract/commands.ts'
import type { RunState } from '../../src-main/contract/runContract.ts'
import { runDownloadPath } from '../../src-main/contract/windowPolicy.ts'
import { onCommand } from './commands.ts'
import { RESUMABLE, STOPPABLE } from './runStates.ts'

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
  link.href = runDownloadPath(id)
  link.download = ''
  link.click()
}

function registerFileCommands(): void {
  const app = useApp()
  onCommand('dataset.open', () => chooseSource('folder'))
  onCommand('dataset.openFile', () => chooseSource('file'))
  onCommand('dataset.sample', () => useImports().importSample())
  // Given to the program by the desktop: at its start, at a second start, from the list of recent things.
  client.on('app:open-source', ({ source }) => void useImports().open(source))
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
  onCommand('go.leaderboard', () => router.push({ name: 'leaderboard' }))
  onCommand(
    'view.compare',
    () => router.push({ name: 'compare' }),
    () => useSelection().ids.length > 0,
  )
}

function registerRunCommands(): void {
  const runs = useRuns()
  const selection = useSelection()
  const chosen = () => selection.targets.flatMap((id) => runs.rows.get(id) ?? [])
  const inStates = (states: readonly RunState[]) =>
    chosen().flatMap(({ id, state, elsewhere }) => (states.includes(state) && !elsewhere ? [id] : []))
  const readable = () => chosen().filter(({ config }) => config !== undefined)
  // Files of a run that trains change while they are read: its download would be refused without a word.
  const atRest = () => readable().filter(({ state }) => state !== 'running')
  const onRuns = (
    command: CommandId,
    ids: () => readonly string[],
    run: (ids: readonly string[]) => unknown,
  ) =>
    onCommand(
      command,
      () => run(ids()),
      () => ids().length > 0,
    )
  onRuns('run.stop', () => inStates(STOPPABLE), runs.stop)
  onRuns('run.resume', () => inStates(RESUMABLE), runs.resume)
  onRuns(
    'run.pause',
    () => inStates(['running']),
    (ids) => ids.forEach(runs.pause),
  )
  onRuns('run.repeat', () => readable().map(({ id }) => id), repeatAll)
  onRuns('run.export', () => atRest().map(({ id }) => id), exportAll)
  onCommand(
    'run.duplicate',
    () => useDraft().openFrom(readable()[0]),
    () => chosen().length === 1 && readable().length === 1,
  )
  onCommand('run.star', toggleStar, () => selection.targets.length > 0)
  onCommand(
    'run.remove',
    () => runs.remove(selection.targets),
    () => selection.targets.length > 0,
  )
}

/** Milliseconds between downloads: browsers drop those that begin at once. */
const BETWEEN_DOWNLOADS = 400

async function exportAll(ids: readonly string[]): Promise<void> {
  for (const [i, id] of ids.entries()) {
    if (i > 0) await new Promise((resolve) => setTimeout(resolve, BETWEEN_DOWNLOADS))
    exportRun(id)
  }
}

async function repeatAll(ids: readonly string[]): Promise<void> {
  for (const id of ids) await useRuns().repeat(id)
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
