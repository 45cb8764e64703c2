import type { RunRecord } from '../core/run/runRecord.ts'
import { loadPublishedResults } from '../node/publishedResults.ts'
import { TrainerClient, TrainerError, type TrainingEnd } from '../trainer/trainerClient.ts'
import { EXIT, type ExitCode } from './exitCodes.ts'
import { interruptible } from './interruption.ts'
import { endLine } from './jsonLines.ts'
import { resultTable } from './resultTable.ts'
import type { Terminal } from './terminal.ts'
import { TrainingReporter } from './trainingReporter.ts'

export interface SessionOptions {
  library: string
  threads: number | 'auto'
  terminal: Terminal
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
  { library, threads, terminal }: SessionOptions,
): Promise<TrainingEnd> {
  const client = TrainerClient.start()
  const reporter = new TrainingReporter(terminal, { runId: record.id, epochs: record.config.epochs })
  const stop = () => {
    reporter.clear()
    terminal.say('Stopping: the checkpoint is being written. A second signal ends the program at once.')
    client.stop()
  }
  const kill = () => {
    reporter.clear()
    if (client.pid !== undefined) process.kill(client.pid, 'SIGKILL')
  }
  try {
    const job = { library, runId: record.id, threads }
    return await interruptible(() => client.train(job, (event) => reporter.tell(event)), { stop, kill })
  } catch (error) {
    throw resumable(error, record.id)
  } finally {
    reporter.clear()
    await client.close()
  }
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
  const isResumable = error instanceof TrainerError && !['run-locked', 'diverged'].includes(error.code)
  return isResumable ? new TrainingFailedError(runId, error) : error
}

async function tellEnd(record: RunRecord, end: TrainingEnd, { terminal }: SessionOptions): Promise<void> {
  terminal.emit(endLine(end))
  if (end.status === 'interrupted') {
    terminal.say(`Interrupted; a checkpoint is stored. Go on with: ncf runs resume ${record.id}`)
  } else if (!terminal.json && end.summary) {
    terminal.print(resultTable(record, end.summary, await loadPublishedResults()))
    terminal.print(`Look at it again with: ncf runs show ${record.id}`)
  }
}
