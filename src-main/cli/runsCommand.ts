import { resolve } from 'node:path'
import type { Command } from 'commander'
import { libraryLocation } from '../node/libraryLocation.ts'
import { loadPublishedResults } from '../node/publishedResults.ts'
import { exportRun, importRun } from '../node/runArchive.ts'
import { openRunStore, StoreError, type RunStore } from '../node/runStore.ts'
import { addCommonFlags, type CommonFlags } from './commonFlags.ts'
import { UsageError } from './exitCodes.ts'
import { describeRun, runLine, runList, runLines, type ShownEvaluation } from './runDescription.ts'
import { openTerminal, type Terminal } from './terminal.ts'

interface Runs {
  store: RunStore
  terminal: Terminal
}

function runsOf(flags: CommonFlags): Runs {
  return { store: openRunStore(libraryLocation(flags.library)), terminal: openTerminal(flags) }
}

/** `ncf runs ...` but for `resume`, which trains. Returns the command, for that one to be added. */
export function addRunsCommand(program: Command): Command {
  const runs = program.command('runs').description('The runs of the library.')
  const add = (usage: string, description: string) =>
    addCommonFlags(runs.command(usage).description(description))
  add('list', 'All runs, the latest first.').action(list)
  add('show <run>', 'Settings, data, origin, epochs and result of a run.').action(show)
  add('rename <run> <name>', 'Give a run a name; "" takes it away.').action(rename)
  add('tag <run> <tags...>', 'Add tags to a run.').option('--remove', 'take them away instead').action(tag)
  add('note <run> <text>', 'Replace the notes on a run.').action(note)
  add('star <run>', 'Mark a run.').option('--remove', 'take the mark away instead').action(star)
  add('remove <runs...>', 'Move runs to the trash.').action(remove)
  add('export <run> [file]', 'Write all of a run into one .zip (default: <run>.zip).').action(exportOne)
  add('import <file>', 'Add a run from such a .zip.').action(importOne)
  return runs
}

async function list(flags: CommonFlags): Promise<void> {
  const { store, terminal } = runsOf(flags)
  const runs = await store.list()
  runs.map(runLine).forEach((line) => terminal.emit(line))
  terminal.print(runList(runs))
}

async function show(query: string, flags: CommonFlags): Promise<void> {
  const { store, terminal } = runsOf(flags)
  const run = await store.read(await store.find(query))
  const log = await store.readEpochs(run.id)
  const evaluation = await shownEvaluation(store, run.id)
  runLines(run, log, evaluation).forEach((line) => terminal.emit(line))
  if (!terminal.json) terminal.print(describeRun(run, log, evaluation, await loadPublishedResults()))
}

/** A damaged file is shown as a note on the run. */
async function shownEvaluation(store: RunStore, id: string): Promise<ShownEvaluation> {
  try {
    return { report: await store.readEvaluation(id) }
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    return { problem: { code: error.code, message: error.message } }
  }
}

async function rename(query: string, name: string, flags: CommonFlags): Promise<void> {
  const { store, terminal } = runsOf(flags)
  const id = await store.find(query)
  const labels = await store.updateLabels(id, { name })
  terminal.emit({ event: 'labels', id, ...labels })
  terminal.print(labels.name ? `Run ${id} is called "${labels.name}" now.` : `Run ${id} has no name now.`)
}

async function tag(query: string, tags: string[], flags: CommonFlags & { remove?: boolean }): Promise<void> {
  if (tags.some((text) => text.trim() === '')) throw new UsageError('A tag cannot be empty.')
  const { store, terminal } = runsOf(flags)
  const id = await store.find(query)
  const labels = await store.updateLabels(id, (old) => ({
    tags: flags.remove ? old.tags.filter((text) => !tags.includes(text)) : [...old.tags, ...tags],
  }))
  terminal.emit({ event: 'labels', id, ...labels })
  terminal.print(`Tags of ${id}: ${labels.tags.join(', ') || 'none'}`)
}

async function note(query: string, notes: string, flags: CommonFlags): Promise<void> {
  const { store, terminal } = runsOf(flags)
  const id = await store.find(query)
  terminal.emit({ event: 'labels', id, ...(await store.updateLabels(id, { notes })) })
  terminal.print(`The notes on ${id} are stored.`)
}

async function star(query: string, flags: CommonFlags & { remove?: boolean }): Promise<void> {
  const { store, terminal } = runsOf(flags)
  const id = await store.find(query)
  const labels = await store.updateLabels(id, { starred: !flags.remove })
  terminal.emit({ event: 'labels', id, ...labels })
  terminal.print(`Run ${id} is ${labels.starred ? '' : 'no longer '}marked.`)
}

async function remove(queries: string[], flags: CommonFlags): Promise<void> {
  const { store, terminal } = runsOf(flags)
  for (const query of queries) {
    const trashed = await store.remove(await store.find(query))
    terminal.emit({ event: 'removed', ...trashed })
    terminal.print(
      `Run ${trashed.id} lies in the trash now. Bring it back with: ncf trash restore ${trashed.name}`,
    )
  }
}

async function exportOne(query: string, file: string | undefined, flags: CommonFlags): Promise<void> {
  const { store, terminal } = runsOf(flags)
  const id = await store.find(query)
  const exported = await exportRun(store.libraryDir, id, resolve(file ?? `${id}.zip`))
  terminal.emit({ event: 'exported', ...exported })
  terminal.print(`Run ${id}: ${exported.files} files are in ${exported.file}`)
}

async function importOne(file: string, flags: CommonFlags): Promise<void> {
  const { store, terminal } = runsOf(flags)
  const imported = await importRun(store.libraryDir, resolve(file))
  terminal.emit({ event: 'imported', ...imported })
  terminal.print(imported.note ?? `Run ${imported.id} is in the library now.`)
}
