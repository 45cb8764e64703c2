import type { Command } from 'commander'
import { openDatasetLibrary } from '../node/datasetLibrary.ts'
import { libraryLocation } from '../node/libraryLocation.ts'
import { openRunStore } from '../node/runStore.ts'
import { addCommonFlags, threadsOption, type CommonFlags } from './commonFlags.ts'
import { count } from './datasetSource.ts'
import { withEngine } from './engineProcess.ts'
import { NotFoundError } from './exitCodes.ts'
import { wholeNumber } from './flagValues.ts'
import { table } from './resultTable.ts'
import { openTerminal } from './terminal.ts'

interface RecommendFlags extends CommonFlags {
  run: string
  user: string
  top: number
  threads: number | 'auto'
}

/** `ncf recommend`. */
export function addRecommendCommand(program: Command): void {
  const command = program
    .command('recommend')
    .description('The best items for a user, by the best epoch of a run; never one that it was trained on.')
    .requiredOption('--run <run>', 'id, its beginning, or name')
    .requiredOption('--user <id>', 'the user’s id in the source of the data')
    .option('--top <n>', 'how many', wholeNumber(1, 1_000_000), 10)
    .addOption(threadsOption())
  addCommonFlags(command).action(recommend)
}

async function recommend(flags: RecommendFlags): Promise<void> {
  const terminal = openTerminal(flags)
  const folder = libraryLocation(flags.library)
  const store = openRunStore(folder)
  const { record } = await store.read(await store.find(flags.run))
  const { items, userIds, description } = await (await openDatasetLibrary(folder)).load(record.data.datasetId)
  const user = userIndex(userIds, flags.user, description.name)
  const { top, threads } = flags
  const found = await withEngine((engine) =>
    engine.recommend({ library: folder, runId: record.id, user, top, threads }),
  )
  const rows = found.map(({ item, score }, i) => ({ rank: i + 1, ...items[item], score }))
  for (const row of rows)
    terminal.emit({ event: 'recommendation', ...row, user: flags.user, runId: record.id })
  terminal.print(
    table(
      ['', 'item', 'title', 'genres', 'score'],
      rows.map(({ rank, itemId, title, genres, score }) => [
        rank,
        itemId,
        title ?? '-',
        genres.join(', '),
        score.toFixed(3),
      ]),
    ),
  )
}

function userIndex(userIds: readonly string[], user: string, dataset: string): number {
  const index = userIds.indexOf(user)
  if (index >= 0) return index
  const examples = userIds.slice(0, 3).join(', ')
  throw new NotFoundError(
    `${dataset} has no user "${user}". It has ${count(userIds.length)} users, such as ${examples}.`,
  )
}
