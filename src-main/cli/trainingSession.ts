import { plannedEpochs } from '../core/run/runConfig.ts'
import type { RunRecord } from '../core/run/runRecord.ts'
import type { RunSummary } from '../core/run/runSummary.ts'
import { loadPublishedResults } from '../node/publishedResults.ts'
import { openRunStore } from '../node/runStore.ts'
import { TrainerClient, TrainerError, type TrainingEnd } from '../trainer/trainerClient.ts'
import { EXIT, type ExitCode } from './exitCodes.ts'
import { interruptible, type StopReason } from './interruption.ts'
import { endLine, hrAt10, ndcgAt10, resultOf } from './jsonLines.ts'
import { share } from './resultTable.ts'
import { describeResult } from './runDescription.ts'
import type { Terminal } from './terminal.ts'
import { TrainingReporter } from './trainingReporter.ts'

export interface SessionOptions {
  library: string
  threads: number | 'auto'
  terminal: Terminal
  /** Id of the run that is trained after this one and starts from it: the one that people go on with. */
  partOf?: string
}

/**
 * Trains a stored run in the engine process to its end, telling of every epoch, and prints the result.
 *
 * @returns EXIT.done, or EXIT.interrupted when it was stopped by a signal and checkpointed. Throws TrainerError.
 */
export async function trainAndTell(record: RunRecord, options: SessionOptions): Promise<ExitCode> {
  const end = await train(record, options)
  await tellEnd(record, end, options)
  return end.status === 'finished' ? EXIT.done : EXIT.interrupted
}

async function train(
  record: RunRecord,
  { library, threads, terminal, partOf }: SessionOptions,
): Promise<TrainingEnd> {
  let client: TrainerClient | undefined
  const reporter = new TrainingReporter(terminal, { runId: record.id, epochs: plannedEpochs(record.config) })
  let isStopping = false
  const stop = (reason: StopReason) => {
    isStopping = true
    reporter.clear()
    terminal.say(STOPPING[reason])
    client?.stop()
  }
  const kill = () => {
    reporter.clear()
    client?.kill()
  }
  try {
    const job = { library, runId: record.id, threads }
    // Started only when signals are heeded already: one that comes in between must not end this process alone.
    const trainInProcess = () => {
      client = TrainerClient.start()
      return client.train(job, (event) => reporter.tell(event))
    }
    return await interruptible(trainInProcess, { stop, kill })
  } catch (error) {
    if (isStopping && isCrash(error)) return await endWithoutCheckpoint(record.id, library, error, terminal)
    throw resumable(error, partOf ?? record.id)
  } finally {
    reporter.clear()
    await client?.close()
  }
}

const STOPPING: Record<StopReason, string> = {
  signal: 'Stopping: the checkpoint is being written. A second signal ends the program at once.',
  'reader gone': 'Nobody reads the output any more. Stopping: the checkpoint is being written.',
}

function isCrash(error: unknown): error is TrainerError {
  return error instanceof TrainerError && error.code === 'crashed'
}

/** Ctrl+C reaches the engine process as well, which dies of it in the moment before it can listen. */
async function endWithoutCheckpoint(
  runId: string,
  library: string,
  { message }: TrainerError,
  terminal: Terminal,
): Promise<TrainingEnd> {
  terminal.say(`${message} What was stored before is kept.`)
  const { summary } = (await openRunStore(library).read(runId)).record
  return { runId, status: 'interrupted', ...(summary && { summary }) }
}

/** A training that broke off; its run is stored and can go on. */
export class TrainingFailedError extends Error {
  override name = 'TrainingFailedError'
  readonly code: string

  constructor(runId: string, cause: TrainerError) {
    const message = `${cause.message} What was trained is kept; go on with: ncf runs resume ${runId}`
    super(message, { cause })
    this.code = cause.code
  }
}

function resumable(error: unknown, runId: string): unknown {
  const isResumable =
    error instanceof TrainerError && !['run-locked', 'diverged', 'not-positive-definite'].includes(error.code)
  return isResumable ? new TrainingFailedError(runId, error) : error
}

/** The table is for the run that it is all about. */
function describePart({ config }: RunRecord, summary: RunSummary): string {
  const { metrics } = resultOf(summary)
  return `${config.model}: HR@10 ${share(hrAt10(metrics))}, NDCG@10 ${share(ndcgAt10(metrics))}, epoch ${summary.bestEpoch} of ${summary.epochsCompleted}.`
}

async function tellEnd(
  record: RunRecord,
  end: TrainingEnd,
  { terminal, partOf }: SessionOptions,
): Promise<void> {
  terminal.emit(endLine(end))
  if (end.status === 'interrupted') {
    terminal.say(`Interrupted. Go on with: ncf runs resume ${partOf ?? record.id}`)
  } else if (partOf !== undefined) {
    if (!terminal.json && end.summary) terminal.say(describePart(record, end.summary))
  } else if (!terminal.json && end.summary) {
    terminal.print(describeResult(record, end.summary, await loadPublishedResults()))
    terminal.print(`Look at it again with: ncf runs show ${record.id}`)
  }
}
