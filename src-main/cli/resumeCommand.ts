import type { Command } from 'commander'
import { libraryLocation } from '../node/libraryLocation.ts'
import { plannedEpochs } from '../core/run/runConfig.ts'
import { openRunStore } from '../node/runStore.ts'
import { addCommonFlags, threadsOption, type CommonFlags } from './commonFlags.ts'
import type { EndWith } from './exitCodes.ts'
import { trainAfterParts } from './partsFirst.ts'
import { openTerminal } from './terminal.ts'

interface ResumeFlags extends CommonFlags {
  threads: number | 'auto'
}

/** `ncf runs resume`: goes on from the last checkpoint with the same bits; a finished run only shows its result. */
export function addResumeCommand(runs: Command, end: EndWith): void {
  const command = runs
    .command('resume')
    .description('Go on with a run that was interrupted, the runs that it starts from first.')
    .argument('<run>', 'id, its beginning, or name')
    .addOption(threadsOption())
  addCommonFlags(command).action(async (query: string, flags: ResumeFlags) => {
    const library = libraryLocation(flags.library)
    const terminal = openTerminal(flags)
    const store = openRunStore(library)
    const { record } = await store.read(await store.find(query))
    const done = record.summary?.epochsCompleted ?? 0
    if (record.status === 'finished') terminal.say(`Run ${record.id} is finished already.`)
    else
      terminal.say(`Going on with ${record.id}: ${done} of ${plannedEpochs(record.config)} epochs are done.`)
    end(await trainAfterParts(record, { library, threads: flags.threads, terminal }))
  })
}
