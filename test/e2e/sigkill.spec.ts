import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RunConfigInput } from '../../src-main/contract/vocabulary.ts'
import { ContractClient } from './contractClient.ts'
import { expect, test, type StudioUnderTest } from './studioFixture.ts'

/**
 * Kills whatever can be killed at random moments of a training: no finished epoch may be lost, the library stays
 * whole, and the run ends with the weights of a run that nobody disturbed. `NCF_KILLS=50` kills that often.
 */
const KILLS = Number(process.env.NCF_KILLS ?? 2)
/** Milliseconds of training before a kill, at most. */
const LONGEST_WAIT = 600

test.setTimeout(60_000 + KILLS * 12_000)

/** Epochs of some 50 ms, enough of them for all the kills. */
const config: RunConfigInput = { model: 'GMF', factors: 8, epochs: 20 + 12 * KILLS, seed: '7' }

async function importSample(client: ContractClient): Promise<string> {
  const source = { kind: 'sample' } as const
  const entry = await client.request('dataset:import', { importId: crypto.randomUUID(), source, options: {} })
  return entry.id
}

async function start(client: ContractClient, datasetId: string): Promise<string> {
  const [row] = await client.request('run:start', { datasetId, configs: [config] })
  return row.id
}

/** Weights of the configuration when nobody disturbs it. */
async function undisturbed(client: ContractClient, datasetId: string): Promise<string> {
  const finished = client.next('run:changed', ({ state }) => state === 'finished')
  await start(client, datasetId)
  return (await finished).summary!.weightsHash!
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}

const aMoment = () => pause(Math.random() * LONGEST_WAIT)

/** Whole lines of epochs.jsonl. */
function epochsOnDisk({ library }: StudioUnderTest, id: string): number {
  return readFileSync(join(library, 'runs', id, 'epochs.jsonl'), 'utf8').split('\n').length - 1
}

async function stateOf(client: ContractClient, id: string): Promise<string> {
  return (await client.request('run:list', {})).find((row) => row.id === id)!.state
}

/** Counts the epochs that windows are told of. */
function countEpochs(client: ContractClient, id: string): () => number {
  let told = 0
  client.on('run:epoch', ({ runId, record }) => {
    if (runId === id) told = Math.max(told, record.epoch)
  })
  return () => told
}

async function finishedHash(client: ContractClient, id: string): Promise<string> {
  const { row } = await client.request('run:show', { id })
  if (row.state === 'finished') return row.summary!.weightsHash!
  const finished = client.next('run:changed', (changed) => changed.id === id && changed.state === 'finished')
  if (row.state !== 'running' && row.state !== 'queued') await client.request('run:resume', { ids: [id] })
  return (await finished).summary!.weightsHash!
}

test(`the engine process may be killed ${KILLS} times`, async ({ studio }) => {
  const client = await ContractClient.connect(studio.server.address)
  const datasetId = await importSample(client)
  const expected = await undisturbed(client, datasetId)
  const id = await start(client, datasetId)
  let safe = 0
  for (let kill = 0; kill < KILLS; kill++) {
    // Not what is told between a kill and the resume: that line may lack its checkpoint, and is trained again.
    const told = countEpochs(client, id)
    await client.next('run:progress', ({ runId }) => runId === id)
    await aMoment()
    const notice = client.next('app:notice', ({ runId }) => runId === id)
    const interrupted = client.next('run:changed', (row) => row.id === id && row.state === 'interrupted')
    studio.server.engines().forEach((pid) => process.kill(pid, 'SIGKILL'))
    safe = Math.max(safe, told())
    await interrupted
    expect((await notice).message).toMatch(/resume/i)
    expect(epochsOnDisk(studio, id)).toBeGreaterThanOrEqual(safe)
    await client.request('run:resume', { ids: [id] })
  }
  expect(await finishedHash(client, id)).toBe(expected)
  client.close()
})

test(`the server may be killed ${KILLS} times`, async ({ studio }) => {
  // The first window loses its server, and the next one has another token.
  studio.problems.expect(/WebSocket connection to .* failed|status of 401|ERR_CONNECTION_[A-Z]+/)
  let client = await ContractClient.connect(studio.server.address)
  const datasetId = await importSample(client)
  const expected = await undisturbed(client, datasetId)
  const id = await start(client, datasetId)
  for (let kill = 0; kill < KILLS; kill++) {
    const told = countEpochs(client, id)
    await client.next('run:progress', ({ runId }) => runId === id)
    await aMoment()
    await studio.server.end('SIGKILL')
    expect(epochsOnDisk(studio, id)).toBeGreaterThanOrEqual(told())
    await studio.restart()
    client = await ContractClient.connect(studio.server.address)
    // The orphaned engine process checkpoints before it ends, and holds the run until then.
    await expect.poll(() => stateOf(client, id)).toBe('interrupted')
    await client.request('run:resume', { ids: [id] })
  }
  expect(await finishedHash(client, id)).toBe(expected)
  client.close()
})

test(`the window may be killed ${KILLS} times while training goes on`, async ({ studio }) => {
  studio.problems.expect(/the page crashed/)
  const client = await ContractClient.connect(studio.server.address)
  const datasetId = await importSample(client)
  const expected = await undisturbed(client, datasetId)
  const id = await start(client, datasetId)
  const told = countEpochs(client, id)
  for (let kill = 0; kill < KILLS; kill++) {
    await aMoment()
    const devtools = await studio.page.context().newCDPSession(studio.page)
    const crashed = studio.page.waitForEvent('crash')
    devtools.send('Page.crash').catch(() => {})
    await crashed
    await studio.page.close()
    const before = told()
    if (before < config.epochs!) await expect.poll(told).toBeGreaterThan(before)
    studio.page = await studio.openWindow()
    await studio.page.getByRole('link', { name: /Runs/ }).first().click()
    await expect(studio.page.getByRole('grid')).toBeVisible()
  }
  expect(await finishedHash(client, id)).toBe(expected)
  client.close()
})
