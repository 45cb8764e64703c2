import type { RunState } from '../../src-main/contract/runContract.ts'

/** States of runs that wait or train. */
export const STOPPABLE: readonly RunState[] = ['running', 'queued', 'paused']
/** States of runs that can go on from where they stand. */
export const RESUMABLE: readonly RunState[] = ['paused', 'interrupted', 'created', 'failed']
