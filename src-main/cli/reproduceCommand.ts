import { Option, type Command } from 'commander'
import {
  ARITHMETICS,
  isNeural,
  SELECTIONS,
  type NeuralConfig,
  type RunConfig,
} from '../core/run/runConfig.ts'
import { STUDY_MODELS, studyGroups, type StudyModel } from '../core/run/study.ts'
import { demandHere } from '../engines/cpu/linearDemand.ts'
import { writeFileAtomically } from '../node/atomicFile.ts'
import type { StoredDataset } from '../node/datasetLibrary.ts'
import { libraryLocation } from '../node/libraryLocation.ts'
import { libraryPorts } from '../node/libraryPorts.ts'
import { appVersion } from '../node/provenance.ts'
import { openRunStore } from '../node/runStore.ts'
import { compareAgainst } from '../studio/comparisons.ts'
import type { NewRunPorts } from '../studio/newRun.ts'
import { addCommonFlags, threadsOption, type CommonFlags } from './commonFlags.ts'
import { addDatasetFlags, type DatasetFlags } from './datasetFlags.ts'
import { datasetToTrain } from './datasetSource.ts'
import { EXIT, type EndWith, type ExitCode } from './exitCodes.ts'
import { listOf, oneOf, seed, wholeNumber } from './flagValues.ts'
import { hrAt10 } from './jsonLines.ts'
import { studyDocument, type StudyPart } from './studyDocument.ts'
import { runStudy, StudyInterrupted, type StudiedGroup } from './studyRuns.ts'
import { openTerminal, type Terminal } from './terminal.ts'

interface ReproduceFlags extends CommonFlags, DatasetFlags {
  data: string
  models: StudyModel[]
  factors: number
  epochs: number
  seeds: number
  seed: string
  selections: RunConfig['selection'][]
  arithmetic: NeuralConfig['arithmetic']
  threads: number | 'auto'
  out?: string
}

function option(
  flags: string,
  description: string,
  read: (text: string) => unknown,
  usual?: unknown,
): Option {
  const made = new Option(flags, description).argParser(read)
  return usual === undefined ? made : made.default(usual, Array.isArray(usual) ? usual.join(',') : undefined)
}

/** `ncf reproduce`. */
export function addReproduceCommand(program: Command, end: EndWith): void {
  const command = program
    .command('reproduce')
    .description(
      'Train every model with several seeds under both selections, and set them beside each other with their tests. ' +
        'Runs that the library has are used again, so an interrupted call goes on where it was.',
    )
    .requiredOption('--data <source>', 'path of a dataset, "sample", or the id or name of an imported one')
  const options = [
    option('--models <list>', STUDY_MODELS.join(', '), listOf(oneOf(STUDY_MODELS)), [...STUDY_MODELS]),
    option('--factors <n>', 'of the neural models', wholeNumber(1, 8192), 8),
    option('--epochs <n>', 'of the neural models', wholeNumber(1, 100_000), 20),
    option('--seeds <n>', 'runs of each model', wholeNumber(1, 100), 5),
    option('--seed <n>', 'the first of them', seed, '1'),
    option('--selections <list>', SELECTIONS.join(', '), listOf(oneOf(SELECTIONS)), [...SELECTIONS]),
    option('--arithmetic <name>', ARITHMETICS.join(', '), oneOf(ARITHMETICS), 'portable'),
    threadsOption(),
    new Option('--out <file>', 'write the tables as Markdown to a file'),
  ]
  for (const one of options) command.addOption(one)
  addDatasetFlags(addCommonFlags(command)).action(async (flags: ReproduceFlags) =>
    end(await reproduce(flags)),
  )
}

async function reproduce(flags: ReproduceFlags): Promise<ExitCode> {
  const terminal = openTerminal(flags)
  const folder = libraryLocation(flags.library)
  await openRunStore(folder).reconcile()
  const ports = { ...(await libraryPorts(folder)), demand: demandHere }
  const parts: StudyPart[] = []
  let dataset: StoredDataset | undefined
  try {
    for (const selection of new Set(flags.selections)) {
      dataset = await datasetToTrain(folder, flags, selection, terminal)
      parts.push(await studyPart(selection, dataset, ports, flags, terminal))
    }
  } catch (error) {
    if (!(error instanceof StudyInterrupted)) throw error
    terminal.say('Interrupted. The same command goes on where it was.')
    return EXIT.interrupted
  }
  await tell(parts, dataset!, flags, terminal)
  return EXIT.done
}

async function studyPart(
  selection: RunConfig['selection'],
  { description }: StoredDataset,
  ports: NewRunPorts & { library: string },
  flags: ReproduceFlags,
  terminal: Terminal,
): Promise<StudyPart> {
  const { models, factors, epochs, seeds, seed: firstSeed, arithmetic, threads } = flags
  const planned = studyGroups({ models, factors, epochs, seeds, firstSeed, selection, arithmetic })
  const world = { ports, library: ports.library, dataset: description, threads, terminal }
  const groups = await runStudy(planned, world)
  return { selection, groups, ...(await comparedWithBest(groups, ports.runs)) }
}

/** Everything is held against the baseline of the highest HR@10: what a neural model has to beat. */
async function comparedWithBest(
  groups: readonly StudiedGroup[],
  runs: Parameters<typeof compareAgainst>[0],
): Promise<Pick<StudyPart, 'reference' | 'comparisons'>> {
  const baselines = groups.filter(({ config }) => !isNeural(config))
  const [reference] = [...(baselines.length > 0 ? baselines : groups)].sort((a, b) => hitRate(b) - hitRate(a))
  const idsOf = (group: StudiedGroup) => group.runs.map(({ id }) => id)
  const others = groups.filter((group) => group !== reference).map(idsOf)
  if (others.length === 0) return { reference, comparisons: [] }
  const argument = { baseline: idsOf(reference), others, k: 10 }
  const compared = await compareAgainst(runs, argument)
  return { reference, comparisons: compared.map(({ comparison }) => comparison) }
}

function hitRate({ runs }: StudiedGroup): number {
  return runs.reduce((sum, { summary }) => sum + hrAt10(summary!.test)!, 0) / runs.length
}

async function tell(
  parts: readonly StudyPart[],
  { description }: StoredDataset,
  flags: ReproduceFlags,
  terminal: Terminal,
): Promise<void> {
  for (const { selection, groups, comparisons } of parts)
    terminal.emit({
      event: 'study',
      selection,
      groups: groups.map(({ model, runs }) => ({ model, runs: runs.map(({ id }) => id) })),
      comparisons,
    })
  const text = studyDocument({
    dataset: description.name,
    users: description.report.users,
    command: commandOf(description.name, flags),
    version: await appVersion(),
    parts,
  })
  if (flags.out !== undefined) await writeFileAtomically(flags.out, text)
  if (!terminal.json) terminal.print(flags.out === undefined ? text : `Written to ${flags.out}.`)
}

function commandOf(
  data: string,
  { models, factors, epochs, seeds, seed: first, selections }: ReproduceFlags,
): string {
  const all = models.length === STUDY_MODELS.length
  return [
    `ncf reproduce --data ${data} --factors ${factors} --epochs ${epochs} --seeds ${seeds} --seed ${first}`,
    ...(all ? [] : [`--models ${models.join(',')}`]),
    ...(selections.length === SELECTIONS.length ? [] : [`--selections ${selections.join(',')}`]),
  ].join(' ')
}
