import type { RunDetails, RunRow } from '../../../../src-main/contract/runContract.ts'
import { formatCount, formatTime } from '../../../layout/formats.ts'
import { modelName } from '../modelWords.ts'
import { CONFIG_FIELDS, NOT_THERE } from '../newRun/configFields.ts'
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

/** Fields that the inspector says in other words, or not at all where others say it. */
const OTHERWISE: readonly string[] = ['model', 'layers', 'tower', 'pretraining']

/** What decides a run's numbers, apart from its data; what its model does not have is left out. */
export function configFacts({ config, ...rest }: RunRow, parameterCount?: number): Fact[] {
  if (!config) return []
  const fields = CONFIG_FIELDS.filter(({ key }) => !OTHERWISE.includes(key)).map(({ label, text }) => ({
    label,
    text: text(config),
  }))
  return [
    fact('Model', modelName(config)),
    fact('Tower', towerWidths({ config, ...rest })?.join(' → ')),
    fact('Parameters', parameterCount === undefined ? undefined : formatCount(parameterCount)),
    ...fields.filter(({ text }) => text !== NOT_THERE).map(({ label, text }) => fact(label, text)),
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
