import type { Locator, Page } from '@playwright/test'
import { expect, test } from './studioFixture.ts'

const drawer = (page: Page): Locator => page.getByRole('dialog', { name: 'New run' })
const field = (page: Page, name: string): Locator => drawer(page).getByLabel(name, { exact: true })
const start = (page: Page): Locator => drawer(page).getByRole('button', { name: /^Start/ })
const difference = (page: Page): Locator => drawer(page).getByRole('region', { name: /^Against/ })
const inspector = (page: Page): Locator => page.getByRole('region', { name: 'Inspector' })

async function openDrawer(page: Page): Promise<void> {
  // The sample of the first minute is there, and the window listens to keys.
  await expect(page.getByRole('main').getByRole('heading', { level: 1 })).toHaveText('sample')
  await page.keyboard.press('Alt+n')
  await expect(drawer(page)).toBeVisible()
}

/** A run that takes a second or two. */
async function makeSmall(page: Page, epochs: string): Promise<void> {
  await drawer(page).getByRole('radio', { name: 'NeuMF, small and quick' }).check()
  await field(page, 'Epochs').fill(epochs)
}

test('a run is configured and started by keyboard alone', async ({ studio }) => {
  const { page } = studio
  await openDrawer(page)
  await expect(drawer(page).getByRole('radio', { name: 'NeuMF, paper settings' })).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await expect(drawer(page).getByRole('radio', { name: 'NeuMF, small and quick' })).toBeChecked()
  await expect(field(page, 'Factors')).toHaveValue('8')
  // Both families of models, tower, factors, layers, then the epochs.
  for (let i = 0; i < 6; i++) await page.keyboard.press('Tab')
  await expect(field(page, 'Epochs')).toBeFocused()
  await page.keyboard.type('2')
  await expect(field(page, 'Epochs')).toHaveValue('2')
  await page.keyboard.press('Control+Enter')
  await expect(drawer(page)).toBeHidden()
  await expect(page).toHaveURL(/#\/runs\/.+/)
  await expect(inspector(page).getByText('Finished')).toBeVisible({ timeout: 30_000 })
})

test('what is wrong is said at its field, kept as typed, and not started', async ({
  studio,
  expectAccessible,
}) => {
  const { page } = studio
  await openDrawer(page)
  await field(page, 'Learning rate').fill('0,001')
  await expect(field(page, 'Learning rate')).toHaveAccessibleDescription('Must be a number.')
  await expect(start(page)).toBeDisabled()
  await expect(start(page)).toHaveAccessibleDescription('Put right what is marked first.')
  await page.keyboard.press('Control+Enter')
  await expect(drawer(page)).toBeVisible()
  await field(page, 'Learning rate').fill('0.001')
  await expect(start(page)).toBeEnabled()
  await drawer(page).getByRole('radio', { name: 'Custom widths' }).check()
  await field(page, 'Widths').fill('63, 8')
  await expect(field(page, 'Widths')).toHaveAccessibleDescription(/must be even, but is 63/)
  await field(page, 'Widths').fill('64, 8')
  await expect(drawer(page).getByRole('img', { name: /embeddings of 32 joined to 64/ })).toBeVisible()
  await drawer(page).getByText('Advanced: L2 penalties, arithmetic').click()
  await field(page, 'L2, GMF user').fill('-1')
  await expect(field(page, 'L2, GMF user')).toHaveAccessibleDescription('Must be at least 0.')
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme })
    await expectAccessible(page)
  }
})

test('the estimate follows the fields; what data or memory do not allow is refused', async ({ studio }) => {
  const { page } = studio
  await openDrawer(page)
  const estimate = drawer(page).getByRole('region', { name: 'Estimate' })
  await expect(estimate).toContainText('for 20 epochs')
  await expect(estimate).toContainText('machine')
  const parameters = estimate.getByRole('definition').first()
  const before = await parameters.textContent()
  await field(page, 'Factors').fill('64')
  await expect(parameters).not.toHaveText(before!)
  await field(page, 'Factors').fill('8192')
  await expect(start(page)).toBeDisabled()
  await expect(start(page)).toHaveAccessibleDescription(/more than this machine has/)
  await drawer(page).getByRole('radio', { name: 'NeuMF, selected by validation' }).check()
  await expect(drawer(page).getByText('was imported without validation items')).toBeVisible()
  await expect(start(page)).toBeDisabled()
})

test('several seeds are several runs, and a duplicate shows what it changes', async ({ studio }) => {
  const { page } = studio
  await openDrawer(page)
  await makeSmall(page, '1')
  await field(page, 'Number of seeds').fill('2')
  await field(page, 'Name').fill('twins')
  await start(page).click()
  await expect(drawer(page)).toBeHidden()
  await expect(page.getByRole('grid').getByText('twins')).toHaveCount(2)
  await expect(inspector(page).getByText('Finished')).toBeVisible({ timeout: 30_000 })
  await page.keyboard.press('Control+d')
  await expect(difference(page)).toContainText('the same run again')
  await field(page, 'Factors').fill('16')
  await expect(difference(page).getByRole('row')).toHaveCount(2)
  await expect(difference(page)).toContainText(/Factors\s*8\s*→\s*16/)
  await page.keyboard.press('Escape')
  await expect(drawer(page)).toBeHidden()
})

test('a library without data offers some in the drawer', async ({ studio }) => {
  const { page } = studio
  await expect(page.getByRole('main').getByRole('heading', { level: 1 })).toHaveText('sample')
  await page.keyboard.press('Delete')
  await expect(page.getByRole('button', { name: 'Try the sample' })).toBeVisible()
  await page.keyboard.press('Alt+n')
  await drawer(page).getByRole('button', { name: 'Try the sample' }).click()
  await expect(field(page, 'Dataset')).toContainText('sample')
  await expect(start(page)).toBeEnabled()
})

test('each model has its own fields, and all baselines are one run each', async ({
  studio,
  expectAccessible,
}) => {
  const { page } = studio
  await openDrawer(page)
  const choose = (model: string) => drawer(page).getByRole('radio', { name: model, exact: true }).check()
  await choose('EASE')
  await expect(field(page, 'Lambda')).toHaveValue('500')
  await expect(field(page, 'Factors')).toBeHidden()
  // A model in closed form has no epochs and no luck.
  await expect(field(page, 'Seed')).toBeHidden()
  await expect(drawer(page).getByRole('radio', { name: 'Every few epochs' })).toBeHidden()
  await field(page, 'Lambda').fill('0')
  await expect(field(page, 'Lambda')).toHaveAccessibleDescription('Must be above 0.')
  await expect(start(page)).toBeDisabled()
  await choose('iALS')
  await expect(field(page, 'Lambda')).toHaveValue('0.007')
  await field(page, 'Patience').fill('3')
  await expect(start(page)).toBeEnabled()
  await choose('EASE')
  await expect(field(page, 'Lambda')).toHaveValue('0')
  await drawer(page).getByRole('radio', { name: 'All baselines' }).check()
  await expect(start(page)).toHaveText(/Start 5 runs/)
  await field(page, 'Number of seeds').fill('3')
  await expect(start(page)).toHaveText(/Start 9 runs/)
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme })
    await expectAccessible(page)
  }
})

test('a baseline is fitted and shown like any other run', async ({ studio, expectAccessible }) => {
  const { page } = studio
  await openDrawer(page)
  await drawer(page).getByRole('radio', { name: 'EASE', exact: true }).check()
  await field(page, 'Lambda').fill('50')
  await page.keyboard.press('Control+Enter')
  await expect(drawer(page)).toBeHidden()
  await expect(inspector(page).getByText('Finished')).toBeVisible({ timeout: 30_000 })
  await expect(page.getByRole('row', { name: /EASE/ })).toContainText('.684')
  await expectAccessible(page)
})
