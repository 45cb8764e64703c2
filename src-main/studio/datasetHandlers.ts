import type { Handlers } from '../contract/contract.ts'
import type { DatasetImports } from './datasetImports.ts'
import type { DatasetShelf } from './datasetShelf.ts'
import type { StudioPorts } from './ports.ts'
import { releaseSource, sourcePath } from './sources.ts'

type DatasetHandlers = Pick<Handlers, Extract<keyof Handlers, `dataset:${string}` | `source:${string}`>>

/** Answers what windows ask about datasets. */
export function datasetHandlers(
  ports: StudioPorts,
  shelf: DatasetShelf,
  imports: DatasetImports,
  imported: (name: string, path: string) => void,
): DatasetHandlers {
  const { datasets } = ports
  return {
    'dataset:list': () => shelf.list(),
    'dataset:show': ({ id }) => shelf.details(id),
    'source:inspect': async ({ source, separator }) =>
      datasets.inspect(await sourcePath(source, ports), separator),
    'source:discard': async ({ source }) => {
      await releaseSource(source, ports)
      return null
    },
    'dataset:import': async (request) => {
      const entry = await imports.import(request)
      const { source } = request
      if (source.kind === 'path') imported(entry.description?.name ?? entry.id, source.path)
      return entry
    },
    'dataset:cancel-import': ({ importId }) => {
      imports.cancel(importId)
      return null
    },
    'dataset:rename': async ({ id, name }) => {
      await datasets.rename(id, name)
      return shelf.refresh(id)
    },
    'dataset:remove': async ({ id }) => {
      const removed = await datasets.remove(id)
      shelf.forget(id)
      return removed
    },
    'dataset:restore': async ({ trashName }) => shelf.refresh((await datasets.restore(trashName)).id),
  }
}
