import type { Command } from 'commander'
import { cpuDemandHere } from '../engines/cpu/cpuDemand.ts'
import { openDatasetLibrary } from '../node/datasetLibrary.ts'
import { libraryLocation } from '../node/libraryLocation.ts'
import { libraryPorts } from '../node/libraryPorts.ts'
import { openRunStore } from '../node/runStore.ts'
import { createRun } from '../studio/newRun.ts'
import { addCommonFlags, threadsOption, type CommonFlags } from './commonFlags.ts'
import { addDatasetFlags, importOptionsOf, type DatasetFlags } from './datasetFlags.ts'
import { describeDataset, obtainDataset } from './datasetSource.ts'
import { addEvaluationFlags, type EvaluationFlags } from './evaluationFlags.ts'
import type { EndWith } from './exitCodes.ts'
import { repeated } from './flagValues.ts'
import { addModelFlags, modelConfigOf, type ModelFlags } from './modelFlags.ts'
import { openTerminal } from './terminal.ts'
import { trainAndTell } from './trainingSession.ts'

interface TrainFlags extends CommonFlags, DatasetFlags, ModelFlags, EvaluationFlags {
  data: string
  threads: number | 'auto'
  name?: string
  tag?: string[]
  notes?: string
}

/** `ncf train`. */
export function addTrainCommand(program: Command, end: EndWith): void {
  const command = program
    .command('train')
    .description('Train one model and set its result beside the published ones.')
    .requiredOption('--data <source>', 'path of a dataset, "sample", or the id or name of an imported one')
  addModelFlags(command)
  addEvaluationFlags(command)
  command
    .addOption(threadsOption())
    .option('--name <text>', 'of the run')
    .option('--tag <text>', 'of the run; may be repeated', repeated)
    .option('--notes <text>', 'about the run')
  addDatasetFlags(addCommonFlags(command)).action(async (flags: TrainFlags) => end(await train(flags)))
}

async function train(flags: TrainFlags) {
  const config = modelConfigOf(flags)
  const terminal = openTerminal(flags)
  const folder = libraryLocation(flags.library)
  const library = await openDatasetLibrary(folder)
  const options = {
    ...importOptionsOf(flags),
    ...(config.selection === 'validation' && { validation: true }),
  }
  const stored = await obtainDataset(library, flags.data, options, terminal)
  if (!terminal.json) terminal.say(describeDataset(stored))
  const store = openRunStore(folder)
  await store.reconcile()
  const { name, tag: tags, notes, threads } = flags
  const labels = { name, tags, notes }
  const ports = { ...(await libraryPorts(folder)), demand: cpuDemandHere }
  const record = await createRun(ports, { dataset: stored.description, config, threads, labels })
  return trainAndTell(record, { library: folder, threads, terminal })
}
