import type { EngineProcess } from './ports.ts'

/** Engine processes, kept after their first job: starting one takes longer than many a job. */
export class EnginePool {
  private readonly idle: EngineProcess[] = []
  private readonly lent = new Set<EngineProcess>()
  private closed = false

  constructor(
    private readonly start: () => EngineProcess,
    private readonly kept: () => number,
  ) {}

  /** A process without a job, for one user at a time. */
  take(): EngineProcess {
    let engine = this.idle.pop()
    // One that died while it had nothing to do has done no harm.
    while (engine && !engine.isAlive) engine = this.idle.pop()
    engine ??= this.start()
    this.lent.add(engine)
    return engine
  }

  giveBack(engine: EngineProcess): void {
    this.lent.delete(engine)
    if (!engine.isAlive) return
    if (this.closed || this.idle.length >= this.kept()) void engine.close()
    else this.idle.push(engine)
  }

  /** Lends a process to `use`. */
  async use<T>(use: (engine: EngineProcess) => Promise<T>): Promise<T> {
    const engine = this.take()
    try {
      return await use(engine)
    } finally {
      this.giveBack(engine)
    }
  }

  /** Ends all processes; those at work checkpoint first. */
  async close(): Promise<void> {
    this.closed = true
    await Promise.all([...this.idle.splice(0), ...this.lent].map((engine) => engine.close()))
  }
}
