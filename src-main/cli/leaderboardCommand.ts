import type { Command } from 'commander'
import { openDatasetLibrary } from '../node/datasetLibrary.ts'
import { datasetPorts } from '../node/datasetPorts.ts'
import { libraryLocation } from '../node/libraryLocation.ts'
import { loadPublishedResults } from '../node/publishedResults.ts'
import { openRunStore } from '../node/runStore.ts'
import { showLeaderboard } from '../studio/leaderboards.ts'
import { addCommonFlags, type CommonFlags } from './commonFlags.ts'
import { describeLeaderboard } from './comparisonTables.ts'
import { obtainDataset } from './datasetSource.ts'
import { openTerminal } from './terminal.ts'

/** `ncf leaderboard`. */
export function addLeaderboardCommand(program: Command): void {
  const command = program
    .command('leaderboard')
    .description('Own runs and published results on a dataset, each protocol in a table of its own.')
    .requiredOption('--data <source>', 'path of a dataset, "sample", or the id or name of an imported one')
  addCommonFlags(command).action(show)
}

async function show(flags: CommonFlags & { data: string }): Promise<void> {
  const terminal = openTerminal(flags)
  const folder = libraryLocation(flags.library)
  const { id } = await obtainDataset(await openDatasetLibrary(folder), flags.data, {}, terminal)
  const store = openRunStore(folder)
  const board = await showLeaderboard(
    {
      datasets: datasetPorts(folder),
      listed: () => store.list(),
      publishedResults: () => loadPublishedResults(),
    },
    id,
  )
  const { sections, ...about } = board
  terminal.emit({ event: 'leaderboard', ...about })
  sections.forEach((section) => terminal.emit({ event: 'section', ...section }))
  terminal.print(describeLeaderboard(board))
}
