import type { Command } from 'commander'
import {
  openDatasetLibrary,
  type DamagedDataset,
  type DatasetLibrary,
  type StoredDataset,
} from '../node/datasetLibrary.ts'
import { libraryLocation } from '../node/libraryLocation.ts'
import { addCommonFlags, type CommonFlags } from './commonFlags.ts'
import { addDatasetFlags, importOptionsOf, type DatasetFlags } from './datasetFlags.ts'
import { count, describeDataset, importSource } from './datasetSource.ts'
import { failureMessage } from './failureMessage.ts'
import { qualityReport } from './qualityReport.ts'
import { table } from './resultTable.ts'
import { openTerminal, type Terminal } from './terminal.ts'

/** `ncf datasets import|list|show|remove`. */
export function addDatasetsCommand(program: Command): void {
  const datasets = program.command('datasets').description('The imported datasets of the library.')
  addImport(datasets)
  addCommonFlags(datasets.command('list').description('All datasets, oldest first.')).action(
    (flags: CommonFlags) => inLibrary(flags, list),
  )
  addCommonFlags(
    datasets
      .command('show')
      .description('What an import found in the data.')
      .argument('<dataset>', 'id or name'),
  ).action((query: string, flags: CommonFlags) =>
    inLibrary(flags, async (library, terminal) => show(await library.find(query), terminal)),
  )
  addCommonFlags(
    datasets
      .command('remove')
      .description('Move datasets to the library’s trash.')
      .argument('<dataset...>', 'ids or names'),
  ).action((queries: string[], flags: CommonFlags) =>
    inLibrary(flags, async (library, terminal) => {
      for (const query of queries) await remove(query, library, terminal)
    }),
  )
}

interface ImportFlags extends CommonFlags, DatasetFlags {
  name?: string
  validation?: boolean
}

function addImport(datasets: Command): void {
  const command = datasets
    .command('import')
    .description('Read a folder, a file or a .zip, split it and keep it in the library.')
    .argument('<source>', 'a path, or "sample"')
    .option('--name <text>', 'what it is called (default: the name of its file or folder)')
    .option('--validation', 'hold out one more item per user, for --selection validation')
  addDatasetFlags(addCommonFlags(command)).action((source: string, flags: ImportFlags) =>
    inLibrary(flags, async (library, terminal) => {
      const { name, validation } = flags
      const options = {
        ...importOptionsOf(flags),
        ...(name !== undefined && { name }),
        ...(validation && { validation }),
      }
      const stored = await importSource(library, source, options, terminal)
      if (name !== undefined && stored.description.name !== name)
        terminal.say(`note: this data is in the library already, as "${stored.description.name}".`)
      terminal.emit(lineOf(stored))
      terminal.print(describeDataset(stored))
    }),
  )
}

async function inLibrary(
  flags: CommonFlags,
  action: (library: DatasetLibrary, terminal: Terminal) => Promise<void>,
): Promise<void> {
  await action(await openDatasetLibrary(libraryLocation(flags.library)), openTerminal(flags))
}

function lineOf(entry: StoredDataset | DamagedDataset): Record<string, unknown> {
  const { id } = entry
  if ('problem' in entry) return { event: 'dataset', id, problem: problemOf(entry) }
  const { name, form, split, validationSource, fingerprint, importedAt, report } = entry.description
  const { users, items, interactions } = report
  return {
    event: 'dataset',
    ...{ id, name, form, split, users, items, interactions },
    validation: validationSource !== null,
    ...{ fingerprint, importedAt, warnings: report.warnings },
  }
}

function problemOf({ problem }: DamagedDataset): { code: string; message: string } {
  return { code: problem.code, message: failureMessage(problem) }
}

async function list(library: DatasetLibrary, terminal: Terminal): Promise<void> {
  const entries = await library.list()
  entries.map(lineOf).forEach((line) => terminal.emit(line))
  const stored = entries.filter((entry) => 'description' in entry)
  const rows = stored.map(({ id, description: { name, form, report, validationSource } }) => [
    id,
    name,
    form,
    count(report.users),
    count(report.items),
    count(report.interactions),
    validationSource === null ? '' : 'yes',
  ])
  if (rows.length > 0)
    terminal.print(table(['id', 'name', 'form', 'users', 'items', 'interactions', 'validation'], rows))
  if (entries.length === 0)
    terminal.print('There are no datasets yet. Import one with: ncf datasets import PATH')
  for (const entry of entries)
    if ('problem' in entry) terminal.print(`${entry.id}: ${problemOf(entry).message}`)
}

function show(stored: StoredDataset, terminal: Terminal): void {
  terminal.emit({ event: 'dataset', ...stored.description })
  terminal.print(qualityReport(stored))
}

/** Damaged datasets have no name to be found by, but can be removed by their whole id. */
async function remove(query: string, library: DatasetLibrary, terminal: Terminal): Promise<void> {
  const isDamaged = (await library.list()).some((entry) => entry.id === query && 'problem' in entry)
  const id = isDamaged ? query : (await library.find(query)).id
  const place = await library.remove(id)
  terminal.emit({ event: 'removed', id, trash: place })
  terminal.print(`Dataset ${id} lies in the trash now: ${place}`)
}
