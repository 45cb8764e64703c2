import type { EngineProcess, LeaveAs, TrainingEvent } from '../../src-main/studio/ports.ts'

type End = Awaited<ReturnType<EngineProcess['train']>>

/** A training that the test brings to its end. */
export interface FakeTraining {
  runId: string
  threads: number | 'auto'
  emit(event: TrainingEvent): void
  end(status: End['status']): void
  fail(code: string, message: string): void
}

/** Engine processes that do as the test says; one that is asked to stop does so at once, unless it is deaf. */
export class FakeEngines {
  readonly trainings: FakeTraining[] = []
  started = 0
  isDeaf = false
  /** What a ranking of a stored run does. */
  ranking: EngineProcess['rank'] = () => Promise.reject(new Error('not part of this test'))

  readonly start = (): EngineProcess => {
    this.started++
    let stopNow: (leaveAs: LeaveAs) => void = () => undefined
    return {
      isAlive: true,
      train: ({ runId, threads }, emit) =>
        new Promise<End>((resolve, reject) => {
          stopNow = (status) => resolve({ runId, status })
          this.trainings.push({
            ...{ runId, threads, emit },
            end: (status) => resolve({ runId, status }),
            fail: (code, message) => reject(Object.assign(new Error(message), { code })),
          })
        }),
      stop: (leaveAs) => {
        if (!this.isDeaf) stopNow(leaveAs)
      },
      rank: (job, emit) => this.ranking(job, emit),
      import: () => Promise.reject(new Error('not part of this test')),
      describe: () => Promise.reject(new Error('not part of this test')),
      close: () => Promise.resolve(),
      kill: () => undefined,
    }
  }

  /** The training of a run that began last. */
  of(runId: string): FakeTraining {
    return this.trainings.findLast((training) => training.runId === runId)!
  }
}
