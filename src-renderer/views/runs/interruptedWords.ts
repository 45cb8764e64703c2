import type { RunRow } from '../../../src-main/contract/runContract.ts'
import { runName } from './runFacts.ts'

/** Names in a line; the others are counted. */
const MOST_NAMES = 3

function counted(count: number, what: readonly [one: string, more: string]): string {
  return `${count} ${count === 1 ? what[0] : what[1]}`
}

/** What became of runs that a program left, before their names. */
export function interruptedWords(left: readonly RunRow[]): string {
  const waited = left.filter(({ state }) => state === 'created').length
  const interrupted = left.length - waited
  if (waited === 0)
    return interrupted === 1
      ? '1 run was interrupted and can go on from its last checkpoint:'
      : `${interrupted} runs were interrupted and can go on from their last checkpoints, in this order:`
  if (interrupted === 0)
    return waited === 1
      ? '1 run waited in the queue when the program ended:'
      : `${waited} runs waited in the queue when the program ended, in this order:`
  const trained = counted(interrupted, ['run was', 'runs were'])
  return `When the program ended, ${trained} interrupted and ${waited} waited in the queue, in this order:`
}

/** The names in their order, the later ones counted. */
export function leftNames(left: readonly RunRow[], most = MOST_NAMES): string {
  const names = left.slice(0, most).map(runName)
  const more = left.length - names.length
  return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ')
}
