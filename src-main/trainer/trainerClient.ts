import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type {
  BenchmarkResult,
  Failure,
  Job,
  JobOf,
  Recommendation,
  Evaluation,
  Reply,
  Request,
  Results,
  TrainingEnd,
  TrainingEvent,
} from './messages.ts'

export type { BenchmarkResult, Evaluation, Recommendation, TrainingEnd, TrainingEvent } from './messages.ts'

/** A job that failed in the engine process, with the code of the error there; 'crashed' when the process died. */
export class TrainerError extends Error {
  override name = 'TrainerError'
  /** Class of the error in the engine process. */
  readonly origin: string
  readonly code: string

  constructor({ name, code, message, stack }: Failure) {
    super(message)
    this.origin = name
    this.code = code
    if (stack) this.stack = stack
  }
}

interface Waiting {
  onEvent?: (event: TrainingEvent) => void
  resolve(value: never): void
  reject(error: TrainerError): void
}

/** The last of what the engine process wrote to stderr, for the message of a crash. */
const STDERR_CHARACTERS = 2000

type Fields<Kind extends Job['kind']> = Omit<JobOf<Kind>, 'kind'>

/** The engine process seen from the process that owns it: one request after another, events while they last. */
export class TrainerClient {
  private readonly waiting = new Map<number, Waiting>()
  private lastId = 0
  private stderr = ''
  private gone: TrainerError | undefined

  private constructor(private readonly child: ChildProcess) {
    child.on('message', (reply: Reply) => this.receive(reply))
    child.stderr?.on('data', (text: Buffer) => (this.stderr = (this.stderr + text).slice(-STDERR_CHARACTERS)))
    child.on('error', (error) => this.fail(`The engine process cannot be started: ${error.message}`))
    // Not 'close': after a disconnect() it does not come. One turn later the rest of stderr has been read.
    child.on('exit', (code, signal) => {
      const how = signal ? `was ended by ${signal}` : `ended with code ${code}`
      setImmediate(() =>
        this.fail(`The engine process ${how}.${this.stderr ? ` It said: ${this.stderr.trim()}` : ''}`),
      )
    })
  }

  /** Starts the engine process; by default the built one that lies beside this file's folder. */
  static start(script = new URL('../trainer/trainerProcess.js', import.meta.url)): TrainerClient {
    const child = fork(fileURLToPath(script), [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    return new TrainerClient(child)
  }

  /** Process id, for tests and for people who look at their processes. */
  get pid(): number | undefined {
    return this.child.pid
  }

  /** Trains a stored run from where it stands to its end, or until stop(). Throws TrainerError. */
  train(job: Fields<'train'>, onEvent: (event: TrainingEvent) => void): Promise<TrainingEnd> {
    return this.request({ kind: 'train', ...job }, onEvent)
  }

  /** Asks the training under way to checkpoint and stop: train() resolves with status 'interrupted'. */
  stop(): void {
    this.send({ stop: true })
  }

  /** Ranks a dataset's test items with the weights of a safetensors file. Throws TrainerError. */
  evaluate(job: Fields<'evaluate'>): Promise<Evaluation> {
    return this.request({ kind: 'evaluate', ...job })
  }

  /** The best items for a user by the run's best weights, without those that it was trained on. Throws TrainerError. */
  recommend(job: Fields<'recommend'>): Promise<Recommendation[]> {
    return this.request({ kind: 'recommend', ...job })
  }

  /** Measures the speed of one configuration. Throws TrainerError. */
  benchmark(job: Fields<'benchmark'>): Promise<BenchmarkResult> {
    return this.request({ kind: 'benchmark', ...job })
  }

  /** Ends the process; a training under way is checkpointed first. */
  async close(): Promise<void> {
    if (this.gone || this.child.exitCode !== null || this.child.signalCode !== null) return
    const closed = new Promise((resolve) => this.child.once('exit', resolve))
    if (this.child.connected) this.child.disconnect()
    await closed
  }

  private request<Kind extends Job['kind']>(
    job: JobOf<Kind>,
    onEvent?: (event: TrainingEvent) => void,
  ): Promise<Results[Kind]> {
    return new Promise((resolve, reject) => {
      if (this.gone) return reject(this.gone)
      const id = ++this.lastId
      this.waiting.set(id, { onEvent, resolve, reject })
      this.send({ id, job })
    })
  }

  private send(request: Request): void {
    if (this.child.connected) this.child.send(request)
  }

  private receive(reply: Reply): void {
    const waiting = this.waiting.get(reply.id)
    if (!waiting) return
    if ('event' in reply) return waiting.onEvent?.(reply.event)
    this.waiting.delete(reply.id)
    if ('failure' in reply) waiting.reject(new TrainerError(reply.failure))
    else waiting.resolve(reply.value as never)
  }

  private fail(message: string): void {
    this.gone ??= new TrainerError({ name: 'TrainerError', code: 'crashed', message })
    for (const { reject } of this.waiting.values()) reject(this.gone)
    this.waiting.clear()
  }
}
