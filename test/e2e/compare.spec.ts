import { readFile } from 'node:fs/promises'
import type { Locator, Page } from '@playwright/test'
import type { RunData } from '../../src-main/core/run/runRecord.ts'
import { writeManyRuns } from '../bench/manyRuns.ts'
import { ContractClient } from './contractClient.ts'
import { expect, test } from './studioFixture.ts'

const ML1M: RunData = {
  ...{ datasetId: 'aaaaaaaaaaaa', name: 'ml-1m', fingerprint: 'a'.repeat(64) },
  ...{ userCount: 6040, itemCount: 3706, interactions: 994_169 },
}
const OTHER: RunData = { ...ML1M, datasetId: 'bbbbbbbbbbbb', name: 'other', fingerprint: 'b'.repeat(64) }

/** Five seeds each of GMF 0 (on other data), MLP 1 and NeuMF 2. */
async function threeGroups(library: string): Promise<void> {
  await writeManyRuns(library, 15, ML1M)
  await writeManyRuns(library, 5, OTHER)
}

const chips = (page: Page): Locator => page.getByRole('list', { name: 'Compared runs' }).getByRole('listitem')
const table = (page: Page): Locator => page.getByRole('region', { name: 'Table of the comparison' })
const baseline = (page: Page): Locator => page.getByLabel('Baseline')
const adder = (page: Page): Locator => page.getByRole('combobox', { name: 'Add a run to the comparison' })

/** Not the options of the selects. */
const found = (page: Page): Locator => page.getByRole('listbox').getByRole('option')

async function open(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Compare' }).click()
  await expect(page.getByRole('heading', { name: 'No runs to compare' })).toBeVisible()
}

async function compareLatest(page: Page): Promise<void> {
  await open(page)
  await page.getByRole('button', { name: 'Compare the latest two finished runs' }).click()
  await expect(chips(page)).toHaveCount(2)
}

async function add(page: Page, words: string): Promise<void> {
  await adder(page).fill(words)
  await found(page).first().click()
}

async function inBothThemes(page: Page, check: (page: Page) => Promise<void>): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme })
    await check(page)
  }
}

test.describe('a library of finished runs', () => {
  // A function alone would be taken for the fixture itself.
  test.use({ prepareLibrary: async ({}, use) => use(threeGroups) })

  test('the screen explains itself, and compares the latest two', async ({ studio, expectAccessible }) => {
    const { page } = studio
    await open(page)
    await inBothThemes(page, expectAccessible)
    await page.getByRole('button', { name: 'Compare the latest two finished runs' }).click()
    await expect(chips(page)).toHaveCount(2)
    // Two seeds of one configuration: nothing else differs, and they have a mean.
    await expect(table(page).getByRole('columnheader', { name: 'Seed' })).toBeVisible()
    await expect(table(page).getByRole('columnheader', { name: 'Model' })).toBeHidden()
    await expect(table(page).getByRole('rowheader', { name: /mean ± sd of 2 seeds/ })).toBeVisible()
    await expect(page.getByRole('img', { name: /HR@10/ }).first()).toBeVisible()
    await expect(page.getByText(/is no evidence that one model is better/)).toBeVisible()
    await inBothThemes(page, expectAccessible)
  })

  test('differences are counted from a run or from a published result', async ({ studio }) => {
    const { page } = studio
    await compareLatest(page)
    await add(page, 'MLP 1')
    await expect(table(page).getByRole('columnheader', { name: 'Model' })).toBeVisible()
    await expect(table(page).getByText('best', { exact: true }).first()).toBeVisible()
    const delta = table(page).getByText(/^[+−]?0\.0\d\d$/)
    await expect(delta).toHaveCount(0)
    await baseline(page).selectOption({ index: 1 })
    await expect(delta.first()).toBeVisible()
    await baseline(page).selectOption({ label: 'Reference post: NeuMF F = 32' })
    const published = table(page).getByRole('row', { name: /post: NeuMF/ })
    await expect(published).toContainText('0.702')
    await expect(published).toContainText('baseline')
    // These runs are written without what a test over users needs.
    await expect(page.getByRole('button', { name: 'Measure the runs for every user' })).toBeVisible()
    await page.getByLabel('All settings').check()
    await expect(table(page).getByRole('columnheader', { name: 'Optimizer' })).toBeVisible()
  })

  test('runs are added, hidden and taken out by keyboard; other data are not comparable', async ({
    studio,
  }) => {
    const { page } = studio
    await compareLatest(page)
    const warnings = page.getByRole('list', { name: 'Warnings' })
    await expect(warnings).toBeHidden()
    await adder(page).focus()
    await page.keyboard.type('gmf seed:3')
    await expect(found(page)).toHaveCount(1)
    await page.keyboard.press('Enter')
    await expect(chips(page)).toHaveCount(3)
    await expect(warnings).toContainText('Different data: these figures cannot be compared.')
    await expect(warnings).toContainText('other (bbbbbbbb): GMF 0')
    await page.keyboard.press('Escape')
    const toggle = chips(page).last().getByRole('button', { name: 'GMF 0', exact: true })
    await toggle.focus()
    await page.keyboard.press('Space')
    await expect(toggle).toHaveAttribute('aria-pressed', 'false')
    const legend = page.getByRole('list', { name: 'Series' }).first()
    await expect(legend.getByRole('button')).toHaveCount(2)
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await expect(chips(page)).toHaveCount(2)
    await expect(warnings).toBeHidden()
  })

  test('the table leaves as Markdown, LaTeX and CSV', async ({ studio, context }) => {
    const { page } = studio
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    await compareLatest(page)
    const choose = async (title: string) => {
      await page.getByRole('button', { name: 'Export the table' }).click()
      await page.getByRole('menuitem', { name: title }).click()
    }
    const clipboard = () => page.evaluate(() => navigator.clipboard.readText())
    await choose('Copy as Markdown')
    await expect(page.getByText('Copied the comparison as Markdown.')).toBeVisible()
    expect(await clipboard()).toMatch(/^\| Run \| HR@10 \|/)
    await choose('Copy as LaTeX')
    await expect(page.getByText('Copied the comparison as LaTeX.')).toBeVisible()
    expect(await clipboard()).toContain('\\begin{tabular}')
    const download = page.waitForEvent('download')
    await choose('Save as CSV')
    const file = await (await download).path()
    expect(await readFile(file, 'utf8')).toMatch(/^Run,HR@10,/)
  })

  test('curves change their axis and are smoothed; dots have axes to choose', async ({ studio }) => {
    const { page } = studio
    await compareLatest(page)
    await page.getByRole('radio', { name: 'Training time' }).check()
    await page.getByRole('slider', { name: 'Smoothing' }).fill('0.6')
    await expect(page.getByText('0.60', { exact: true })).toBeVisible()
    await page.getByRole('combobox', { name: 'Across' }).selectOption('Best epoch')
    await expect(page.getByRole('heading', { name: 'HR@10 over Best epoch' })).toBeVisible()
    await page.getByLabel('Logarithmic axis across').check()
    await expect(page.getByRole('heading', { name: 'Parallel coordinates' })).toBeVisible()
    await table(page).getByRole('button', { name: 'NeuMF 2' }).first().click()
    await expect(page.getByRole('region', { name: 'Inspector' })).toContainText('NeuMF 2')
  })
})

test('a run that trains is compared while it does', async ({ studio }) => {
  const { page } = studio
  await expect(page.getByRole('main').getByRole('heading', { level: 1 })).toHaveText('sample')
  await page.keyboard.press('Alt+n')
  const drawer = page.getByRole('dialog', { name: 'New run' })
  await drawer.getByRole('radio', { name: 'NeuMF, small and quick' }).check()
  await drawer.getByLabel('Epochs', { exact: true }).fill('60')
  await drawer.getByLabel('Name', { exact: true }).fill('live')
  await page.keyboard.press('Control+Enter')
  await expect(drawer).toBeHidden()
  await open(page)
  await add(page, 'live')
  await expect(chips(page).getByText('training')).toBeVisible()
  const loss = page.getByRole('img', { name: /Training loss/ }).first()
  await expect(loss).toBeVisible()
  const before = await loss.getAttribute('aria-label')
  await expect(loss).not.toHaveAttribute('aria-label', before!)
})

test('differences are tested over the same users, in words', async ({ studio, expectAccessible }) => {
  const { page, server } = studio
  const client = await ContractClient.connect(server.address)
  const [dataset] = await client.request('dataset:list', {})
  const base = { factors: 4, fullRanking: 'end' } as const
  const configs = [
    { ...base, model: 'GMF', epochs: 1 },
    { ...base, model: 'GMF', epochs: 6 },
  ] as const
  const [weak, strong] = await client.request('run:start', { datasetId: dataset.id, configs: [...configs] })
  await expect.poll(async () => (await client.request('queue:list', {})).length, { timeout: 40_000 }).toBe(0)
  await page.getByRole('link', { name: /^Runs/ }).click()
  for (const { id } of [weak, strong]) await page.locator(`[data-run="${id}"]`).getByRole('checkbox').click()
  await page.keyboard.press('c')
  const verdict = page.getByRole('article', { name: /against/ })
  await expect(verdict.getByRole('listitem').first()).toHaveText(/HR@10 of .* than of .*95 % interval .*: p /)
  await expect(verdict.getByRole('row', { name: /^HR@10, all items/ })).toContainText('McNemar')
  await page.getByLabel('Tested against').selectOption({ index: 1 })
  await expect(verdict.getByRole('cell', { name: /worse|better|noise/ }).first()).toBeVisible()
  await page.getByLabel('Cutoff K').selectOption('5')
  await expect(verdict.getByRole('row', { name: /^HR@5/ }).first()).toBeVisible()
  await inBothThemes(page, expectAccessible)
  client.close()
})
