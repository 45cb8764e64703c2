import type { Command } from 'commander'
import { datasetPorts } from '../node/datasetPorts.ts'
import { libraryLocation } from '../node/libraryLocation.ts'
import { loadPublishedResults } from '../node/publishedResults.ts'
import { runPorts } from '../node/runPorts.ts'
import { openRunStore } from '../node/runStore.ts'
import { reproductionGap } from '../studio/reproductionGaps.ts'
import { addCommonFlags, type CommonFlags } from './commonFlags.ts'
import { describeGap } from './comparisonTables.ts'
import { openTerminal } from './terminal.ts'

/** `ncf runs gap`. */
export function addGapCommand(runs: Command): void {
  const command = runs
    .command('gap <run>')
    .description('Why its figures are not those of the paper, and what other rules would make of them.')
  addCommonFlags(command).action(tellGap)
}

async function tellGap(query: string, flags: CommonFlags): Promise<void> {
  const terminal = openTerminal(flags)
  const store = openRunStore(libraryLocation(flags.library))
  const sources = {
    runs: runPorts(store),
    datasets: datasetPorts(store.libraryDir),
    listed: () => store.list(),
    publishedResults: () => loadPublishedResults(),
  }
  const gap = await reproductionGap(sources, await store.find(query))
  terminal.emit({ event: 'gap', ...gap })
  terminal.print(describeGap(gap))
}
