import type { Locator, Page } from '@playwright/test'
import { writeManyRuns } from '../bench/manyRuns.ts'
import { expect, test } from './studioFixture.ts'

const COUNT = 2000

const grid = (page: Page): Locator => page.locator('[role$=grid][aria-label=Runs]')
const lines = (page: Page): Locator => grid(page).locator('.run-line')
const count = (page: Page): Locator => page.getByRole('status').filter({ hasText: / runs?$/ })
const query = (page: Page): Locator => page.getByRole('combobox', { name: 'Filter the runs' })

test.use({
  prepareLibrary: async ({}, use) =>
    use(async (library) => {
      await writeManyRuns(library, COUNT, {
        ...{ datasetId: 'aaaaaaaaaaaa', name: 'ml-1m', fingerprint: 'a'.repeat(64) },
        ...{ userCount: 6040, itemCount: 3706, interactions: 994_169 },
      })
    }),
})

test('2,000 runs are all there, though only those in view are drawn', async ({ studio }) => {
  const { page } = studio
  await page.getByRole('link', { name: /^Runs/ }).click()
  await expect(count(page)).toHaveText('2,000 runs')
  await expect(grid(page)).toHaveAttribute('aria-rowcount', String(COUNT + 1))
  expect(await lines(page).count()).toBeLessThan(60)

  await grid(page).press('End')
  const last = lines(page).and(page.locator(`[aria-rowindex="${COUNT + 1}"]`))
  await expect(last).toBeInViewport()
  await expect(last).toHaveClass(/current/)
  await expect(last).toContainText('GMF 0')
  // The address names the run of the inspector: a reload comes back to it, and brings its line into view.
  await expect(page).toHaveURL(/#\/runs\/20260101-000000-gmf-0000/)
  await page.reload()
  await expect(last).toBeInViewport()

  // Every third group of five is an MLP.
  await query(page).fill('model:MLP')
  await expect(count(page)).toHaveText('665 of 2,000 runs')
  await query(page).fill('')
  await page.getByRole('button', { name: 'Group seeds' }).click()
  await expect(grid(page)).toHaveAttribute('aria-rowcount', String(COUNT / 5 + 1))
  await grid(page).press('Control+a')
  await expect(page.getByRole('toolbar', { name: 'Chosen runs' })).toContainText('2000 selected')
})
