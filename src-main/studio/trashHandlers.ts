import type { Handlers } from '../contract/contract.ts'
import type { StudioPorts } from './ports.ts'

type TrashHandlers = Pick<Handlers, Extract<keyof Handlers, `trash:${string}`>>

/** Answers what windows ask about removed runs and datasets together; each kind has its own request to come back. */
export function trashHandlers({ runs, datasets }: Pick<StudioPorts, 'runs' | 'datasets'>): TrashHandlers {
  return {
    'trash:list': async () => {
      const removedRuns = (await runs.listTrash()).map((run) => ({ kind: 'run' as const, ...run }))
      const removedDatasets = (await datasets.listTrash()).map((dataset) => ({
        kind: 'dataset' as const,
        ...dataset,
      }))
      return [...removedRuns, ...removedDatasets].sort((a, b) => b.removedAt.localeCompare(a.removedAt))
    },
    'trash:empty': async () => ({ removed: (await runs.emptyTrash()) + (await datasets.emptyTrash()) }),
  }
}
