import { Option, type Command } from 'commander'
import { MODEL_NAMES, modelSpec, type ModelName } from '../core/models/modelSpec.ts'
import {
  ARITHMETICS,
  L2_SCOPES,
  OPTIMIZERS,
  neuralConfigSchema,
  type NeuralConfig,
  type NeuralConfigInput,
} from '../core/run/runConfig.ts'
import { cpuDemandHere } from '../engines/cpu/cpuDemand.ts'
import { openDatasetLibrary } from '../node/datasetLibrary.ts'
import { libraryLocation } from '../node/libraryLocation.ts'
import { libraryPorts } from '../node/libraryPorts.ts'
import { openRunStore } from '../node/runStore.ts'
import { createRun } from '../studio/newRun.ts'
import { addCommonFlags, threadsOption, type CommonFlags } from './commonFlags.ts'
import { addDatasetFlags, importOptionsOf, type DatasetFlags } from './datasetFlags.ts'
import { describeDataset, obtainDataset } from './datasetSource.ts'
import { addEvaluationFlags, evaluationFieldsOf, type EvaluationFlags } from './evaluationFlags.ts'
import { UsageError, type EndWith } from './exitCodes.ts'
import { belowOne, listOf, notNegative, oneOf, positive, repeated, seed, wholeNumber } from './flagValues.ts'
import { openTerminal } from './terminal.ts'
import { trainAndTell } from './trainingSession.ts'

interface TrainFlags extends CommonFlags, DatasetFlags, EvaluationFlags {
  data: string
  model: ModelName
  factors: number
  layers: number
  tower?: number[]
  epochs: number
  batch: number
  lr: number
  negatives: number
  dropout: number
  optimizer: NeuralConfig['optimizer']
  seed: string
  arithmetic: NeuralConfig['arithmetic']
  l2Embeddings: number
  l2Tower: number[]
  l2Scope: NeuralConfig['l2']['scope']
  threads: number | 'auto'
  name?: string
  tag?: string[]
  notes?: string
}

const defaults = neuralConfigSchema.parse({ model: 'NeuMF' })

function addModelFlags(command: Command): void {
  const flag = (flags: string, description: string, read: (text: string) => unknown) =>
    new Option(flags, description).argParser(read)
  const options = [
    flag('--model <name>', MODEL_NAMES.join(', '), oneOf(MODEL_NAMES)).makeOptionMandatory(),
    flag('--factors <n>', 'predictive factors F', wholeNumber(1, 8192)).default(defaults.factors),
    flag('--layers <n>', 'hidden layers of the tower', wholeNumber(0, 16)).default(defaults.layers),
    flag('--tower <list>', 'widths instead of --layers, e.g. 64,32,16,8', listOf(wholeNumber(1, 65536))),
    flag('--epochs <n>', 'passes over the data', wholeNumber(1, 100_000)).default(defaults.epochs),
    flag('--batch <n>', 'samples a step', wholeNumber(1, 1_048_576)).default(defaults.batchSize),
    flag('--lr <rate>', 'learning rate', positive).default(defaults.learningRate),
    flag('--negatives <n>', 'sampled for each positive', wholeNumber(1, 1000)).default(
      defaults.negativesPerPositive,
    ),
    flag('--dropout <rate>', 'before each layer of the tower', belowOne).default(defaults.dropout),
    flag('--optimizer <name>', OPTIMIZERS.join(', '), oneOf(OPTIMIZERS)).default(defaults.optimizer),
    flag('--l2-embeddings <lambda>', 'L2 penalty of all embeddings', notNegative).default(0),
    flag(
      '--l2-tower <list>',
      'L2 penalty of the layers, one for all or one each',
      listOf(notNegative),
    ).default([0], '0'),
    flag('--l2-scope <name>', `what it moves: ${L2_SCOPES.join(', ')}`, oneOf(L2_SCOPES)).default(
      defaults.l2.scope,
    ),
    flag('--seed <n>', 'of all that is random', seed).default(defaults.seed),
    flag('--arithmetic <name>', ARITHMETICS.join(', '), oneOf(ARITHMETICS)).default(defaults.arithmetic),
  ]
  for (const option of options) command.addOption(option)
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
  const config = configOf(flags)
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

/** The flags that a field of the configuration comes from, where they are called otherwise. */
const FLAGS: Record<string, string> = {
  batchSize: 'batch',
  learningRate: 'lr',
  negativesPerPositive: 'negatives',
}

function configOf(flags: TrainFlags): NeuralConfig {
  const result = neuralConfigSchema.safeParse(inputOf(flags))
  if (result.success) return result.data
  const lines = result.error.issues.map(({ path, message }) => {
    const field = String(path[0])
    return `--${FLAGS[field] ?? field}: ${message}`
  })
  throw new UsageError(lines.join(' '))
}

function inputOf(flags: TrainFlags): NeuralConfigInput {
  const { model, factors, layers, tower, epochs, dropout, optimizer, seed, arithmetic } = flags
  return {
    ...{ model, factors, layers, tower, epochs, dropout, optimizer, seed, arithmetic },
    ...evaluationFieldsOf(flags),
    batchSize: flags.batch,
    learningRate: flags.lr,
    negativesPerPositive: flags.negatives,
    l2: penaltiesOf(flags),
  }
}

function penaltiesOf({ l2Embeddings, l2Tower, l2Scope, ...model }: TrainFlags): NeuralConfigInput['l2'] {
  return {
    scope: l2Scope,
    gmfUser: l2Embeddings,
    gmfItem: l2Embeddings,
    mlpUser: l2Embeddings,
    mlpItem: l2Embeddings,
    tower: towerPenalties(l2Tower, hiddenLayers(model)),
  }
}

/** One penalty stands for all layers. */
function towerPenalties(penalties: number[], layers: number | undefined): number[] {
  if (layers === undefined) return []
  if (penalties.length === 1) return Array.from({ length: layers }, () => penalties[0])
  if (penalties.length === layers) return penalties
  const expected = layers > 0 ? `one number for all hidden layers, or ${layers}, one each` : 'one number'
  throw new UsageError(`--l2-tower: this model takes ${expected}, not ${penalties.length}.`)
}

/** A model that cannot be is reported by the configuration's own check, with its flag. */
function hiddenLayers(model: Pick<TrainFlags, 'model' | 'factors' | 'layers' | 'tower'>): number | undefined {
  try {
    return modelSpec(model).hiddenSizes.length
  } catch {
    return undefined
  }
}
