import type { Command } from 'commander'
import { libraryLocation } from '../node/libraryLocation.ts'
import { openRunStore } from '../node/runStore.ts'
import { addCommonFlags, type CommonFlags } from './commonFlags.ts'
import { table } from './resultTable.ts'
import { openTerminal } from './terminal.ts'

/** `ncf trash list|restore|empty`: the removed runs. */
export function addTrashCommand(program: Command): void {
  const trash = program.command('trash').description('Removed runs.')
  const open = (flags: CommonFlags) => ({
    store: openRunStore(libraryLocation(flags.library)),
    terminal: openTerminal(flags),
  })
  const add = (usage: string, description: string) =>
    addCommonFlags(trash.command(usage).description(description))

  add('list', 'The removed runs, the latest removal first.').action(async (flags: CommonFlags) => {
    const { store, terminal } = open(flags)
    const removed = await store.listTrash()
    for (const run of removed) terminal.emit({ event: 'trashed', ...run })
    const rows = removed.map(({ name, id, removedAt }) => [name, id, removedAt])
    terminal.print(rows.length > 0 ? table(['name', 'run', 'removed'], rows) : 'The trash holds no runs.')
  })

  add('restore <name>', 'Bring a run back, by its name in the trash.').action(
    async (name: string, flags: CommonFlags) => {
      const { store, terminal } = open(flags)
      const id = await store.restore(name)
      terminal.emit({ event: 'restored', id })
      terminal.print(`Run ${id} is back.`)
    },
  )

  add('empty', 'Delete the removed runs for good.').action(async (flags: CommonFlags) => {
    const { store, terminal } = open(flags)
    const runs = await store.emptyTrash()
    terminal.emit({ event: 'emptied', runs })
    terminal.print(`${runs} ${runs === 1 ? 'run was' : 'runs were'} deleted for good.`)
  })
}
