import type { Engine } from '../core/engine.ts'
import { createCpuEngine } from '../engines/cpu/cpuEngine.ts'
import { openRunStore } from '../node/runStore.ts'
import {
  requestSchema,
  type Failure,
  type Job,
  type Reply,
  type Results,
  type TrainingEvent,
} from './messages.ts'
import { benchmark } from './benchmark.ts'
import { evaluateWeights, recommendItems } from './scoring.ts'
import { trainStoredRun } from './storedTraining.ts'

/**
 * The engine process: does one job at a time for the process that forked it. When that process goes away, a training
 * under way is checkpointed and this one ends.
 */
const assets = new URL('../engines/cpu/', import.meta.url)
let stopping = false
let orphaned = false
/** Only a training has something to store before the process may end. */
let training = false
let work: Promise<void> = Promise.resolve()

function send(reply: Reply): void {
  if (process.connected) process.send!(reply)
}

function engineWith(threads: number | 'auto') {
  return ({ arithmetic }: { arithmetic: Engine['info']['arithmetic'] }) =>
    createCpuEngine({ assets, arithmetic, threads })
}

function perform(job: Job, emit: (event: TrainingEvent) => void): Promise<Results[Job['kind']]> {
  const engineFor = engineWith(job.threads)
  if (job.kind === 'evaluate') return evaluateWeights(job, engineFor)
  if (job.kind === 'recommend') return recommendItems(job, engineFor)
  if (job.kind === 'benchmark') return benchmark(job, engineFor(job))
  const shouldStop = () => stopping || orphaned
  return trainStoredRun(openRunStore(job.library), job.runId, { engineFor, emit, shouldStop })
}

function failureOf(error: unknown): Failure {
  const { name, message, stack, code } = error as Error & { code?: string }
  return { name, code: code ?? name, message, stack }
}

async function answer(id: number, job: Job): Promise<void> {
  stopping = false
  training = job.kind === 'train'
  try {
    send({ id, value: await perform(job, (event) => send({ id, event })) })
  } catch (error) {
    send({ id, failure: failureOf(error) })
  } finally {
    training = false
  }
}

process.on('message', (message) => {
  const request = requestSchema.parse(message)
  if ('stop' in request) stopping = true
  else work = work.then(() => answer(request.id, request.job))
})

process.on('disconnect', () => {
  orphaned = true
  if (!training) process.exit()
  void work.then(() => process.exit())
})

// Ctrl+C and a closing terminal reach the whole process group; the parent decides what it means.
process.on('SIGINT', () => {})
process.on('SIGHUP', () => {})
process.on('SIGTERM', () => (stopping = true))
