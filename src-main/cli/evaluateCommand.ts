import { access } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Option, type Command } from 'commander'
import { ARITHMETICS, type NeuralConfig } from '../core/run/runConfig.ts'
import { openDatasetLibrary, type StoredDataset } from '../node/datasetLibrary.ts'
import { libraryLocation } from '../node/libraryLocation.ts'
import { readSafetensorsIndex } from '../node/safetensors.ts'
import { addCommonFlags, threadsOption, type CommonFlags } from './commonFlags.ts'
import { addDatasetFlags, importOptionsOf, type DatasetFlags } from './datasetFlags.ts'
import { count, describeDataset, obtainDataset } from './datasetSource.ts'
import { withEngine } from './engineProcess.ts'
import { oneOf } from './flagValues.ts'
import { evaluationLine } from './jsonLines.ts'
import { metricsTable } from './resultTable.ts'
import { openTerminal, type Terminal } from './terminal.ts'

interface EvaluateFlags extends CommonFlags, DatasetFlags {
  data: string
  weights: string
  arithmetic: NeuralConfig['arithmetic']
  threads: number | 'auto'
}

/** `ncf evaluate`. */
export function addEvaluateCommand(program: Command): void {
  const command = program
    .command('evaluate')
    .description('Measure the weights of a .safetensors file on the test items of a dataset.')
    .requiredOption('--data <source>', 'path of a dataset, "sample", or the id or name of an imported one')
    .requiredOption('--weights <file>', 'a .safetensors file; model and sizes are read from its tensors')
    .addOption(
      new Option('--arithmetic <name>', ARITHMETICS.join(', '))
        .argParser(oneOf(ARITHMETICS))
        .default('portable'),
    )
    .addOption(threadsOption())
  addDatasetFlags(addCommonFlags(command)).action(evaluate)
}

async function evaluate(flags: EvaluateFlags): Promise<void> {
  const terminal = openTerminal(flags)
  const folder = libraryLocation(flags.library)
  const weightsFile = resolve(flags.weights)
  await access(weightsFile)
  const library = await openDatasetLibrary(folder)
  const stored = await obtainDataset(library, flags.data, importOptionsOf(flags), terminal)
  if (!terminal.json) terminal.say(describeDataset(stored))
  await noteOtherData(weightsFile, stored, terminal)
  const { arithmetic, threads } = flags
  const evaluation = await withEngine((engine) =>
    engine.evaluate({ library: folder, datasetId: stored.id, weightsFile, arithmetic, threads }),
  )
  terminal.emit({ ...evaluationLine(evaluation), datasetId: stored.id })
  const { spec, metrics } = evaluation
  terminal.print(
    `${spec.model} on the test items of ${count(metrics.users)} users of ${stored.description.name}`,
  )
  terminal.print(metricsTable(metrics))
}

/** The weights of our own runs say which data they were trained on; another split of it may be meant. */
async function noteOtherData(
  weightsFile: string,
  { id, description }: StoredDataset,
  terminal: Terminal,
): Promise<void> {
  const { fingerprint } = (await readSafetensorsIndex(weightsFile)).metadata
  if (fingerprint === undefined || fingerprint === description.fingerprint) return
  terminal.say(
    `note: these weights were trained on data with the fingerprint ${fingerprint.slice(0, 12)}, not on ${id}: the figures mean something only if both number their users and items alike.`,
  )
}
