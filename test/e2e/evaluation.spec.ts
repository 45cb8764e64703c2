import type { Locator, Page } from '@playwright/test'
import type { RunConfigInput } from '../../src-main/contract/vocabulary.ts'
import { ContractClient } from './contractClient.ts'
import { expect, test, type StudioUnderTest } from './studioFixture.ts'

const inspector = (page: Page): Locator => page.getByRole('region', { name: 'Inspector' })
const figures = (page: Page): Locator => inspector(page).getByRole('table', { name: /95 % intervals/ })
const line = (page: Page, id: string): Locator => page.locator(`[data-run="${id}"]`)

/** Trains one run to its end and shows it. */
async function trained({ page, server }: StudioUnderTest, config: RunConfigInput): Promise<string> {
  const client = await ContractClient.connect(server.address)
  const [dataset] = await client.request('dataset:list', {})
  const ended = client.next('run:changed', ({ state }) => state === 'finished')
  const [{ id }] = await client.request('run:start', { datasetId: dataset.id, configs: [config] })
  await ended
  client.close()
  await page.getByRole('link', { name: /^Runs/ }).click()
  await line(page, id).click()
  return id
}

async function inBothThemes(page: Page, check: (page: Page) => Promise<void>): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme })
    await check(page)
  }
}

test('sampled candidates and all items stand side by side, with intervals and who is served', async ({
  studio,
  expectAccessible,
}) => {
  const { page } = studio
  const id = await trained(studio, { model: 'GMF', factors: 4, epochs: 4, fullRanking: 2 })
  await expect(figures(page).getByRole('columnheader')).toHaveText([/^Sampled/, /^All items/])
  for (const metric of ['HR@10', 'NDCG@10'])
    await expect(figures(page).getByRole('row', { name: metric })).toHaveText(
      /0\.\d{3} ± 0\.\d{3}.*0\.\d{3} ± 0\.\d{3}/,
    )
  await expect(inspector(page).getByRole('img', { name: /^HR@10, all items/ })).toBeVisible()
  await expect(inspector(page).getByText(/Item coverage/)).toBeVisible()
  const groups = inspector(page).getByRole('region', { name: 'Users by their training items' })
  await expect(groups.getByRole('rowheader')).toHaveCount(4)
  await inBothThemes(page, expectAccessible)
  // The query knows full ranking, and does not take it for the sampled figure.
  const filter = page.getByRole('combobox', { name: /Filter/ })
  await filter.fill('full.hr10>0')
  await expect(line(page, id)).toBeVisible()
  await filter.fill('full.hr10>0.999')
  await expect(page.getByRole('heading', { name: 'No run fits' })).toBeVisible()
})

test('a run whose items were not all ranked can be measured again, without training', async ({ studio }) => {
  const { page } = studio
  await trained(studio, { model: 'GMF', factors: 4, epochs: 1 })
  await expect(figures(page).getByRole('columnheader')).toHaveText([/^Sampled/])
  await inspector(page).getByRole('button', { name: 'Rank all items' }).click()
  await expect(figures(page).getByRole('columnheader')).toHaveText([/^Sampled/, /^All items/])
  await expect(inspector(page).getByRole('button', { name: 'Rank all items' })).toBeHidden()
  await page.reload()
  await expect(figures(page).getByRole('columnheader')).toHaveText([/^Sampled/, /^All items/])
})

test('a run that runs out of patience says so', async ({ studio }) => {
  const { page } = studio
  await trained(studio, { model: 'MLP', factors: 4, epochs: 40, patience: 1, learningRate: 0.00001 })
  await expect(inspector(page).getByText(/Stopped after epoch \d+: no better HR@10 for/)).toBeVisible()
  await page.getByRole('combobox', { name: /Filter/ }).fill('early')
  await expect(page.getByText('1 of 2 runs')).toBeVisible()
})
