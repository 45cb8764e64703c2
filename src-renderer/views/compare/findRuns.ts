import { modelTitle } from '../../../src-main/contract/vocabulary.ts'
import type { RunRow } from '../../../src-main/contract/runContract.ts'

/** Runs that the list offers at most. */
const MOST = 50

function wordsOf({ id, name, tags, config, data }: RunRow): string {
  // F=32 is found as well as F = 32.
  const title = config ? modelTitle(config) : ''
  const seed = config ? `seed:${config.seed}` : ''
  return [name, id, ...tags, title, title.replaceAll(' = ', '='), data?.name, seed].join(' ').toLowerCase()
}

/** The runs that have every word of a text, in their order, the first ones. */
export function findRuns(runs: readonly RunRow[], text: string): RunRow[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const fits = (run: RunRow) => {
    const all = words.length === 0 ? '' : wordsOf(run)
    return words.every((word) => all.includes(word))
  }
  const found: RunRow[] = []
  for (const run of runs) {
    if (found.length === MOST) break
    if (fits(run)) found.push(run)
  }
  return found
}

/** The two finished runs that are latest and may be compared with each other; undefined where there are none. */
export function latestPair(
  runs: readonly RunRow[],
  classOf: (run: RunRow) => string | undefined,
): [RunRow, RunRow] | undefined {
  const finished = runs.filter((run) => run.state === 'finished' && classOf(run) !== undefined)
  for (const run of finished) {
    const partner = finished.find((other) => other !== run && classOf(other) === classOf(run))
    if (partner) return [run, partner]
  }
  return undefined
}
