import { ContractError } from '../contract/contractError.ts'
import type { DatasetEntry, Source } from '../contract/datasetContract.ts'
import type { ImportOptionsInput } from '../core/dataset/importOptions.ts'
import type { DatasetShelf } from './datasetShelf.ts'
import type { EventHub } from './eventHub.ts'
import type { EngineProcess, StudioPorts } from './ports.ts'
import { releaseSource, sourcePath } from './sources.ts'

interface Import {
  engine?: EngineProcess
  isCancelled: boolean
}

export interface ImportRequest {
  importId: string
  source: Source
  options: ImportOptionsInput
}

/**
 * Imports under way. Each has a process of its own, so that millions of rows keep nothing else waiting and a cancelled
 * import ends at once; what it left half-written is cleared away.
 */
export class DatasetImports {
  private readonly underWay = new Map<string, Import>()

  constructor(
    private readonly ports: StudioPorts,
    private readonly shelf: DatasetShelf,
    private readonly events: EventHub,
  ) {}

  /** Rejects with what is wrong with the source, or with the code `cancelled`. */
  async import(request: ImportRequest): Promise<DatasetEntry> {
    const { importId, source } = request
    if (this.underWay.has(importId))
      throw new ContractError('import-exists', `There is an import ${importId} under way already.`)
    const mine: Import = { isCancelled: false }
    this.underWay.set(importId, mine)
    try {
      const id = await this.read(request, mine)
      await releaseSource(source, this.ports)
      return await this.shelf.refresh(id)
    } finally {
      this.underWay.delete(importId)
    }
  }

  /** Ends an import at once; one that has just ended stays as it is. */
  cancel(importId: string): void {
    const found = this.underWay.get(importId)
    if (!found) return
    found.isCancelled = true
    found.engine?.kill()
  }

  /** Ends all of them. */
  close(): void {
    for (const importId of this.underWay.keys()) this.cancel(importId)
  }

  private async read({ importId, source, options }: ImportRequest, mine: Import): Promise<string> {
    const { library } = this.ports
    const path = await sourcePath(source, this.ports)
    if (mine.isCancelled) throw cancelled()
    const engine = this.ports.engines()
    mine.engine = engine
    try {
      const { id } = await engine.import({ library, path, options }, ({ stage, file, bytes, totalBytes }) =>
        this.events.emit('import:progress', { importId, stage, file, bytes, totalBytes }),
      )
      return id
    } catch (error) {
      if (!mine.isCancelled) throw error
      // Listing clears away what a process that died has left behind.
      await this.ports.datasets.list()
      throw cancelled()
    } finally {
      void engine.close()
    }
  }
}

function cancelled(): ContractError {
  return new ContractError('cancelled', 'The import was called off; nothing of it is stored.')
}
