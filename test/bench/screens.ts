import { fileURLToPath } from 'node:url'
import type { Page } from '@playwright/test'
import type { RunConfigInput } from '../../src-main/contract/vocabulary.ts'
import { ContractClient } from '../e2e/contractClient.ts'
import { dropPaths, expect, test } from '../e2e/studioFixture.ts'

/** Takes the pictures of docs/screens, each in light and dark, from the sample and a handful of runs on it. */
const FOLDER = new URL('../../docs/screens/', import.meta.url)
const SAMPLE = fileURLToPath(new URL('../../resources/sample', import.meta.url))
const SIZE = { width: 1440, height: 900 }

const seeds = ['1', '2', '3']
const RUNS: { name: string; tags: string[]; configs: RunConfigInput[] }[] = [
  {
    name: 'GMF baseline',
    tags: ['seeds'],
    configs: seeds.map((seed) => ({ model: 'GMF', factors: 8, epochs: 20, seed, fullRanking: 'end' })),
  },
  {
    name: 'MLP, three layers',
    tags: [],
    configs: [{ model: 'MLP', factors: 8, epochs: 15, fullRanking: 'end' }],
  },
  { name: 'NeuMF, more factors', tags: [], configs: [{ model: 'NeuMF', factors: 16, epochs: 12 }] },
]
const BASELINES: RunConfigInput[] = (['ItemPop', 'ItemKNN', 'EASE', 'iALS', 'BPR'] as const).map((model) => ({
  model,
  fullRanking: 'end',
}))
const LIVE: RunConfigInput = { model: 'NeuMF', factors: 32, epochs: 30 }

async function take(page: Page, name: string): Promise<void> {
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme })
    // Charts redraw at most four times a second.
    await page.waitForTimeout(700)
    await page.screenshot({ path: fileURLToPath(new URL(`${name}-${theme}.png`, FOLDER)) })
  }
}

/** Trains the runs of the pictures, begins the live one, and returns all ids with it at the end. */
async function train(client: ContractClient): Promise<string[]> {
  const [dataset] = await client.request('dataset:list', {})
  const ids: string[] = []
  for (const { configs, ...labels } of RUNS) {
    const rows = await client.request('run:start', { datasetId: dataset.id, configs, ...labels })
    ids.push(...rows.map(({ id }) => id))
  }
  await client.request('run:start', { datasetId: dataset.id, configs: BASELINES, tags: ['baseline'] })
  const queueIsEmpty = async () => (await client.request('queue:list', {})).length === 0
  await expect.poll(queueIsEmpty, { timeout: 170_000 }).toBe(true)
  const [live] = await client.request('run:start', {
    datasetId: dataset.id,
    configs: [LIVE],
    name: 'NeuMF, live',
  })
  await client.next('run:epoch', ({ runId, record }) => runId === live.id && record.epoch >= 5)
  return [...ids, live.id]
}

test('the screens', async ({ studio }) => {
  const { page } = studio
  test.setTimeout(300_000)
  await page.setViewportSize(SIZE)
  const client = await ContractClient.connect(studio.server.address)
  const ids = await train(client)

  await page.getByRole('link', { name: /^Data/ }).click()
  await take(page, 'data')
  await dropPaths(page.locator('main'), [SAMPLE])
  await page.getByRole('dialog').getByRole('button', { name: 'Import' }).waitFor()
  await take(page, 'import')
  await page.keyboard.press('Escape')

  await page.getByRole('link', { name: /^Runs/ }).click()
  await page.locator(`[data-run="${ids.at(-1)}"]`).click()
  await take(page, 'runs')
  await page.getByRole('button', { name: 'New run' }).click()
  await page.getByText('samples', { exact: false }).first().waitFor()
  await take(page, 'new-run')
  await page.keyboard.press('Escape')

  for (const id of [ids[0], ids[3], ids[4]])
    await page.locator(`[data-run="${id}"]`).getByRole('checkbox').click()
  await page.getByRole('link', { name: /^Compare/ }).click()
  await take(page, 'compare')
  await page.getByRole('link', { name: /^Leaderboard/ }).click()
  await page.getByRole('heading', { name: /^Sampled candidates/ }).waitFor()
  await take(page, 'leaderboard')
  await page.getByRole('link', { name: /^Runs/ }).click()
  await page.locator(`[data-run="${ids[0]}"]`).click()
  await page.getByRole('tab', { name: 'Gap' }).click()
  await take(page, 'gap')
  await page.getByRole('button', { name: 'Settings' }).click()
  await take(page, 'settings')
  client.close()
})
