import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { folderOf, largeTable, movielensFolder, ncfFolder, table, zipOf } from './dataSources.ts'
import { dropPaths, expect, test } from './studioFixture.ts'

const screen = (page: Page): Locator => page.getByRole('main')
const dialog = (page: Page): Locator => page.getByRole('dialog')
const importButton = (page: Page): Locator =>
  dialog(page).getByRole('button', { name: 'Import', exact: true })
const listed = (page: Page): Locator =>
  page.getByRole('navigation', { name: 'Datasets' }).getByRole('listitem')
const title = (page: Page): Locator => screen(page).getByRole('heading', { level: 1 })

async function drop(page: Page, ...paths: string[]): Promise<void> {
  await page.getByRole('region', { name: 'Add data' }).waitFor()
  await dropPaths(screen(page), paths)
}

/** Waits until a dataset is shown with all that is counted. */
async function expectShown(page: Page, name: string): Promise<void> {
  await expect(title(page)).toHaveText(name)
  await expect(screen(page).getByText('A model that ranks by popularity alone gets')).toBeVisible()
}

function storedDatasets(library: string): Promise<string[]> {
  return readdir(join(library, 'datasets'))
}

/** Uploads that wait in the server's own folder. */
async function handedOver(library: string): Promise<string[]> {
  const place = join(library, 'uploads')
  const servers = await readdir(place).catch(() => [])
  return (await Promise.all(servers.map((server) => readdir(join(place, server))))).flat()
}

/** In both themes; ends in the light one. */
async function expectAccessibleInBoth(page: Page, check: (page: Page) => Promise<void>): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme })
    await check(page)
  }
}

/** From the library of the first minute to an empty one. */
async function emptyLibrary(page: Page): Promise<void> {
  await expectShown(page, 'sample')
  await page.keyboard.press('Delete')
  await expect(screen(page).getByRole('heading', { name: 'Drop a folder, a .zip or files' })).toBeVisible()
}

test('the first window shows the sample, and leads to the demo run', async ({ studio, expectAccessible }) => {
  const { page } = studio
  await expectShown(page, 'sample')
  await expect(screen(page).getByText('1,000', { exact: true })).toBeVisible()
  await expect(screen(page).getByRole('heading', { name: 'Most popular items' })).toBeVisible()
  await expect(screen(page).getByRole('img', { name: /training items/ })).toBeVisible()
  await expectAccessibleInBoth(page, expectAccessible)
  await screen(page).getByRole('link', { name: 'Explore a finished demo run' }).click()
  await expect(page).toHaveURL(/#\/runs\/./)
})

test('an empty library is a drop zone that offers the sample', async ({ studio, expectAccessible }) => {
  const { page } = studio
  await emptyLibrary(page)
  await expectAccessibleInBoth(page, expectAccessible)
  await screen(page).getByRole('button', { name: 'Try the sample' }).click()
  await expectShown(page, 'sample')
  await screen(page).getByRole('button', { name: 'Try the sample' }).click()
  await expect(page.getByText('sample was in the library already')).toBeVisible()
  await expect(listed(page)).toHaveCount(1)
})

test('a dropped NCF folder needs one Enter', async ({ studio, expectAccessible }) => {
  const { page } = studio
  await drop(page, await folderOf('ml-tiny', ncfFolder()))
  await expect(dialog(page)).toContainText('NCF files.')
  await expect(dialog(page).getByRole('row', { name: 'ml-tiny.test.negative' })).toContainText(
    'sampled negatives',
  )
  await expect(dialog(page)).toContainText('1 other file is not read')
  await expect(importButton(page)).toBeFocused()
  await expectAccessibleInBoth(page, expectAccessible)
  await page.keyboard.press('Enter')
  await expectShown(page, 'ml-tiny')
  await expect(screen(page)).toContainText('Test items and negatives come from the files')
  await expect(listed(page)).toHaveCount(2)
  await page.reload()
  await expectShown(page, 'ml-tiny')
})

test('MovieLens 1M is split with the options that were typed', async ({ studio }) => {
  const { page } = studio
  await drop(page, await folderOf('ml-raw', movielensFolder()))
  await expect(dialog(page)).toContainText('MovieLens 1M.')
  await dialog(page).getByLabel('Negatives per user').fill('a few')
  await expect(dialog(page)).toContainText('A whole number from 1 to 10,000.')
  await expect(importButton(page)).toBeDisabled()
  await dialog(page).getByLabel('Negatives per user').fill('20')
  await dialog(page).getByLabel('Rating threshold').fill('2')
  await dialog(page).getByLabel('Hold out one more item').check()
  await dialog(page).getByLabel('Name').fill('Films')
  await page.keyboard.press('Enter')
  await expectShown(page, 'Films')
  await expect(screen(page)).toContainText('ranked among 20 sampled negatives')
  await expect(screen(page)).toContainText('rating ≥ 2')
  await expect(screen(page)).toContainText('one item per user (latest)')
  await expect(
    screen(page)
      .getByRole('cell', { name: /^Film \d+ \(1999\)/ })
      .first(),
  ).toContainText('Drama, War')
})

test('the columns of a table can be chosen, and its separator', async ({ studio, expectAccessible }) => {
  const { page } = studio
  const folder = await folderOf('plays', { 'plays.csv': table(['listener', 'song', 'rating'], ';') })
  await drop(page, join(folder, 'plays.csv'))
  await expect(dialog(page)).toContainText('Choose the column of the users.')
  await expect(importButton(page)).toBeDisabled()
  await expect(dialog(page).getByLabel('Column song is read as')).toHaveValue('item')
  await dialog(page).getByLabel('Separator').selectOption('comma')
  await expect(dialog(page).getByLabel('Column listener;song;rating is read as')).toBeVisible()
  await dialog(page).getByLabel('Separator').selectOption('semicolon')
  await dialog(page).getByLabel('Column listener is read as').selectOption('user')
  await expectAccessible(page)
  await importButton(page).click()
  await expectShown(page, 'plays')
  await expect(screen(page)).toContainText('user: 1, item: 2, rating: 3, timestamp: not read')
})

test('a folder, a file or a .zip can be chosen instead of dropped', async ({ studio }) => {
  const { page } = studio
  const folder = await folderOf('ml-chosen', ncfFolder())
  const chooser = page.waitForEvent('filechooser')
  await screen(page).getByRole('button', { name: 'Browse folder…' }).click()
  await (await chooser).setFiles(folder)
  await importButton(page).click()
  await expectShown(page, 'ml-chosen')
  const second = page.waitForEvent('filechooser')
  await page.keyboard.press('Control+Shift+O')
  const ratings = table(['user', 'item', 'rating'])
  await (await second).setFiles(join(await folderOf('any', { 'ratings.csv': ratings }), 'ratings.csv'))
  await importButton(page).click()
  await expectShown(page, 'ratings')
  const third = page.waitForEvent('filechooser')
  await screen(page).getByRole('button', { name: 'Browse file…' }).click()
  await (await third).setFiles(await zipOf('packed', movielensFolder()))
  await expect(dialog(page)).toContainText('MovieLens 1M.')
  await importButton(page).click()
  await expectShown(page, 'packed')
})

test('what cannot be read is said, with what to do, and the library stays as it is', async ({
  studio,
  expectAccessible,
}) => {
  const { page, library } = studio
  await expectShown(page, 'sample')
  const before = await storedDatasets(library)
  await drop(page, await folderOf('holiday', { 'photo.txt': 'no data' }))
  await expect(dialog(page)).toContainText('This cannot be read')
  await expect(dialog(page).getByRole('alert')).toContainText('holds no dataset')
  await expectAccessible(page)
  await page.keyboard.press('Escape')

  const broken = table(['user', 'item', 'rating']).replace('u3,i32,2', 'u3')
  await drop(page, join(await folderOf('any', { 'broken.csv': broken }), 'broken.csv'))
  await importButton(page).click()
  await expect(dialog(page).getByRole('alert')).toContainText(/broken\.csv, line \d+/)
  await expect(dialog(page)).toContainText('Mend this line')
  await dialog(page).getByRole('button', { name: 'Back to the options' }).click()
  await expect(importButton(page)).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(dialog(page)).toBeHidden()
  expect(await storedDatasets(library)).toEqual(before)
})

test('an import that is cancelled leaves nothing behind', async ({ studio }) => {
  const { page, library } = studio
  await expectShown(page, 'sample')
  const before = await storedDatasets(library)
  await drop(page, await folderOf('large', { 'large.csv': largeTable() }))
  await importButton(page).click()
  await expect(dialog(page)).toContainText('Importing large')
  await dialog(page).getByRole('button', { name: 'Cancel' }).click()
  await expect(dialog(page)).toBeHidden()
  await expectShown(page, 'sample')
  await expect.poll(() => storedDatasets(library)).toEqual(before)
  await expect.poll(() => handedOver(library)).toEqual([])
})

test('files that are not imported after all are removed at once', async ({ studio }) => {
  const { page, library } = studio
  await expectShown(page, 'sample')
  await drop(page, await folderOf('ml-tiny', ncfFolder()))
  await expect(importButton(page)).toBeFocused()
  expect(await handedOver(library)).toHaveLength(1)
  await page.keyboard.press('Escape')
  await expect.poll(() => handedOver(library)).toEqual([])
  await drop(page, await folderOf('ml-tiny', ncfFolder()))
  await expect(importButton(page)).toBeFocused()
  expect(await handedOver(library)).toHaveLength(1)
  await page.reload()
  await expect.poll(() => handedOver(library)).toEqual([])
  await drop(page, await folderOf('ml-tiny', ncfFolder()))
  await expect(importButton(page)).toBeFocused()
  await page.close()
  await expect.poll(() => handedOver(library)).toEqual([])
})

test('a dataset is renamed, removed and brought back by keyboard alone', async ({ studio }) => {
  const { page } = studio
  await drop(page, await folderOf('ml-tiny', ncfFolder()))
  await expect(importButton(page)).toBeFocused()
  // Keys for what lies behind the dialog do nothing.
  await page.keyboard.press('Delete')
  await page.keyboard.press('Enter')
  await expectShown(page, 'ml-tiny')
  await expect(listed(page)).toHaveCount(2)

  await page.keyboard.press('Control+k')
  await page.keyboard.type('rename')
  await expect(page.getByRole('option')).toHaveText([/Rename the dataset.*F2/])
  await page.keyboard.press('Escape')

  await page.keyboard.press('F2')
  await page.keyboard.type('given up')
  await page.keyboard.press('Escape')
  await expect(title(page)).toHaveText('ml-tiny')
  await page.keyboard.press('F2')
  await page.keyboard.type('Tiny')
  await page.keyboard.press('Enter')
  await expect(title(page)).toHaveText('Tiny')
  await expect(listed(page).first()).toContainText('Tiny')

  await page.keyboard.press('Delete')
  await expect(listed(page)).toHaveCount(1)
  await page.keyboard.press('Control+z')
  await expect(listed(page)).toHaveCount(2)

  await listed(page).first().getByRole('link').focus()
  await page.keyboard.press('ArrowDown')
  await expectShown(page, 'sample')
  await page.keyboard.press('ArrowUp')
  await expectShown(page, 'Tiny')
})

test('the menu of a dataset does the same by mouse, and its fingerprint can be copied', async ({
  studio,
}) => {
  const { page } = studio
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await expectShown(page, 'sample')
  await screen(page).getByRole('button', { name: 'Copy the fingerprint' }).click()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/^[0-9a-f]{64}$/)
  const menu = screen(page).getByRole('button', { name: 'What to do with this dataset' })
  await menu.click()
  await page.getByRole('menuitem', { name: 'Rename' }).click()
  await screen(page).getByRole('textbox', { name: 'Name of the dataset' }).fill('Mine')
  await page.keyboard.press('Enter')
  await expect(title(page)).toHaveText('Mine')
  await menu.click()
  await page.getByRole('menuitem', { name: 'Move to trash' }).click()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expectShown(page, 'Mine')
})

test('a new run on a dataset begins with it, and two windows see the same library', async ({ studio }) => {
  const { page } = studio
  await expectShown(page, 'sample')
  const other = await studio.openWindow()
  await expectShown(other, 'sample')
  await drop(page, await folderOf('ml-tiny', ncfFolder()))
  await importButton(page).click()
  await expectShown(page, 'ml-tiny')
  await expect(listed(other)).toHaveCount(2)
  await screen(page).getByRole('button', { name: 'New run on this data' }).click()
  await expect(dialog(page)).toContainText('ml-tiny')
})

test('settings hold, and a number that cannot be is refused', async ({ studio, expectAccessible }) => {
  const { page } = studio
  await expectShown(page, 'sample')
  await page.keyboard.press('Control+,')
  await dialog(page).getByLabel('Theme').selectOption('Dark')
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await dialog(page).getByLabel('Runs at once').fill('99')
  await page.keyboard.press('Tab')
  await expect(dialog(page)).toContainText('A whole number from 1 to 16, or nothing.')
  await expectAccessible(page)
  await dialog(page).getByLabel('Runs at once').fill('2')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Escape')
  await page.reload()
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await page.keyboard.press('Control+,')
  await expect(dialog(page).getByLabel('Runs at once')).toHaveValue('2')
})

test.describe('a library with a damaged dataset', () => {
  const DAMAGED = 'abcdefabcdef'
  test.use({
    prepareLibrary: async ({}, use) => {
      await use(async (library) => {
        await mkdir(join(library, 'datasets', DAMAGED), { recursive: true })
        await writeFile(join(library, 'datasets', DAMAGED, 'dataset.json'), '{"schemaVersion": 1, "id"')
      })
    },
  })

  test('shows it with its problem, and what to do', async ({ studio, expectAccessible }) => {
    const { page } = studio
    await expect(listed(page)).toHaveText(new RegExp(DAMAGED))
    await expect(screen(page)).toContainText(`The dataset ${DAMAGED} cannot be read`)
    await expect(screen(page)).toContainText('Import its source again')
    await expectAccessibleInBoth(page, expectAccessible)
    await screen(page).getByRole('button', { name: 'Try the sample' }).click()
    await expectShown(page, 'sample')
    await listed(page).filter({ hasText: DAMAGED }).getByRole('link').click()
    await screen(page).getByRole('button', { name: 'Move to trash' }).click()
    await expect(listed(page)).toHaveCount(1)
    await page.getByRole('button', { name: 'Undo' }).click()
    await expect(listed(page)).toHaveCount(2)
  })
})

test('a removed dataset is in the trash, comes back from there, and goes for good', async ({
  studio,
  expectAccessible,
}) => {
  const { page } = studio
  await emptyLibrary(page)
  const trash = page.getByRole('dialog', { name: 'Trash' })
  await page.getByRole('button', { name: 'Trash', exact: true }).click()
  await expect(trash.getByRole('row', { name: /sample/ })).toContainText('Dataset')
  await expectAccessibleInBoth(page, expectAccessible)
  await trash.getByRole('button', { name: 'Restore sample' }).click()
  await expect(trash).toContainText('The trash is empty')
  await page.keyboard.press('Escape')
  await emptyLibrary(page)
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').fill('trash')
  await page.keyboard.press('Enter')
  await trash.getByRole('button', { name: 'Empty the trash…' }).click()
  await trash.getByRole('button', { name: 'Delete for good' }).click()
  await expect(trash).toContainText('The trash is empty')
})
