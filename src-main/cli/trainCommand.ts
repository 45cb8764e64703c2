import { Option, type Command } from 'commander'
import { isClosedForm, PRETRAINED, type RunConfig } from '../core/run/runConfig.ts'
import type { RunRecord } from '../core/run/runRecord.ts'
import { seedsFrom } from '../core/run/seeds.ts'
import { demandHere } from '../engines/cpu/linearDemand.ts'
import { libraryLocation } from '../node/libraryLocation.ts'
import { libraryPorts } from '../node/libraryPorts.ts'
import { openRunStore } from '../node/runStore.ts'
import { createRun, type NewRun, type NewRunPorts } from '../studio/newRun.ts'
import { createChain } from '../studio/runChain.ts'
import { addChainFlags, chainConfigsOf, requireChainModel, type ChainFlags } from './chainFlags.ts'
import { addCommonFlags, threadsOption, type CommonFlags } from './commonFlags.ts'
import { addDatasetFlags, type DatasetFlags } from './datasetFlags.ts'
import { datasetToTrain } from './datasetSource.ts'
import { addEvaluationFlags, type EvaluationFlags } from './evaluationFlags.ts'
import { EXIT, UsageError, type EndWith, type ExitCode } from './exitCodes.ts'
import { repeated, wholeNumber } from './flagValues.ts'
import { addModelFlags, modelConfigOf, type ModelFlags, type MODELS } from './modelFlags.ts'
import { trainAfterParts } from './partsFirst.ts'
import { findPart, sizesOfParts } from './partSource.ts'
import { describeGroup, groupLine, type SeededRun } from './seedGroup.ts'
import { openTerminal } from './terminal.ts'
import type { SessionOptions } from './trainingSession.ts'

interface TrainFlags
  extends CommonFlags, DatasetFlags, Omit<ModelFlags, 'model'>, ChainFlags, EvaluationFlags {
  model: (typeof MODELS)[number]
  data: string
  seeds: number
  threads: number | 'auto'
  name?: string
  tag?: string[]
  notes?: string
}

/** `ncf train`. */
export function addTrainCommand(program: Command, end: EndWith): void {
  const command = program
    .command('train')
    .description('Train one model, once or from several seeds, and set its result beside the published ones.')
    .requiredOption('--data <source>', 'path of a dataset, "sample", or the id or name of an imported one')
  addModelFlags(command)
  addChainFlags(command)
  addEvaluationFlags(command)
  command
    .addOption(
      new Option('--seeds <n>', 'train n runs, from --seed and those after it, and tell their mean')
        .argParser(wholeNumber(1, 100))
        .default(1),
    )
    .addOption(threadsOption())
    .option('--name <text>', 'of the run')
    .option('--tag <text>', 'of the run; may be repeated', repeated)
    .option('--notes <text>', 'about the run')
  addDatasetFlags(addCommonFlags(command)).action(async (flags: TrainFlags) => end(await train(flags)))
}

/** Makes the run of a seed, after the runs that it starts from. */
type CreateRun = (seed: string) => Promise<RunRecord>

async function train(flags: TrainFlags) {
  const { model } = flags
  requireChainModel(model, flags)
  const config = model === PRETRAINED ? chainConfigsOf(flags).neumf : modelConfigOf({ ...flags, model })
  const seeds = seedsOf(config, flags.seeds)
  const terminal = openTerminal(flags)
  const library = libraryLocation(flags.library)
  const { description: dataset } = await datasetToTrain(library, flags, config.selection, terminal)
  await openRunStore(library).reconcile()
  const { name, tag: tags, notes, threads } = flags
  const given = { dataset, threads, labels: { name, tags, notes } }
  const ports = { ...(await libraryPorts(library)), demand: demandHere }
  const create: CreateRun =
    model === PRETRAINED
      ? await chainMaker(ports, given, flags)
      : (seed) => createRun(ports, { ...given, config: { ...config, seed } })
  return trainSeeds(create, seeds, { library, threads, terminal })
}

function seedsOf(config: RunConfig, count: number): string[] {
  if (count > 1 && isClosedForm(config))
    throw new UsageError(`--seeds: ${config.model} has one solution, whatever the seed.`)
  return seedsFrom(config.seed, count)
}

/** A NeuMF with its parts, as far as they are still to be trained; without sizes it takes those of given parts. */
async function chainMaker(
  ports: NewRunPorts & { library: string },
  given: Omit<NewRun, 'config'>,
  flags: TrainFlags,
): Promise<CreateRun> {
  const store = openRunStore(ports.library)
  const gmf = flags.gmf === undefined ? undefined : await findPart(store, flags.gmf)
  const mlp = flags.mlp === undefined ? undefined : await findPart(store, flags.mlp)
  const hasSizes = flags.factors !== undefined || flags.layers !== undefined || flags.tower !== undefined
  const configs = chainConfigsOf(hasSizes ? flags : { ...flags, ...sizesOfParts(gmf?.spec, mlp?.spec) })
  const chain = { ...given, ...configs, gmf: gmf?.origin ?? configs.gmf, mlp: mlp?.origin ?? configs.mlp }
  return async (seed) => (await createChain(ports, { ...chain, seeds: [seed] })).at(-1)!
}

/** One after the other, each made when its turn comes: what an interruption leaves is the run that was under way. */
async function trainSeeds(
  create: CreateRun,
  seeds: readonly string[],
  options: SessionOptions,
): Promise<ExitCode> {
  const { terminal, library } = options
  const runs: SeededRun[] = []
  for (const [place, seed] of seeds.entries()) {
    if (seeds.length > 1 && !terminal.json) terminal.say(`Seed ${seed}, ${place + 1} of ${seeds.length}`)
    const { id } = await create(seed)
    const store = openRunStore(library)
    const code = await trainAfterParts((await store.read(id)).record, options)
    if (code !== EXIT.done) return code
    runs.push({ id, summary: (await store.read(id)).record.summary! })
  }
  if (runs.length > 1) tellGroup(runs, options)
  return EXIT.done
}

function tellGroup(runs: readonly SeededRun[], { terminal }: SessionOptions): void {
  terminal.emit(groupLine(runs))
  terminal.print(describeGroup(runs, 'all seeds'))
}
