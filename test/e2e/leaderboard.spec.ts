import type { Page } from '@playwright/test'
import { ContractClient } from './contractClient.ts'
import { expect, test } from './studioFixture.ts'

const section = (page: Page, name: RegExp) => page.getByRole('region', { name }).first()
const SAMPLED = /^Sampled candidates, epoch chosen on the test items/

async function inBothThemes(page: Page, check: (page: Page) => Promise<void>): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme })
    await check(page)
  }
}

test('own runs are ranked within their protocol, chosen by keyboard and compared', async ({
  studio,
  expectAccessible,
}) => {
  const { page, server } = studio
  const client = await ContractClient.connect(server.address)
  const [dataset] = await client.request('dataset:list', {})
  const configs = ['1', '2'].map((seed) => ({ model: 'GMF' as const, factors: 4, epochs: 2, seed }))
  await client.request('run:start', {
    datasetId: dataset.id,
    configs: [{ ...configs[0], fullRanking: 'end' }, configs[1]],
  })
  await page.keyboard.press('Alt+6')
  await expect(page.getByRole('heading', { level: 1, name: 'Leaderboard' })).toBeVisible()
  await expect(page).toHaveURL(/#\/leaderboard/)
  // The demo run is there from the start; those that train come in when they have ended.
  const seeds = section(page, SAMPLED).getByRole('row', { name: /mean of 2 seeds/ })
  await expect(seeds).toBeVisible({ timeout: 40_000 })
  await expect(seeds).toContainText(/0\.\d{3} ± 0\.\d{3}/)
  // Only one of the two has ranked all items: a protocol of its own, not a row of the other.
  await expect(section(page, /^All items/).getByRole('row', { name: /GMF .* 1 run/ })).toHaveCount(1)
  await inBothThemes(page, expectAccessible)
  await seeds.getByRole('checkbox').focus()
  await page.keyboard.press('Space')
  await expect(seeds.getByRole('checkbox')).toBeChecked()
  await section(page, SAMPLED).getByRole('checkbox').first().check()
  await page.getByRole('button', { name: 'Compare 3 runs' }).click()
  await expect(page.getByRole('heading', { name: 'Is the difference real?' })).toBeVisible()
  const verdict = page.getByRole('article', { name: /against/ })
  await expect(
    verdict.or(page.getByRole('button', { name: 'Measure the runs for every user' })),
  ).toBeVisible()
  client.close()
})

test('a library without data says what a leaderboard needs', async ({ studio, expectAccessible }) => {
  const { page } = studio
  await expect(page.getByRole('main').getByRole('heading', { level: 1 })).toHaveText('sample')
  await page.keyboard.press('Delete')
  await page.keyboard.press('Alt+6')
  await expect(page.getByRole('heading', { name: 'No data to rank models on' })).toBeVisible()
  await inBothThemes(page, expectAccessible)
  await page.getByRole('button', { name: 'Try the sample' }).click()
  // What was imported is shown first.
  await expect(page).toHaveURL(/#\/data/)
  await page.keyboard.press('Alt+6')
  await expect(section(page, SAMPLED)).toBeVisible()
  await expect(page.getByText(/^No run yet of ItemPop/)).toBeVisible()
})

test('the leaderboard leaves as Markdown and CSV, a table for each protocol', async ({ studio, context }) => {
  const { page } = studio
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.getByRole('link', { name: 'Leaderboard' }).click()
  await expect(section(page, SAMPLED)).toBeVisible()
  await page.getByRole('button', { name: 'Export the leaderboard' }).click()
  await page.getByRole('menuitem', { name: 'Copy as Markdown' }).click()
  await expect(page.getByText('Copied the leaderboard as Markdown.')).toBeVisible()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/^### Sampled candidates/)
  await page.getByRole('button', { name: 'Export the leaderboard' }).click()
  const download = page.waitForEvent('download')
  await page.getByRole('menuitem', { name: 'Save as CSV' }).click()
  expect((await download).suggestedFilename()).toBe('leaderboard.csv')
})
