import type { Locator, Page } from '@playwright/test'
import { folderOf, ncfFolder } from './dataSources.ts'
import { dropPaths, expect, test } from './studioFixture.ts'

/**
 * The whole main job on a folder as the authors of NCF publish theirs: bring it in, train NeuMF on it, watch it, see
 * what it has reached beside popularity and published numbers, compare it with the demo run. Once with the mouse, once
 * without ever touching one.
 */
const screen = (page: Page): Locator => page.getByRole('main')
const dialog = (page: Page): Locator => page.getByRole('dialog')
const title = (page: Page): Locator => screen(page).getByRole('heading', { level: 1 })
const drawer = (page: Page): Locator => page.getByRole('dialog', { name: 'New run' })
const inspector = (page: Page): Locator => page.getByRole('region', { name: 'Inspector' })
const grid = (page: Page): Locator => page.locator('[role$=grid][aria-label=Runs]')

/** Epochs that take long enough to be watched on any machine, and no longer. */
const EPOCHS = '40'
/** Of this name, numbers are published for the dataset. */
const NAME = 'ml-1m'

type Check = (page: Page) => Promise<void>

async function expectDataset(page: Page): Promise<void> {
  await expect(title(page)).toHaveText(NAME)
  await expect(screen(page).getByText('A model that ranks by popularity alone gets')).toBeVisible()
}

/** Live epochs, then the end, beside what else is known of the same data. */
async function expectTrained(page: Page, check: Check): Promise<void> {
  await expect(inspector(page).getByText(/Epoch \d+ of 40/)).toBeVisible({ timeout: 30_000 })
  await expect(
    inspector(page).getByRole('img', { name: /^HR@10 over epoch.*last 0\.\d{3} at epoch/ }),
  ).toBeVisible({ timeout: 30_000 })
  await check(page)
  await expect(inspector(page).getByText('Finished')).toBeVisible({ timeout: 60_000 })
  const beside = inspector(page).getByRole('table', { name: /^Beside/ })
  await expect(beside.getByRole('row', { name: /^Popularity 0\.\d{3}/ })).toBeVisible()
  await expect(beside.getByRole('row', { name: /^He et al\. 2017: NeuMF F = 8 0\.688/ })).toBeVisible()
  await check(page)
}

/** The new run and the demo run, on other data: compared, with a warning that the numbers are of other data. */
async function expectCompared(page: Page, check: Check): Promise<void> {
  await expect(page).toHaveURL(/#\/compare/)
  await expect(page.getByRole('list', { name: 'Compared runs' }).getByRole('listitem')).toHaveCount(2)
  await expect(screen(page).getByRole('heading', { name: 'Curves' })).toBeVisible()
  await expect(screen(page).getByRole('img', { name: /^HR@10 over epoch, 2 series/ })).toBeVisible()
  await check(page)
}

test('the main job is done with the mouse', async ({ studio, expectAccessible }) => {
  test.setTimeout(150_000)
  const { page } = studio
  await expect(title(page)).toHaveText('sample')
  await expectAccessible(page)
  await dropPaths(screen(page), [await folderOf(NAME, ncfFolder())])
  await expect(dialog(page)).toContainText('NCF files.')
  await expectAccessible(page)
  await dialog(page).getByRole('button', { name: 'Import', exact: true }).click()
  await expectDataset(page)
  await expectAccessible(page)
  await screen(page).getByRole('button', { name: 'New run on this data' }).click()
  await drawer(page).getByText('NeuMF, small and quick').click()
  await drawer(page).getByLabel('Epochs', { exact: true }).fill(EPOCHS)
  await expectAccessible(page)
  await drawer(page)
    .getByRole('button', { name: /^Start/ })
    .click()
  await expect(drawer(page)).toBeHidden()
  await expectTrained(page, expectAccessible)
  await page.getByRole('checkbox', { name: 'Select all runs shown' }).check()
  await page.getByRole('toolbar', { name: 'Chosen runs' }).getByRole('button', { name: 'Compare' }).click()
  await expectCompared(page, expectAccessible)
})

/** Presses a key until an element has the focus; fails when it takes more presses than a screen has stops. */
async function pressUntil(page: Page, key: string, wanted: Locator, most = 40): Promise<void> {
  for (let i = 0; i < most; i++) {
    if (await wanted.evaluate((element) => element === document.activeElement).catch(() => false)) return
    await page.keyboard.press(key)
  }
  await expect(wanted, `reached with ${key}`).toBeFocused()
}

test('the main job is done with the keyboard alone', async ({ studio, expectAccessible }) => {
  test.setTimeout(150_000)
  const { page } = studio
  const folder = await folderOf(NAME, ncfFolder())
  await expect(title(page)).toHaveText('sample')
  // The system's chooser of folders has keys of its own; what it gives is set here.
  const chooser = page.waitForEvent('filechooser')
  await page.keyboard.press('Control+o')
  await (await chooser).setFiles(folder)
  await expect(dialog(page).getByRole('button', { name: 'Import', exact: true })).toBeFocused()
  await expectAccessible(page)
  await page.keyboard.press('Enter')
  await expectDataset(page)
  await page.keyboard.press('Alt+n')
  await expect(drawer(page).getByRole('radio', { name: 'NeuMF, paper settings' })).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await expect(drawer(page).getByRole('radio', { name: 'NeuMF, small and quick' })).toBeChecked()
  await pressUntil(page, 'Tab', drawer(page).getByLabel('Epochs', { exact: true }))
  await page.keyboard.press('Control+a')
  await page.keyboard.type(EPOCHS)
  await expectAccessible(page)
  await page.keyboard.press('Control+Enter')
  await expect(drawer(page)).toBeHidden()
  await expectTrained(page, expectAccessible)
  await pressUntil(page, 'Tab', grid(page), 60)
  await page.keyboard.press('Home')
  await page.keyboard.press('Space')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Space')
  await expect(page.getByRole('toolbar', { name: 'Chosen runs' })).toContainText('2 selected')
  await page.keyboard.press('c')
  await expectCompared(page, expectAccessible)
  await pressUntil(page, 'Tab', page.getByRole('button', { name: 'Export HR@10' }).first(), 80)
})
