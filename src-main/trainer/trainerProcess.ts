import { constants, setPriority } from 'node:os'
import { z } from 'zod'
import type { Engine } from '../core/engine.ts'
import { createCpuEngine } from '../engines/cpu/cpuEngine.ts'
import { createLinearAlgebra } from '../engines/cpu/linearAlgebra.ts'
import { openRunStore } from '../node/runStore.ts'
import { benchmark } from './benchmark.ts'
import { describeDataset, importDataset } from './datasetJobs.ts'
import { BACKGROUND } from './engineChannel.ts'
import {
  requestSchema,
  type Failure,
  type Job,
  type JobEvent,
  type LeaveAs,
  type Results,
} from './messages.ts'
import { onOrphaned, onRequest, sendToParent } from './parentChannel.ts'
import { rankingHost } from './finalEvaluation.ts'
import { rankStoredRun } from './rankedRun.ts'
import { evaluateWeights, recommendItems } from './scoring.ts'
import { trainStoredRun } from './storedTraining.ts'

/**
 * The engine process: does one job at a time for the process that forked it. When that process goes away, a training
 * under way is checkpointed and this one ends.
 */
const assets = new URL('../engines/cpu/', import.meta.url)
/** How trainings are to be left, by the id of their request; also of those that have not begun yet. */
const stopWishes = new Map<number, LeaveAs>()
/** The process is to end: whatever trains is left as interrupted. */
let ending = false
/** Only a training has something to store before the process may end. */
let training = false
let work: Promise<void> = Promise.resolve()

// Before any thread is started: each has the priority of the one that starts it. Windows must answer at once, whatever
// trains; a training that is alone on the machine is not slowed down.
if (process.argv.includes(BACKGROUND)) {
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
  } catch {
    // The system refuses: then it competes like any other program.
  }
}

function engineWith(threads: number | 'auto') {
  return ({ arithmetic }: { arithmetic: Engine['info']['arithmetic'] }) =>
    createCpuEngine({ assets, arithmetic, threads })
}

function perform(id: number, job: Job, emit: (event: JobEvent) => void): Promise<Results[Job['kind']]> {
  if (job.kind === 'import') return importDataset(job, emit)
  if (job.kind === 'describe') return describeDataset(job)
  const engineFor = engineWith(job.threads)
  const stopWish = () => stopWishes.get(id) ?? (ending ? 'interrupted' : undefined)
  if (job.kind === 'evaluate') return evaluateWeights(job, engineFor, rankingHost({ emit, stopWish }))
  if (job.kind === 'rank') return rankStoredRun(openRunStore(job.library), job, { engineFor, emit, stopWish })
  if (job.kind === 'recommend') return recommendItems(job, engineFor)
  if (job.kind === 'benchmark') return benchmark(job, engineFor(job))
  const linearAlgebra = () => createLinearAlgebra({ assets })
  const hooks = { engineFor, linearAlgebra, emit, stopWish }
  return trainStoredRun(openRunStore(job.library), job.runId, hooks)
}

function failureOf(error: unknown): Failure {
  const { name, message, stack, code } = error as Error & { code?: string }
  return { name, code: code ?? name, message, stack }
}

async function answer(id: number, job: Job): Promise<void> {
  training = job.kind === 'train'
  try {
    const value = await perform(id, job, (event) => void sendToParent({ id, event }))
    await sendToParent({ id, value })
  } catch (error) {
    await sendToParent({ id, failure: failureOf(error) })
  } finally {
    training = false
    stopWishes.delete(id)
  }
}

/** A request that makes no sense is a bug of the other side, which is told so; it is no reason to die. */
function refuse(message: unknown, error: z.ZodError): void {
  const { data } = z.object({ id: z.int() }).safeParse(message)
  const failure = {
    name: 'RequestError',
    code: 'invalid-request',
    message: `The engine process was sent a request that it does not know: ${z.prettifyError(error)}`,
  }
  void sendToParent({ id: data?.id ?? 0, failure })
}

function end(): void {
  ending = true
  // Imports and scores have nothing to lose.
  if (!training) process.exit()
  void work.then(() => process.exit())
}

onRequest((message) => {
  const { data: request, error } = requestSchema.safeParse(message)
  if (!request) refuse(message, error)
  else if ('end' in request) end()
  else if ('stop' in request) stopWishes.set(request.stop, request.leaveAs)
  else work = work.then(() => answer(request.id, request.job))
})

onOrphaned(end)

// Ctrl+C and a closing terminal reach the whole process group; the parent decides what it means.
process.on('SIGINT', () => {})
process.on('SIGHUP', () => {})
process.on('SIGTERM', () => (ending = true))
