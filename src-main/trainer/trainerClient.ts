import { fileURLToPath } from 'node:url'
import { BACKGROUND, forkChild, type EngineChannel, type ForkEngine } from './engineChannel.ts'
import type {
  BenchmarkResult,
  Evaluation,
  Events,
  Failure,
  ImportEvent,
  Job,
  JobEvent,
  JobOf,
  LeaveAs,
  RankingEvent,
  Recommendation,
  Reply,
  Request,
  Results,
  TrainingEnd,
  TrainingEvent,
} from './messages.ts'

export type { EngineChannel, ForkEngine } from './engineChannel.ts'
export type {
  BenchmarkResult,
  Evaluation,
  LeaveAs,
  Recommendation,
  TrainingEnd,
  TrainingEvent,
} from './messages.ts'

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
  onEvent?: (event: never) => void
  resolve(value: never): void
  reject(error: TrainerError): void
}

/** The last of what the engine process wrote to stderr, for the message of a crash. */
const STDERR_CHARACTERS = 2000

type Fields<Kind extends Job['kind']> = Omit<JobOf<Kind>, 'kind'>

/** What ended a process, as far as the system tells. */
function howItEnded(code: number | null, signal: string | null): string {
  if (signal === 'SIGKILL')
    return 'was ended by SIGKILL: by the system, which does so when memory runs out, or by hand'
  return signal ? `was ended by ${signal}` : `ended with code ${code}`
}

export interface StartOptions {
  /** By default the built one that lies beside this file's folder. */
  script?: URL
  /** Node's own fork, or Electron's utility process. */
  fork?: ForkEngine
  /** Whether windows and other programs go first when the machine is busy. */
  background?: boolean
}

/** The engine process seen from the process that owns it: one request after another, events while they last. */
export class TrainerClient {
  private readonly waiting = new Map<number, Waiting>()
  private readonly exited: Promise<void>
  private lastId = 0
  private trainingId: number | undefined
  private stderr = ''
  private gone: TrainerError | undefined

  private constructor(private readonly channel: EngineChannel) {
    channel.onMessage((reply) => this.receive(reply as Reply))
    channel.onStderr((text) => (this.stderr = (this.stderr + text).slice(-STDERR_CHARACTERS)))
    this.exited = new Promise((resolve) => {
      channel.onExit((code, signal) => {
        resolve()
        // One turn later the rest of stderr has been read.
        setImmediate(() => this.fail(`The engine process ${howItEnded(code, signal)}.`))
      })
      channel.onError((error) => {
        this.onError(error)
        if (this.gone) resolve()
      })
    })
  }

  /** Starts the engine process. */
  static start({
    script = new URL('../trainer/trainerProcess.js', import.meta.url),
    fork = forkChild,
    background = false,
  }: StartOptions = {}): TrainerClient {
    return new TrainerClient(fork(fileURLToPath(script), background ? [BACKGROUND] : []))
  }

  /** Process id, for tests and for people who look at their processes. */
  get pid(): number | undefined {
    return this.channel.pid
  }

  /** False once the process has ended. */
  get isAlive(): boolean {
    return this.gone === undefined
  }

  /** Trains a stored run from where it stands to its end, or until stop(). Throws TrainerError. */
  async train(job: Fields<'train'>, onEvent: (event: TrainingEvent) => void): Promise<TrainingEnd> {
    const id = this.lastId + 1
    this.trainingId = id
    try {
      return await this.request({ kind: 'train', ...job }, onEvent)
    } finally {
      if (this.trainingId === id) this.trainingId = undefined
    }
  }

  /** Asks the training under way to checkpoint and stop: train() resolves with that status. */
  stop(leaveAs: LeaveAs = 'interrupted'): void {
    if (this.trainingId !== undefined) this.send({ stop: this.trainingId, leaveAs })
  }

  /** Ranks a dataset's test items with the weights of a safetensors file. Throws TrainerError. */
  evaluate(job: Fields<'evaluate'>, onEvent?: (event: RankingEvent) => void): Promise<Evaluation> {
    return this.request({ kind: 'evaluate', ...job }, onEvent)
  }

  /** Measures a stored run's best weights anew and stores ranks and report with it. Throws TrainerError. */
  rank(job: Fields<'rank'>, onEvent: (event: RankingEvent) => void): Promise<Results['rank']> {
    return this.request({ kind: 'rank', ...job }, onEvent)
  }

  /** The best items for a user by the run's best weights, without those that it was trained on. Throws TrainerError. */
  recommend(job: Fields<'recommend'>): Promise<Recommendation[]> {
    return this.request({ kind: 'recommend', ...job })
  }

  /** Measures the speed of one configuration. Throws TrainerError. */
  benchmark(job: Fields<'benchmark'>): Promise<BenchmarkResult> {
    return this.request({ kind: 'benchmark', ...job })
  }

  /** Reads, splits and stores a dataset. Throws TrainerError. */
  import(job: Fields<'import'>, onProgress: (progress: ImportEvent) => void): Promise<Results['import']> {
    return this.request({ kind: 'import', ...job }, onProgress)
  }

  /** Counts a dataset through: distributions and the popularity baseline. Throws TrainerError. */
  describe(job: Fields<'describe'>): Promise<Results['describe']> {
    return this.request({ kind: 'describe', ...job })
  }

  /** Ends the process; a training under way is checkpointed first. */
  async close(): Promise<void> {
    if (this.gone) return
    this.send({ end: true })
    await this.exited
  }

  /** Ends the process at once: what was not stored is lost. */
  kill(): void {
    this.channel.kill()
  }

  private request<Kind extends Job['kind']>(
    job: JobOf<Kind>,
    onEvent?: (event: Events[Kind]) => void,
  ): Promise<Results[Kind]> {
    return new Promise((resolve, reject) => {
      if (this.gone) return reject(this.gone)
      const id = ++this.lastId
      this.waiting.set(id, { onEvent, resolve, reject })
      this.send({ id, job })
    })
  }

  private send(request: Request): void {
    // A process whose channel is closed ends, which fails all that waits: what is told there is why.
    this.channel.send(request, (error) => this.note(`A request did not reach it: ${error.message}.`))
  }

  private receive(reply: Reply): void {
    const waiting = this.waiting.get(reply.id)
    if (!waiting) return
    if ('event' in reply) return (waiting.onEvent as ((event: JobEvent) => void) | undefined)?.(reply.event)
    this.waiting.delete(reply.id)
    if ('failure' in reply) waiting.reject(new TrainerError(reply.failure))
    else waiting.resolve(reply.value as never)
  }

  /** A process that never started has no exit to wait for; other trouble shows in the jobs it concerns. */
  private onError(error: Error): void {
    if (this.channel.pid === undefined) this.fail(`The engine process cannot be started: ${error.message}.`)
    else this.note(error.message)
  }

  private note(text: string): void {
    this.stderr = `${this.stderr}\n${text}`.slice(-STDERR_CHARACTERS)
  }

  private fail(what: string): void {
    const said = this.stderr.trim()
    const message = said ? `${what} It said: ${said}` : what
    this.gone ??= new TrainerError({ name: 'TrainerError', code: 'crashed', message })
    for (const { reject } of this.waiting.values()) reject(this.gone)
    this.waiting.clear()
  }
}
