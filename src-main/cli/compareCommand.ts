import type { Command } from 'commander'
import { libraryLocation } from '../node/libraryLocation.ts'
import { runPorts } from '../node/runPorts.ts'
import { openRunStore } from '../node/runStore.ts'
import { compare, compareAgainst } from '../studio/comparisons.ts'
import { addCommonFlags, type CommonFlags } from './commonFlags.ts'
import { describeComparison } from './comparisonTables.ts'
import { UsageError } from './exitCodes.ts'
import { wholeNumber } from './flagValues.ts'
import { runsOfSide, SIDE_HELP } from './runSides.ts'
import { openTerminal, type Terminal } from './terminal.ts'

interface CompareFlags extends CommonFlags {
  k: number
}

/** `ncf compare`. */
export function addCompareCommand(program: Command): void {
  const command = program
    .command('compare <runs...>')
    .description('Whether a run, or a group of seeds, is better than another: paired tests over users.')
    .option('--k <length>', 'length of the lists of HR@K and NDCG@K', wholeNumber(1, 20), 10)
    .addHelpText(
      'after',
      `\n${SIDE_HELP} Of more than two sides, each is compared with the last one, and p adjusted for their number.`,
    )
  addCommonFlags(command).action(compareSides)
}

async function compareSides(sides: string[], flags: CompareFlags): Promise<void> {
  if (sides.length < 2) throw new UsageError('A comparison needs two sides at least: ncf compare RUN RUN.')
  const terminal = openTerminal(flags)
  const store = openRunStore(libraryLocation(flags.library))
  const runs = runPorts(store)
  const ids: string[][] = []
  for (const side of sides) ids.push(await runsOfSide(store, side))
  const baseline = ids.pop()!
  if (ids.length > 1) return compareMany(runs, { baseline, others: ids, k: flags.k }, terminal)
  const comparison = await compare(runs, { a: ids[0], b: baseline, k: flags.k })
  terminal.emit({ event: 'comparison', ...comparison })
  terminal.print(describeComparison(comparison))
}

async function compareMany(
  runs: ReturnType<typeof runPorts>,
  sides: { baseline: string[]; others: string[][]; k: number },
  terminal: Terminal,
): Promise<void> {
  const answers = await compareAgainst(runs, sides)
  const told = answers.map(({ runIds, comparison, problem }) => {
    terminal.emit({ event: 'comparison', ...(comparison ?? { runIds, problem }) })
    return comparison ? describeComparison(comparison) : `${runIds.join(', ')}: ${problem!.message}`
  })
  terminal.print(told.join('\n\n'))
}
