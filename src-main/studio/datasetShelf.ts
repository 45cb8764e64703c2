import type { DatasetDetails, DatasetEntry } from '../contract/datasetContract.ts'
import { ContractError } from '../contract/contractError.ts'
import type { DatasetDescription } from '../core/dataset/datasetDescription.ts'
import type { DatasetDistributions } from '../core/dataset/datasetDistributions.ts'
import type { EnginePool } from './enginePool.ts'
import type { EventHub } from './eventHub.ts'
import { problemOf } from './failures.ts'
import type { DatasetsPort } from './ports.ts'

/** The datasets of the library: read once, followed, and counted through when somebody looks at one. */
export class DatasetShelf {
  private entries: Map<string, DatasetEntry> | undefined
  /** By id, which the content decides: a dataset of the same id has the same distributions. */
  private readonly distributions = new Map<string, Promise<DatasetDistributions>>()

  constructor(
    private readonly library: string,
    private readonly datasets: DatasetsPort,
    private readonly pool: EnginePool,
    private readonly events: EventHub,
  ) {}

  async list(): Promise<DatasetEntry[]> {
    return [...(await this.load()).values()]
  }

  async details(id: string): Promise<DatasetDetails> {
    const description = await this.description(id)
    return { id, description, ...(await this.distributionsOf(id)) }
  }

  /** Rejects for a dataset that is damaged or not there. */
  async description(id: string): Promise<DatasetDescription> {
    const entry = (await this.load()).get(id) ?? (await this.refresh(id))
    if (entry.description) return entry.description
    const { code, message } = entry.problem!
    throw new ContractError(code, message)
  }

  /** Reads an entry anew and tells the windows if it changed. Rejects when it is gone. */
  async refresh(id: string): Promise<DatasetEntry> {
    const entries = await this.load()
    try {
      const entry = await this.datasets.read(id)
      const isSame = JSON.stringify(entries.get(id)) === JSON.stringify(entry)
      entries.set(id, entry)
      if (!isSame) this.events.emit('dataset:changed', entry)
      return entry
    } catch (error) {
      if (problemOf(error).code === 'not-found') this.forget(id)
      throw error
    }
  }

  /** The same for changes seen in the library. */
  async follow(id: string): Promise<void> {
    await this.refresh(id).catch(() => undefined)
  }

  forget(id: string): void {
    this.distributions.delete(id)
    if (this.entries?.delete(id)) this.events.emit('dataset:removed', { id })
  }

  private async load(): Promise<Map<string, DatasetEntry>> {
    if (this.entries) return this.entries
    const entries = new Map((await this.datasets.list()).map((entry) => [entry.id, entry]))
    this.entries ??= entries
    return this.entries
  }

  private distributionsOf(id: string): Promise<DatasetDistributions> {
    const known = this.distributions.get(id)
    if (known) return known
    const counting = this.pool.use((engine) => engine.describe({ library: this.library, datasetId: id }))
    this.distributions.set(id, counting)
    // What failed may succeed another time.
    counting.catch(() => this.distributions.delete(id))
    return counting
  }
}
