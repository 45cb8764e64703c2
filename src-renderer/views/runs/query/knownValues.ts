import type { RunRow } from '../../../../src-main/contract/runContract.ts'
import { QUERY_FIELDS } from './queryFields.ts'

/** Fields whose values are worth offering. */
const OFFERED: readonly string[] = ['model', 'dataset', 'state', 'tag', 'optimizer', 'selection', 'seed']
/** Runs looked at: enough to know what is frequent. */
const LOOKED_AT = 2000

/** The values that runs have in a field, the most frequent first. */
export function knownValues(runs: readonly RunRow[], name: string): string[] {
  const field = Object.hasOwn(QUERY_FIELDS, name) ? QUERY_FIELDS[name] : undefined
  if (field?.kind !== 'text' || !OFFERED.includes(name)) return []
  const counts = new Map<string, number>()
  for (const run of runs.slice(0, LOOKED_AT)) {
    const [first, ...others] = field.read(run)
    // Of a state or a dataset the first name is the proper one; tags all count.
    const values = name === 'tag' ? [first, ...others] : [first]
    for (const value of values) if (value) counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  return [...counts].sort(([, a], [, b]) => b - a).map(([value]) => value)
}
