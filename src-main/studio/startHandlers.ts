import type { Handlers, RequestArgument } from '../contract/contract.ts'
import { ContractError } from '../contract/contractError.ts'
import type { RunRow } from '../contract/runContract.ts'
import type { DatasetDescription } from '../core/dataset/datasetDescription.ts'
import { isPretrained, partRunIds, type PretrainedConfig } from '../core/run/partRuns.ts'
import { isClosedForm, isNeural, type PretrainedPart, type RunConfig } from '../core/run/runConfig.ts'
import type { RunLabelsChange } from '../core/run/runLabels.ts'
import type { RunRecord } from '../core/run/runRecord.ts'
import { seedsFrom } from '../core/run/seeds.ts'
import { createRun, requireTrainable } from './newRun.ts'
import { createChain, type PartOrigin } from './runChain.ts'
import type { RunWorld } from './runHandlers.ts'

type StartHandlers = Pick<Handlers, 'run:start' | 'run:repeat' | 'run:start-chain' | 'run:repeat-seeds'>

/** Answers what makes new runs. */
export function startHandlers(world: RunWorld): StartHandlers {
  return {
    'run:start': (argument) => startRuns(world, argument),
    'run:repeat': ({ id }) => repeat(world, id),
    'run:start-chain': (argument) => startChain(world, argument),
    'run:repeat-seeds': ({ id, count }) => repeatSeeds(world, id, count),
  }
}

async function startRuns(
  world: RunWorld,
  { datasetId, configs, name, tags }: RequestArgument<'run:start'>,
): Promise<RunRow[]> {
  const dataset = await world.shelf.description(datasetId)
  const threads = world.threads()
  // All of them first: who is told of one that cannot be trained will start them all again.
  for (const config of configs) {
    await requireTrainable(world.ports, { dataset, config, threads })
    await requirePartsUnderWay(world, partRunIds(config))
  }
  return createAll(world, dataset, configs, { name, tags })
}

async function createAll(
  world: RunWorld,
  dataset: DatasetDescription,
  configs: readonly RunConfig[],
  labels: RunLabelsChange,
): Promise<RunRow[]> {
  const records: RunRecord[] = []
  for (const config of configs)
    records.push(await createRun(world.ports, { dataset, config, threads: world.threads(), labels }))
  return queued(world, records)
}

async function startChain(
  world: RunWorld,
  { datasetId, seeds, name, tags, ...parts }: RequestArgument<'run:start-chain'>,
): Promise<RunRow[]> {
  const dataset = await world.shelf.description(datasetId)
  await requirePartsUnderWay(
    world,
    [parts.gmf, parts.mlp].flatMap((origin) => ('runId' in origin ? [origin.runId] : [])),
  )
  const chain = { ...parts, dataset, seeds: [...new Set(seeds)], threads: world.threads() }
  return queued(world, await createChain(world.ports, { ...chain, labels: { name, tags } }))
}

/** A run that is neither finished nor in this queue would keep those waiting that start from it. */
async function requirePartsUnderWay({ index, queue }: RunWorld, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    await index.follow(id)
    const row = index.peek(id)
    if (!row || row.state === 'finished' || row.elsewhere || queue.stateOf(id) !== undefined) continue
    const message = `Run ${id} is not finished, and nobody trains it: resume it first, or start from a finished run.`
    throw new ContractError('part-unfinished', message)
  }
}

/** A pre-trained NeuMF that has begun needs no parts to be repeated: it begins with the same weights. */
async function repeat(world: RunWorld, id: string): Promise<RunRow> {
  const { config, dataset, labels, hasStart } = await original(world, id)
  if (!hasStart) await requirePartsUnderWay(world, partRunIds(config))
  const run = { dataset, config, threads: world.threads(), labels, ...(hasStart && { startOf: id }) }
  return (await queued(world, [await createRun(world.ports, run)]))[0]
}

async function repeatSeeds(world: RunWorld, id: string, count: number): Promise<RunRow[]> {
  const { config, dataset, labels } = await original(world, id)
  if (isClosedForm(config))
    throw new ContractError('seedless', `${config.model} has one solution, whatever the seed.`)
  const seeds = seedsFrom(config.seed, count, await seedsOfGroup(world, id))
  if (!isPretrained(config))
    return createAll(
      world,
      dataset,
      seeds.map((seed) => ({ ...config, seed })),
      labels,
    )
  const chain = { ...(await chainOf(world, config)), dataset, seeds, threads: world.threads(), labels }
  return queued(world, await createChain(world.ports, chain))
}

/** What a run was made of, to make others of it. Throws ContractError `other-data`. */
async function original({ library, shelf, index }: RunWorld, id: string) {
  const { config, data, initialWeightsHash } = await library.record(id)
  const dataset = await shelf.description(data.datasetId)
  if (dataset.fingerprint !== data.fingerprint)
    throw new ContractError(
      'other-data',
      `Run ${id} was made on other data than the dataset ${data.datasetId} has now, so it cannot be repeated.`,
    )
  const { name = '', tags = [] } = index.peek(id) ?? {}
  const labels = { name, tags: tags.filter((tag) => tag !== 'demo') }
  return { config, dataset, labels, hasStart: initialWeightsHash !== undefined }
}

/** The seeds of all runs that differ from a run in nothing else, its own included. */
async function seedsOfGroup({ index }: RunWorld, id: string): Promise<Set<string>> {
  const { groupKey } = await index.refresh(id)
  const rows = await index.list()
  return new Set(rows.flatMap((row) => (row.groupKey === groupKey && row.config ? [row.config.seed] : [])))
}

/** The chain that a pre-trained NeuMF is the end of; parts from files stay those files. */
async function chainOf(world: RunWorld, { pretraining, ...neumf }: PretrainedConfig) {
  const { alpha, gmf, mlp } = pretraining
  return { alpha, neumf, gmf: await originOf(world, gmf), mlp: await originOf(world, mlp) }
}

async function originOf({ index }: RunWorld, part: PretrainedPart): Promise<PartOrigin> {
  if ('file' in part) return { file: part.file }
  await index.follow(part.runId)
  const config = index.record(part.runId)?.config
  // What is gone, or of another model, is refused where the parts of the new chain are looked at.
  return config && isNeural(config) ? config : { runId: part.runId }
}

async function queued({ index, queue }: RunWorld, records: readonly RunRecord[]): Promise<RunRow[]> {
  const rows: RunRow[] = []
  for (const { id } of records) rows.push(await index.refresh(id))
  queue.add(rows.map(({ id }) => id))
  return rows.map((row) => index.peek(row.id) ?? row)
}
