import { access } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Option, type Command } from 'commander'
import { ARITHMETICS, type NeuralConfig } from '../core/run/runConfig.ts'
import { openDatasetLibrary, type StoredDataset } from '../node/datasetLibrary.ts'
import { libraryLocation } from '../node/libraryLocation.ts'
import { loadPublishedResults } from '../node/publishedResults.ts'
import { openRunStore } from '../node/runStore.ts'
import { readSafetensorsIndex } from '../node/safetensors.ts'
import { addCommonFlags, threadsOption, type CommonFlags } from './commonFlags.ts'
import { addDatasetFlags, importOptionsOf, type DatasetFlags } from './datasetFlags.ts'
import { count, describeDataset, obtainDataset } from './datasetSource.ts'
import { withEngine } from './engineProcess.ts'
import { RANKINGS } from './evaluationTables.ts'
import { UsageError } from './exitCodes.ts'
import { oneOf } from './flagValues.ts'
import { evaluationLine, summaryFields } from './jsonLines.ts'
import { metricsTable } from './resultTable.ts'
import { describeEvaluation, describeResult } from './runDescription.ts'
import { withRankingBar } from './rankingBar.ts'
import { openTerminal, type Terminal } from './terminal.ts'

interface EvaluateFlags extends CommonFlags, DatasetFlags {
  run?: string
  data?: string
  weights?: string
  fullRanking?: boolean
  arithmetic?: NeuralConfig['arithmetic']
  threads: number | 'auto'
}

/** `ncf evaluate`. */
export function addEvaluateCommand(program: Command): void {
  const command = program
    .command('evaluate')
    .description('Measure a run of the library, or the weights of a .safetensors file, on the test items.')
    .option('--run <run>', 'a run, whose ranks are stored with it; instead of --data and --weights')
    .option('--data <source>', 'path of a dataset, "sample", or the id or name of an imported one')
    .option('--weights <file>', 'a .safetensors file; model and sizes are read from its tensors')
    .option('--full-ranking', 'rank among all items as well')
    .addOption(
      new Option('--arithmetic <name>', `of --weights: ${ARITHMETICS.join(', ')}`).argParser(
        oneOf(ARITHMETICS),
      ),
    )
    .addOption(threadsOption())
  addDatasetFlags(addCommonFlags(command)).action(evaluate)
}

async function evaluate(flags: EvaluateFlags): Promise<void> {
  const { run, data, weights } = flags
  if (run !== undefined) {
    if (data !== undefined || weights !== undefined)
      throw new UsageError(
        '--run knows its data and weights: give it alone, or --data and --weights without it.',
      )
    return evaluateRun(run, flags)
  }
  if (data === undefined || weights === undefined)
    throw new UsageError('What is to be measured? Give --run <run>, or --data <source> and --weights <file>.')
  return evaluateWeights(data, resolve(weights), flags)
}

async function evaluateRun(query: string, flags: EvaluateFlags): Promise<void> {
  const terminal = openTerminal(flags)
  const library = libraryLocation(flags.library)
  const store = openRunStore(library)
  const runId = await store.find(query)
  const job = { library, runId, full: flags.fullRanking ?? false, threads: flags.threads }
  const summary = await withEngine((engine) => withRankingBar(terminal, (tell) => engine.rank(job, tell)))
  const { record } = await store.read(runId)
  const evaluation = await store.readEvaluation(runId)
  terminal.emit({ event: 'evaluation', runId, ...summaryFields(summary), evaluation })
  if (terminal.json) return
  terminal.print(describeResult(record, summary, await loadPublishedResults()))
  if (evaluation) terminal.print(describeEvaluation(evaluation))
}

async function evaluateWeights(data: string, weightsFile: string, flags: EvaluateFlags): Promise<void> {
  const terminal = openTerminal(flags)
  const folder = libraryLocation(flags.library)
  await access(weightsFile)
  const library = await openDatasetLibrary(folder)
  const stored = await obtainDataset(library, data, importOptionsOf(flags), terminal)
  if (!terminal.json) terminal.say(describeDataset(stored))
  await noteOtherData(weightsFile, stored, terminal)
  const { arithmetic = 'portable', threads, fullRanking = false } = flags
  const job = { library: folder, datasetId: stored.id, weightsFile, arithmetic, threads, full: fullRanking }
  const evaluation = await withEngine((engine) =>
    withRankingBar(terminal, (tell) => engine.evaluate(job, tell)),
  )
  terminal.emit({ ...evaluationLine(evaluation), datasetId: stored.id })
  const { model, metrics, full } = evaluation
  terminal.print(`${model} on the test items of ${count(metrics.users)} users of ${stored.description.name}`)
  if (full) terminal.print(RANKINGS.sampled)
  terminal.print(metricsTable(metrics))
  if (full) terminal.print(`${RANKINGS.full}\n${metricsTable(full)}`)
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
