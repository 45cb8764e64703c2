import { ContractError } from '../contract/contractError.ts'
import type { RunCurves, RunDetails, RunEstimate, RunRow } from '../contract/runContract.ts'
import { baselineParameters } from '../core/baselines/baselineSize.ts'
import { modelSpec } from '../core/models/modelSpec.ts'
import { parameterCount } from '../core/models/parameterLayout.ts'
import { publishedDataset, publishedFor, type PublishedResult } from '../core/run/publishedResults.ts'
import { fieldsOf, isNeural, type RunConfig } from '../core/run/runConfig.ts'
import { estimateRun } from '../core/run/runEstimate.ts'
import type { RunRecord } from '../core/run/runRecord.ts'
import type { DatasetShelf } from './datasetShelf.ts'
import type { DatasetShape } from '../core/training/trainingDemand.ts'
import { problemOf } from './failures.ts'
import type { StudioPorts } from './ports.ts'
import { unfinishedParts } from './partWait.ts'
import { runCurves } from './runCurves.ts'
import type { RunIndex } from './runIndex.ts'
import { runRow } from './runRow.ts'
import type { RunQueue } from './runQueue.ts'

const LOG_LINES = 200
/** Epoch files open at once while curves are read. */
const READ_WIDTH = 16

/** What windows read of runs, without changing any. */
export class RunLibrary {
  constructor(
    private readonly ports: StudioPorts,
    private readonly index: RunIndex,
    private readonly queue: RunQueue,
    private readonly shelf: DatasetShelf,
  ) {}

  async details(id: string): Promise<RunDetails> {
    const run = await this.ports.runs.read(id)
    const row = runRow(run, this.queue.stateOf(id))
    const { record } = run
    if (!record) return { row, published: [], log: await this.log(id), notResumable: run.problem.message }
    const { config, data, provenance } = record
    const reason = await this.notResumable(row, record)
    return {
      row,
      provenance,
      parameterCount: isNeural(config)
        ? parameterCount(modelSpec(config), data.userCount, data.itemCount)
        : baselineParameters(config, data),
      published: (await this.publishedBeside(record)).map(publishedRow),
      ...(await this.evaluation(id)),
      log: await this.log(id),
      ...(reason !== undefined && { notResumable: reason }),
    }
  }

  async curves(ids: readonly string[]): Promise<RunCurves[]> {
    const all: RunCurves[] = []
    for (let i = 0; i < ids.length; i += READ_WIDTH)
      all.push(...(await Promise.all(ids.slice(i, i + READ_WIDTH).map((id) => this.curve(id)))))
    return all
  }

  async estimate(datasetId: string, config: RunConfig): Promise<RunEstimate> {
    const { id } = await this.shelf.description(datasetId)
    const works = (await this.index.listed()).flatMap(({ record }) =>
      record?.summary ? [{ config: record.config, data: record.data, summary: record.summary }] : [],
    )
    const size = await this.ports.datasets.sizes(id)
    return estimateRun(config, size, works, this.ports.machine.facts.cores, this.memoryFor(config, size))
  }

  private memoryFor(config: RunConfig, size: DatasetShape): number | undefined {
    try {
      return this.ports.demand(config, size, 'auto').memoryBytes
    } catch (error) {
      if (problemOf(error).code === 'too-large') return undefined
      throw error
    }
  }

  /** Published numbers for a dataset of this name, for all models. */
  async published(datasetName: string) {
    const dataset = publishedDataset(datasetName)
    const results = dataset === undefined ? [] : await this.ports.publishedResults()
    return results.filter((row) => row.dataset === dataset).map(publishedRow)
  }

  /** The record of a run that can be read. Rejects with its problem else. */
  async record(id: string): Promise<RunRecord> {
    const { record, problem } = await this.ports.runs.read(id)
    if (record) return record
    throw new ContractError(problem!.code, problem!.message)
  }

  /** Why a run cannot go on; undefined when it can. */
  async notResumable(row: RunRow, record: RunRecord): Promise<string | undefined> {
    if (record.status === 'finished') return 'The run is finished.'
    if (row.elsewhere) return 'Another process trains the run at this moment.'
    if (row.state === 'running' || row.state === 'queued') return 'The run is in the queue already.'
    if (record.error?.code === 'diverged')
      return 'Its loss was no longer a number; going on gives the same again. Start a new run with a lower learning rate.'
    if (record.error?.code === 'not-positive-definite')
      return 'Its equations have no stable solution; going on gives the same again. Start a new run with a larger lambda.'
    const { datasetId, fingerprint, name } = record.data
    const dataset = (await this.shelf.list()).find((entry) => entry.id === datasetId)
    if (dataset?.description?.fingerprint === fingerprint) return this.partGone(record)
    return `Its dataset ${name} (${datasetId}) is not in the library, or is damaged: import it again.`
  }

  /** Of a run that has not begun yet and cannot, for want of what it starts from. */
  private async partGone(record: RunRecord): Promise<string | undefined> {
    await this.index.load()
    const gone = unfinishedParts(this.index, record).find((part) => !this.index.peek(part))
    if (gone === undefined) return undefined
    return `It starts from run ${gone}, which is not in the library: bring it back from the trash, or import it.`
  }

  private async publishedBeside({ config, data }: RunRecord): Promise<PublishedResult[]> {
    // A tower of its own is none that a source names the layers of.
    const { model } = config
    const { factors, layers, tower } = fieldsOf(config)
    const sizes = { factors, ...(model !== 'GMF' && !tower && { layers }) }
    return publishedFor(await this.ports.publishedResults(), { datasetName: data.name, model, ...sizes })
  }

  private async curve(id: string): Promise<RunCurves> {
    const { epochs, problem } = await this.ports.runs.readEpochs(id)
    return runCurves(id, epochs, this.index.peek(id)?.summary?.bestEpoch, problem)
  }

  private async evaluation(id: string): Promise<Pick<RunDetails, 'evaluation' | 'evaluationProblem'>> {
    try {
      const evaluation = await this.ports.runs.readEvaluation(id)
      return evaluation ? { evaluation } : {}
    } catch (error) {
      return { evaluationProblem: problemOf(error) }
    }
  }

  private log(id: string): Promise<string> {
    return this.ports.runs.readLog(id, LOG_LINES)
  }
}

/** A published result as windows see it. */
export function publishedRow(result: PublishedResult) {
  const { source, sourceName, citation, dataset, model, factors, layers, protocol, pretrained } = result
  const { hr10, ndcg10 } = result
  return {
    ...{ source, sourceName, citation, dataset, model, selection: protocol.selection, pretrained },
    ...{ hr10, ndcg10 },
    ...(factors !== undefined && { factors }),
    ...(layers !== undefined && { layers }),
    approximate: result.approximate ?? false,
  }
}
