import { isPretrained, partRunIds } from '../core/run/partRuns.ts'
import type { RunRecord } from '../core/run/runRecord.ts'
import { openRunStore } from '../node/runStore.ts'
import { EXIT, type ExitCode } from './exitCodes.ts'
import { trainAndTell, type SessionOptions } from './trainingSession.ts'

/**
 * Trains a stored run after those that it starts from, where they are not finished. Whatever is interrupted or fails
 * on the way, the same call for the same run goes on from there.
 *
 * @returns as trainAndTell, and throws what that throws.
 */
export async function trainAfterParts(record: RunRecord, options: SessionOptions): Promise<ExitCode> {
  const { terminal } = options
  const say = (text: string) => void (terminal.json || terminal.say(text))
  for (const part of await unfinishedParts(record, options.library)) {
    say(`The ${part.config.model} first, run ${part.id}.`)
    const code = await trainAndTell(part, { ...options, partOf: record.id })
    if (code !== EXIT.done) return code
  }
  if (isPretrained(record.config) && record.status !== 'finished')
    say(`The ${record.config.model} from its parts, run ${record.id}.`)
  return trainAndTell(record, options)
}

/**
 * None of a run that has begun: it keeps what it started from. What is not in the library any more is missed where it
 * would be read.
 */
async function unfinishedParts(record: RunRecord, library: string): Promise<RunRecord[]> {
  if (record.initialWeightsHash !== undefined || record.status === 'finished') return []
  const wanted = partRunIds(record.config)
  const runs = await openRunStore(library).list()
  return wanted.flatMap((id) => {
    const part = runs.find((run) => run.id === id)?.record
    return part && part.status !== 'finished' ? [part] : []
  })
}
