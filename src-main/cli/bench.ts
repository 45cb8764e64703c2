import { availableParallelism, cpus } from 'node:os'
import Table from 'cli-table3'
import type { Command } from 'commander'
import { ARITHMETICS, type NeuralConfig } from '../core/run/runConfig.ts'
import { openDatasetLibrary } from '../node/datasetLibrary.ts'
import { libraryLocation } from '../node/libraryLocation.ts'
import { appCommit, appVersion } from '../node/provenance.ts'
import type { BenchmarkResult } from '../trainer/trainerClient.ts'
import { addCommonFlags, type CommonFlags } from './commonFlags.ts'
import { obtainDataset } from './datasetSource.ts'
import { withEngine } from './engineProcess.ts'
import { oneOf, wholeNumber } from './flagValues.ts'
import { openTerminal, type Terminal } from './terminal.ts'

interface BenchFlags extends CommonFlags {
  data?: string
  seconds: number
  arithmetic?: NeuralConfig['arithmetic']
  model?: string
}

interface Configuration {
  model: NeuralConfig['model']
  factors: number
  batchSize: number
  arithmetic: NeuralConfig['arithmetic']
  threads: number | 'auto'
}

const MODELS = [
  { model: 'GMF', factors: 32 },
  { model: 'MLP', factors: 32 },
  { model: 'NeuMF', factors: 8 },
  { model: 'NeuMF', factors: 32 },
] as const
const LAYERS = 3
const BATCH_SIZES = [256, 4096]

/** `ncf bench`. */
export function addBenchCommand(program: Command): void {
  const command = program
    .command('bench')
    .description('Measure the training speed of the usual models on this machine, beside a calibration loop.')
    .option('--data <source>', 'a dataset to train on; by default synthetic data of the size of ML-1M')
    .option('--seconds <n>', 'training time of each line of the table', wholeNumber(1, 600), 4)
    .option('--arithmetic <name>', `only ${ARITHMETICS.join(' or ')}`, oneOf(ARITHMETICS))
    .option('--model <name>', 'only lines of this model', oneOf(['GMF', 'MLP', 'NeuMF']))
  addCommonFlags(command).action(bench)
}

async function bench(flags: BenchFlags): Promise<void> {
  const terminal = openTerminal(flags)
  const library = libraryLocation(flags.library)
  const stored =
    flags.data === undefined
      ? undefined
      : await obtainDataset(await openDatasetLibrary(library), flags.data, {}, terminal)
  const what = await describeMachine(stored?.description.name ?? 'synthetic data of the size of ML-1M')
  terminal.print(what)
  terminal.emit({ event: 'machine', description: what })
  const rows: string[][] = []
  for (const configuration of configurations(flags)) {
    const result = await withEngine((engine) =>
      engine.benchmark({
        ...configuration,
        library,
        layers: LAYERS,
        seconds: flags.seconds,
        datasetId: stored?.id,
      }),
    )
    terminal.emit({ event: 'benchmark', ...configuration, ...result })
    rows.push(tell(terminal, configuration, result))
  }
  terminal.print(resultsTable(rows))
}

async function describeMachine(data: string): Promise<string> {
  const version = [await appVersion(), appCommit()].filter(Boolean).join(' ')
  return `ncf ${version}, Node ${process.versions.node}, ${cpus()[0]?.model.trim() ?? 'unknown CPU'}, ${availableParallelism()} cores, ${data}, medians of 5 rounds`
}

function configurations({ arithmetic, model }: BenchFlags): Configuration[] {
  const threadCounts = [1, ...(availableParallelism() > 1 ? [2] : []), 'auto' as const]
  const all = MODELS.flatMap((of) =>
    BATCH_SIZES.flatMap((batchSize) =>
      ARITHMETICS.flatMap((arithmetic) =>
        threadCounts.map((threads) => ({ ...of, batchSize, arithmetic, threads })),
      ),
    ),
  )
  return all.filter(
    (one) => (!arithmetic || one.arithmetic === arithmetic) && (!model || one.model === model),
  )
}

const HEAD = [
  'model',
  'batch',
  'arithmetic',
  'threads',
  'M samples/s',
  '(slowest to fastest)',
  's/epoch',
  'per 1000 calibrations',
  'ranking',
]

function tell(
  terminal: Terminal,
  { model, factors, batchSize, arithmetic, threads }: Configuration,
  result: BenchmarkResult,
): string[] {
  const millions = (rate: number) => (rate / 1e6).toFixed(3)
  const row = [
    `${model} F=${factors}`,
    String(batchSize),
    arithmetic,
    String(threads),
    millions(result.samplesPerSecond),
    `${millions(result.slowestRound)} to ${millions(result.fastestRound)}`,
    (result.samplesPerEpoch / result.samplesPerSecond).toFixed(2),
    result.samplesPerThousandCalibrations.toFixed(2),
    `${result.rankedPairs.toLocaleString('en-US')} pairs in ${result.rankSeconds.toFixed(3)} s`,
  ]
  if (!terminal.json) terminal.say(row.join('  '))
  return row
}

function resultsTable(rows: string[][]): string {
  const table = new Table({ head: HEAD, style: { head: [], border: [] } })
  table.push(...rows)
  return table.toString()
}
