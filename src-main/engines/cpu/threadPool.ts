import { Worker } from 'node:worker_threads'
import { EngineError } from '../../core/engine.ts'

/** What the pool and its workers say to each other. */
export interface WorkerSetup {
  module: WebAssembly.Module
  memory: WebAssembly.Memory
}
export interface KernelCall {
  name: string
  args: number[]
}
export type WorkerReply = { done: true } | { error: string }

/** Threads that run one kernel function together on shared memory. Calls do not overlap. */
export class ThreadPool {
  private failure: EngineError | undefined
  private readonly rejecters = new Set<(error: EngineError) => void>()

  private constructor(private readonly workers: Worker[]) {
    for (const worker of workers) {
      worker.on('error', (error) => this.fail(`The CPU engine's thread failed: ${error.message}`))
      worker.on('exit', (code) => this.fail(`The CPU engine's thread ended unexpectedly (code ${code}).`))
    }
  }

  /** Starts the threads; none stays when one of them fails. Throws EngineError 'crashed'. */
  static async start(script: URL, setup: WorkerSetup, count: number): Promise<ThreadPool> {
    const workers = Array.from({ length: count }, () => new Worker(script, { workerData: setup }))
    const pool = new ThreadPool(workers)
    try {
      await pool.collect(workers)
      return pool
    } catch (error) {
      await pool.close()
      throw error
    }
  }

  get size(): number {
    return this.workers.length
  }

  /** Runs a kernel function on threads 0..threads-1, each told its number and how many there are. */
  async call(name: string, threads: number, ...args: number[]): Promise<void> {
    const team = this.workers.slice(0, threads)
    const replies = this.collect(team)
    team.forEach((worker, index) =>
      worker.postMessage({ name, args: [index, threads, ...args] } satisfies KernelCall),
    )
    await replies
  }

  /** Ends the threads; a call under way is rejected. */
  async close(): Promise<void> {
    for (const worker of this.workers) worker.removeAllListeners('exit')
    this.fail('The session is closed.')
    await Promise.all(this.workers.map((worker) => worker.terminate()))
  }

  private fail(message: string): void {
    this.failure ??= new EngineError('crashed', message)
    for (const reject of this.rejecters) reject(this.failure)
    this.rejecters.clear()
  }

  private collect(team: Worker[]): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.failure) return reject(this.failure)
      let waiting = team.length
      const settle = (finish: () => void) => {
        this.rejecters.delete(reject)
        finish()
      }
      this.rejecters.add(reject)
      for (const worker of team) {
        worker.once('message', (reply: WorkerReply) => {
          if ('error' in reply) this.fail(`The CPU engine's thread failed: ${reply.error}`)
          else if (--waiting === 0) settle(resolve)
        })
      }
    })
  }
}
