import type { Command } from 'commander'
import {
  emptyDatasetTrash,
  isTrashedDataset,
  listTrashedDatasets,
  restoreDataset,
} from '../node/datasetTrash.ts'
import { libraryLocation } from '../node/libraryLocation.ts'
import { openRunStore } from '../node/runStore.ts'
import { addCommonFlags, type CommonFlags } from './commonFlags.ts'
import { table } from './resultTable.ts'
import { openTerminal } from './terminal.ts'

/** `ncf trash list|restore|empty`: the removed runs and datasets. */
export function addTrashCommand(program: Command): void {
  const trash = program.command('trash').description('Removed runs and datasets.')
  const add = (usage: string, description: string) =>
    addCommonFlags(trash.command(usage).description(description))
  add('list', 'The removed runs and datasets, the latest removal first.').action(list)
  add('restore <name>', 'Bring a run or a dataset back, by its name in the trash.').action(restore)
  add('empty', 'Delete the removed runs and datasets for good.').action(empty)
}

async function list(flags: CommonFlags): Promise<void> {
  const library = libraryLocation(flags.library)
  const terminal = openTerminal(flags)
  const runs = (await openRunStore(library).listTrash()).map((run) => ({ kind: 'run', ...run }))
  const datasets = (await listTrashedDatasets(library)).map((dataset) => ({ kind: 'dataset', ...dataset }))
  const removed = [...runs, ...datasets].sort((a, b) => b.removedAt.localeCompare(a.removedAt))
  for (const entry of removed) terminal.emit({ event: 'trashed', ...entry })
  const rows = removed.map(({ name, kind, id, removedAt, ...rest }) => {
    const called = 'datasetName' in rest ? ` (${rest.datasetName})` : ''
    return [name, `${kind} ${id}${called}`, removedAt]
  })
  terminal.print(rows.length > 0 ? table(['name', 'what', 'removed'], rows) : 'The trash is empty.')
}

async function restore(name: string, flags: CommonFlags): Promise<void> {
  const library = libraryLocation(flags.library)
  const terminal = openTerminal(flags)
  const isDataset = isTrashedDataset(name)
  const id = isDataset ? await restoreDataset(library, name) : await openRunStore(library).restore(name)
  terminal.emit({ event: 'restored', kind: isDataset ? 'dataset' : 'run', id })
  terminal.print(`${isDataset ? 'Dataset' : 'Run'} ${id} is back.`)
}

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`

async function empty(flags: CommonFlags): Promise<void> {
  const library = libraryLocation(flags.library)
  const terminal = openTerminal(flags)
  const runs = await openRunStore(library).emptyTrash()
  const datasets = await emptyDatasetTrash(library)
  terminal.emit({ event: 'emptied', runs, datasets })
  terminal.print(`Deleted for good: ${counted(runs, 'run')} and ${counted(datasets, 'dataset')}.`)
}
