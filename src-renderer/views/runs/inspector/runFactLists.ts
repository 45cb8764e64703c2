import {
  fieldsOf,
  isNeural,
  plannedEpochs,
  type NeuralConfig,
} from '../../../../src-main/contract/vocabulary.ts'
import type { RunDetails, RunRow } from '../../../../src-main/contract/runContract.ts'
import { formatCount, formatTime } from '../../../layout/formats.ts'
import { towerWidths } from '../runFacts.ts'

/** One line of the inspector's tables. */
export interface Fact {
  name: string
  /** '': there is none, and the line is left out. */
  value: string
  /** A hash or an id. */
  mono?: boolean
}

function fact(name: string, value: string | number | undefined, mono = false): Fact {
  return { name, value: value === undefined ? '' : String(value), mono }
}

const SELECTION_WORDS = {
  paper: 'paper: best epoch by HR@10 on the test items',
  validation: 'validation: best epoch by HR@10 on items of its own',
} as const

/** The penalties that are not zero: "MLP users 1e-6, tower 0, 1e-6". */
export function l2Words(l2: NeuralConfig['l2']): string {
  const { scope, tower, ...parts } = l2
  const NAMES = {
    gmfUser: 'GMF users',
    gmfItem: 'GMF items',
    mlpUser: 'MLP users',
    mlpItem: 'MLP items',
    predict: 'prediction layer',
  } as const
  const named = (Object.keys(parts) as (keyof typeof parts)[])
    .filter((part) => parts[part] > 0)
    .map((part) => `${NAMES[part]} ${parts[part]}`)
  if (tower.some((penalty) => penalty > 0)) named.push(`tower ${tower.join(' ')}`)
  return named.length > 0 ? `${named.join(', ')} (whole ${scope})` : 'none'
}

/** What decides a run's numbers, apart from its data. */
export function configFacts({ config, ...rest }: RunRow, parameterCount?: number): Fact[] {
  if (!config) return []
  return [
    fact('Model', config.model),
    fact('Factors', fieldsOf(config).factors),
    fact('Tower', towerWidths({ config, ...rest })?.join(' → ')),
    fact('Parameters', parameterCount === undefined ? undefined : formatCount(parameterCount)),
    fact('Epochs', plannedEpochs(config)),
    fact('Batch size', fieldsOf(config).batchSize),
    fact('Learning rate', fieldsOf(config).learningRate),
    fact('Negatives per positive', fieldsOf(config).negativesPerPositive),
    fact('Dropout', fieldsOf(config).dropout),
    fact('Optimizer', fieldsOf(config).optimizer),
    fact('L2 penalties', isNeural(config) ? l2Words(config.l2) : undefined),
    fact('Seed', config.seed),
    fact('Selection', SELECTION_WORDS[config.selection]),
    fact('Arithmetic', fieldsOf(config).arithmetic),
  ]
}

export function dataFacts({ data }: RunRow): Fact[] {
  if (!data) return []
  return [
    fact('Dataset', data.name),
    fact('Users', formatCount(data.userCount)),
    fact('Items', formatCount(data.itemCount)),
    fact('Training positives', formatCount(data.interactions)),
    fact('Fingerprint', data.fingerprint, true),
  ]
}

/** Where a run's numbers come from. */
export function originFacts({ row, provenance }: RunDetails): Fact[] {
  return [
    fact('Run', row.id, true),
    fact('Created', row.createdAt && formatTime(row.createdAt)),
    fact('Weights (SHA-256)', row.summary?.weightsHash, true),
    fact('Program', provenance && `NCF Studio ${provenance.appVersion}`),
    fact('Commit', provenance?.commit, true),
    fact('Engine', provenance?.engine),
    fact('Device', provenance?.device),
    fact('Arithmetic', provenance?.arithmetic),
    fact('Threads', provenance?.threads),
    fact('CPU', provenance?.cpu),
    fact('System', provenance?.os),
    fact('Node', provenance?.nodeVersion),
    fact('Electron', provenance?.electronVersion),
  ]
}

/** SHA-256 of the files that the dataset was read from. */
export function sourceFacts({ provenance }: RunDetails): Fact[] {
  return (provenance?.sourceFiles ?? []).map(({ name, sha256 }) => fact(name, sha256, true))
}
