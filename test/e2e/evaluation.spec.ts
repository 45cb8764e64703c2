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

test('a run is held against the paper: what it does otherwise, and what other rules would make of it', async ({
  studio,
  expectAccessible,
}) => {
  const { page } = studio
  await trained(studio, { model: 'GMF', factors: 4, epochs: 2, learningRate: 0.01, fullRanking: 'end' })
  await inspector(page).getByRole('tab', { name: 'Gap' }).click()
  const deviations = inspector(page).getByRole('region', { name: 'Otherwise than in the paper' })
  await expect(deviations).toContainText('Learning rate')
  const effects = inspector(page).getByRole('region', { name: 'What other rules would make of this run' })
  await expect(effects.getByRole('row', { name: /natural logarithm/ }).first()).toBeVisible()
  await inBothThemes(page, expectAccessible)
})

test('a pre-trained NeuMF is trained after its parts, and linked with them', async ({ studio }) => {
  const { page } = studio
  test.setTimeout(120_000)
  await expect(page.getByRole('main').getByRole('heading', { level: 1 })).toHaveText('sample')
  await page.keyboard.press('Alt+n')
  const drawer = page.getByRole('dialog', { name: 'New run' })
  await drawer.getByRole('radio', { name: 'NeuMF pre-trained, paper' }).check()
  await drawer.getByLabel('Factors', { exact: true }).fill('4')
  await drawer.getByLabel('Epochs', { exact: true }).fill('1')
  await drawer.getByLabel('Fused epochs').fill('2')
  await drawer.getByLabel('Name', { exact: true }).fill('chain')
  await drawer.getByRole('button', { name: 'Start 3 runs' }).click()
  await expect(drawer).toBeHidden()
  const fused = page.getByRole('row', { name: /NeuMF pre-trained/ })
  await expect(fused.getByText('Finished')).toBeVisible({ timeout: 90_000 })
  await fused.click()
  const links = inspector(page).getByText(/^Starts from/)
  await links.getByRole('button').first().click()
  await expect(inspector(page).getByText(/^Part of/)).toBeVisible()
})

test('a run is repeated from more seeds', async ({ studio }) => {
  const { page } = studio
  await trained(studio, { model: 'GMF', factors: 4, epochs: 1, seed: '7' })
  await page.getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'Repeat with more seeds…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Repeat with more seeds' })
  await dialog.getByLabel('More seeds').fill('0')
  await expect(dialog.getByRole('button', { name: /^Start/ })).toBeDisabled()
  await dialog.getByLabel('More seeds').fill('2')
  await expect(dialog.getByLabel('More seeds')).toHaveAccessibleDescription('1 so far, 3 then')
  await page.keyboard.press('Enter')
  await expect(page.getByText('Queued 2 runs.')).toBeVisible()
  await expect(page.locator('[data-run]')).toHaveCount(4)
})
