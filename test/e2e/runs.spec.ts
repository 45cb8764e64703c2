import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import type { RunConfigInput } from '../../src-main/contract/vocabulary.ts'
import type { RunData } from '../../src-main/core/run/runRecord.ts'
import { writeManyRuns } from '../bench/manyRuns.ts'
import { ContractClient } from './contractClient.ts'
import { dropPaths, expect, test, type StudioUnderTest } from './studioFixture.ts'

const grid = (page: Page): Locator => page.locator('[role$=grid][aria-label=Runs]')
const lines = (page: Page): Locator => grid(page).locator('.run-line')
const line = (page: Page, id: string): Locator => grid(page).locator(`[data-run="${id}"]`)
const query = (page: Page): Locator => page.getByRole('combobox', { name: 'Filter the runs' })
const inspector = (page: Page): Locator => page.getByRole('region', { name: 'Inspector' })
const actions = (page: Page): Locator => page.getByRole('toolbar', { name: 'Chosen runs' })
const tools = (page: Page): Locator => page.getByRole('toolbar', { name: 'Runs', exact: true })
const count = (page: Page): Locator =>
  tools(page)
    .getByRole('status')
    .filter({ hasText: / runs?$/ })

/** Long enough to act upon while it trains; a second or two for all its epochs. */
const SHORT: RunConfigInput = { model: 'GMF', factors: 8, epochs: 4 }
/** Trains until it is stopped. */
const ENDLESS: RunConfigInput = { model: 'GMF', factors: 8, epochs: 5000 }

async function openRuns(page: Page): Promise<void> {
  await page.getByRole('link', { name: /^Runs/ }).click()
  await expect(lines(page).first()).toBeVisible()
}

/** Starts runs as another window would. */
async function start(
  { server }: StudioUnderTest,
  name: string,
  ...configs: RunConfigInput[]
): Promise<string[]> {
  const client = await ContractClient.connect(server.address)
  const [dataset] = await client.request('dataset:list', {})
  const rows = await client.request('run:start', { datasetId: dataset.id, name, configs })
  client.close()
  return rows.map(({ id }) => id)
}

async function inBothThemes(page: Page, check: (page: Page) => Promise<void>): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme })
    await check(page)
  }
}

test('a run of the sample is seen while it trains, to its end', async ({ studio, expectAccessible }) => {
  const { page } = studio
  await openRuns(page)
  const [id] = await start(studio, 'seen live', { ...SHORT, epochs: 60 })
  await line(page, id).click()
  await expect(line(page, id)).toContainText('Training')
  await expect(inspector(page).getByText(/Epoch \d+ of 60/)).toBeVisible()
  await expect(inspector(page).getByText(/samples\/s/)).toBeVisible()
  await expect(inspector(page).getByRole('img', { name: /HR@10/ })).toBeVisible()
  await expectAccessible(page)
  await expect(line(page, id)).toContainText('Finished', { timeout: 40_000 })
  await expect(inspector(page).getByText(/Best epoch \d+ of 60/)).toBeVisible()
  // Popularity, the base line of the sample, stands beside the result.
  await expect(inspector(page).getByRole('rowheader', { name: 'Popularity' })).toBeVisible()
  await expect(inspector(page).getByRole('img', { name: /HR@10.*Popularity/ })).toBeVisible()
  await expect(line(page, id).getByRole('img', { name: /over its epochs/ })).toBeVisible()
})

test('a run is paused, resumed and stopped, and can go on later', async ({ studio }) => {
  const { page } = studio
  await openRuns(page)
  const [id] = await start(studio, 'to be stopped', ENDLESS)
  await line(page, id).click()
  await expect(line(page, id)).toContainText('Training')
  await actions(page).getByRole('button', { name: 'Pause' }).click()
  await expect(line(page, id)).toContainText('Paused')
  await expect(inspector(page).getByText(/Paused after epoch \d+ of 5000/)).toBeVisible()
  await inspector(page)
    .getByRole('region', { name: 'Training' })
    .getByRole('button', { name: 'Resume' })
    .click()
  await expect(line(page, id)).toContainText('Training')
  await page.keyboard.press('Control+.')
  await expect(line(page, id)).toContainText('Interrupted')
  await expect(inspector(page).getByText(/Stopped after \d+ of 5000 epochs/)).toBeVisible()
  // A new window offers to go on with what was interrupted.
  await page.reload()
  const banner = page.getByRole('region', { name: 'Interrupted runs' })
  await expect(banner).toContainText('1 run was interrupted')
  await banner.getByRole('button', { name: 'Resume' }).click()
  await expect(line(page, id)).toContainText('Training')
  await expect(banner).toBeHidden()
})

test('a queue is offered again after the program was killed, and comes back in its order', async ({
  studio,
  expectAccessible,
}) => {
  const { page, problems } = studio
  await openRuns(page)
  const [first] = await start(studio, 'trains', ENDLESS)
  const [second] = await start(studio, 'waits longer', ENDLESS)
  const [third] = await start(studio, 'waits less', ENDLESS)
  await expect(line(page, first)).toContainText('Training')
  const client = await ContractClient.connect(studio.server.address)
  await client.request('queue:move', { id: third, position: 0 })
  await client.next('run:epoch', ({ runId }) => runId === first)
  client.close()
  problems.expect(/ERR_CONNECTION_REFUSED|WebSocket|status of 401/)
  await studio.server.end('SIGKILL')
  await studio.restart()
  await page.goto(studio.server.address)
  const banner = page.getByRole('region', { name: 'Interrupted runs' })
  await openRuns(page)
  await expect(banner).toContainText('1 run was interrupted and 2 waited in the queue, in this order:')
  await expect(banner).toContainText('trains, waits less, waits longer')
  await inBothThemes(page, expectAccessible)
  await banner.getByRole('button', { name: 'Show' }).click()
  await expect(actions(page)).toContainText('3 selected')
  await banner.getByRole('button', { name: 'Resume all' }).click()
  await expect(banner).toBeHidden()
  const again = await ContractClient.connect(studio.server.address)
  const queued = async () => (await again.request('queue:list', {})).map(({ runId }) => runId)
  await expect.poll(queued).toEqual([first, third, second])
  again.close()
})

test('training goes on while the window is reloaded, and while there is none', async ({ studio }) => {
  const { page } = studio
  await openRuns(page)
  const [id] = await start(studio, 'goes on', ENDLESS)
  await line(page, id).click()
  await expect(inspector(page).getByText(/Best epoch/)).toBeVisible()
  await expect(page).toHaveURL(new RegExp(id))
  await page.reload()
  await expect(inspector(page).getByRole('heading', { name: 'goes on' })).toBeVisible()
  await expect(inspector(page).getByText(/Epoch \d+ of 5000/)).toBeVisible()
  const before = await epochUnderWay(page, id)
  await page.close()
  const client = await ContractClient.connect(studio.server.address)
  await client.next('run:epoch', ({ runId, record }) => runId === id && record.epoch > before + 2)
  client.close()
  const again = await studio.openWindow()
  await openRuns(again)
  await expect(line(again, id)).toContainText('Training')
  expect(await epochUnderWay(again, id)).toBeGreaterThan(before)
})

/** The epoch under way, as the inspector says. */
async function epochUnderWay(page: Page, id: string): Promise<number> {
  await line(page, id).click()
  const words = inspector(page).getByText(/Epoch \d+ of 5000/)
  return Number(/\d+/.exec(await words.innerText())![0])
}

test('the order of the queue is changed, and a run taken out of it', async ({ studio, expectAccessible }) => {
  const { page } = studio
  await openRuns(page)
  await start(studio, 'first', ENDLESS)
  await start(studio, 'second', SHORT)
  await start(studio, 'third', SHORT)
  await page.getByRole('button', { name: 'Queue: 3 runs' }).click()
  const queue = page.getByRole('dialog', { name: 'Queue' })
  const entries = queue.getByRole('listitem')
  await expect(entries).toHaveText([/first/, /second/, /third/])
  await queue.getByRole('button', { name: 'Move third up' }).click()
  await expect(entries).toHaveText([/first/, /third/, /second/])
  await queue.getByRole('button', { name: 'Take third out of the queue' }).click()
  await expect(entries).toHaveText([/first/, /second/])
  await expectAccessible(page)
})

test('a run is re-run exactly, and reaches the same weights', async ({ studio }) => {
  const { page } = studio
  await openRuns(page)
  const [id] = await start(studio, 'original', SHORT)
  await expect(line(page, id)).toContainText('Finished')
  await line(page, id).click()
  await actions(page).getByRole('button', { name: 'Re-run exactly' }).click()
  await expect(lines(page).filter({ hasText: 'GMF' }).filter({ hasText: 'Finished' })).toHaveCount(2)
  const client = await ContractClient.connect(studio.server.address)
  const rows = await client.request('run:list', {})
  client.close()
  const hashes = rows
    .filter(({ config }) => config?.model === 'GMF')
    .map(({ summary }) => summary?.weightsHash)
  expect(hashes[0]).toMatch(/^[0-9a-f]{64}$/)
  expect(new Set(hashes).size).toBe(1)
})

const OTHER_DATA: RunData = {
  ...{ datasetId: 'aaaaaaaaaaaa', name: 'ml-1m', fingerprint: 'a'.repeat(64) },
  ...{ userCount: 6040, itemCount: 3706, interactions: 994_169 },
}

test.describe('a library of finished runs', () => {
  // Five seeds each of GMF 0, MLP 1 and NeuMF 2.
  test.use({ prepareLibrary: async ({}, use) => use(async (library) => void (await fifteen(library))) })

  async function fifteen(library: string): Promise<string[]> {
    return writeManyRuns(library, 15, OTHER_DATA)
  }

  test('is accessible in both themes, with every tab of the inspector', async ({
    studio,
    expectAccessible,
  }) => {
    const { page } = studio
    await openRuns(page)
    await inBothThemes(page, expectAccessible)
    for (const tab of ['Config', 'Provenance', 'Notes', 'Log']) {
      await page.getByRole('tab', { name: tab }).click()
      await expectAccessible(page)
    }
  })

  test('is worked with by keyboard alone', async ({ studio }) => {
    const { page } = studio
    await page.getByRole('heading', { level: 1 }).first().waitFor()
    await page.keyboard.press('Alt+2')
    await expect(lines(page).first()).toBeVisible()
    await page.keyboard.press('/')
    await expect(query(page)).toBeFocused()
    await page.keyboard.type('mod')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await expect(query(page)).toHaveValue('model:')
    await page.keyboard.type('ML')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await expect(count(page)).toHaveText('5 of 15 runs')
    await page.keyboard.press('Enter')
    await expect(grid(page)).toBeFocused()
    await page.keyboard.press('Home')
    await page.keyboard.press('Space')
    await page.keyboard.press('Shift+ArrowDown')
    await page.keyboard.press('Shift+ArrowDown')
    await expect(actions(page)).toContainText('3 selected')
    await page.keyboard.press('Control+a')
    await expect(actions(page)).toContainText('5 selected')
    await page.keyboard.press('Escape')
    await expect(actions(page)).not.toContainText('selected:')
    await page.keyboard.press('F2')
    await page.keyboard.type('renamed by hand')
    await page.keyboard.press('Enter')
    await expect(lines(page).nth(2)).toContainText('renamed by hand')
    await expect(grid(page)).toBeFocused()
    await page.keyboard.press('Enter')
    await expect(page.getByRole('tab', { name: 'Metrics' })).toBeFocused()
    await page.keyboard.press('ArrowRight')
    await expect(page.getByRole('tab', { name: 'Gap' })).toHaveAttribute('aria-selected', 'true')
    await page.keyboard.press('Control+i')
    await expect(inspector(page)).toBeHidden()
  })

  test('is sorted by any column, the runs without a value last', async ({ studio }) => {
    const { page } = studio
    await openRuns(page)
    const header = page.getByRole('columnheader', { name: 'HR@10 best' })
    await header.getByRole('button').click()
    await expect(header).toHaveAttribute('aria-sort', 'descending')
    const values = async () => (await metrics(page)).map(Number)
    expect(await values()).toEqual([...(await values())].sort((a, b) => b - a))
    await header.getByRole('button').press('Enter')
    await expect(header).toHaveAttribute('aria-sort', 'ascending')
    expect(await values()).toEqual([...(await values())].sort((a, b) => a - b))
  })

  /** The HR@10 of every line, from the top. */
  async function metrics(page: Page): Promise<string[]> {
    return lines(page).evaluateAll((rows) =>
      rows
        .sort((a, b) => Number(a.getAttribute('aria-rowindex')) - Number(b.getAttribute('aria-rowindex')))
        .map((row) => row.textContent?.match(/0\.\d{3}/)?.[0] ?? ''),
    )
  }

  test('shows the columns that are asked for, as wide as they are drawn, after a reload too', async ({
    studio,
    expectAccessible,
  }) => {
    const { page } = studio
    await openRuns(page)
    const header = page.getByRole('columnheader', { name: 'Factors' })
    await expect(header).toBeVisible()
    await page.getByRole('button', { name: 'Columns' }).click()
    await expectAccessible(page)
    await page.getByRole('checkbox', { name: 'Factors' }).uncheck()
    await expect(header).toBeHidden()
    await page.keyboard.press('Escape')
    await page.reload()
    await expect(page.getByRole('columnheader', { name: 'Model' })).toBeVisible()
    await expect(header).toBeHidden()
    const name = page.getByRole('columnheader', { name: 'Name' })
    const width = async () => (await name.boundingBox())!.width
    const before = await width()
    await name.getByRole('button').press('Alt+ArrowRight')
    await expect.poll(width).toBe(before + 16)
  })

  test('keeps columns where they were moved, and their widths, over a start of the program', async ({
    studio,
  }) => {
    const { page } = studio
    await openRuns(page)
    const header = (name: string) => page.getByRole('columnheader', { name, exact: true })
    const order = () => page.locator('[data-column]').evaluateAll((all) => all.map((one) => one.textContent))
    const first = await order()
    expect(first.slice(0, 4)).toEqual(['★', 'Name', 'State', 'Model'])
    // With keys: the column goes a step to the right, and the focus with it.
    await header('State').getByRole('button').press('Alt+Shift+ArrowRight')
    await expect.poll(order).toEqual(['★', 'Name', 'Model', 'State', ...first.slice(4)])
    await expect(header('State').getByRole('button')).toBeFocused()
    // With the mouse: onto the left half of a heading, before it; what stays at the left takes none.
    const left = { targetPosition: { x: 6, y: 8 } }
    await header('HR@10 best').getByRole('button').dragTo(header('Model').getByRole('button'), left)
    const moved = ['★', 'Name', 'HR@10', 'Model', 'State', 'Factors']
    await expect.poll(async () => (await order()).slice(0, 6)).toEqual(moved)
    await header('Factors').getByRole('button').dragTo(header('Name').getByRole('button'), left)
    await expect.poll(async () => (await order()).slice(0, 6)).toEqual(moved)
    // A width, with the mouse.
    const width = async () => (await header('Model').boundingBox())!.width
    const before = await width()
    const { x, y, height } = (await header('Model').locator('.handle').boundingBox())!
    await page.mouse.move(x + 3, y + height / 2)
    await page.mouse.down()
    await page.mouse.move(x + 43, y + height / 2, { steps: 4 })
    await page.mouse.up()
    await expect.poll(width).toBe(before + 40)
    const stored = join(`${studio.library}-settings`, 'ncf-studio', 'settings.json')
    await expect.poll(() => readFile(stored, 'utf8')).toContain(`"model": ${before + 40}`)
    studio.problems.expect(/ERR_CONNECTION_REFUSED/)
    await studio.server.end()
    await studio.restart()
    await page.goto(studio.server.address)
    await openRuns(page)
    expect((await order()).slice(0, 6)).toEqual(moved)
    expect(await width()).toBe(before + 40)
    await page.getByRole('button', { name: 'Columns' }).click()
    await page.getByRole('button', { name: 'Show all, as they were at first' }).click()
    await expect.poll(order).toEqual(first)
    await expect.poll(width).toBe(before)
  })

  test('folds seeds into means, and unfolds them', async ({ studio, expectAccessible }) => {
    const { page } = studio
    await openRuns(page)
    await page.getByRole('button', { name: 'Group seeds' }).click()
    await expect(lines(page)).toHaveCount(3)
    await expect(lines(page).first()).toContainText(/· 5 seeds/)
    await expect(lines(page).first()).toContainText(/0\.\d{3} ± 0\.\d{3}/)
    await grid(page).press('Home')
    await grid(page).press('ArrowRight')
    await expect(lines(page)).toHaveCount(8)
    await inBothThemes(page, expectAccessible)
    await grid(page).press('Space')
    await expect(actions(page)).toContainText('5 selected')
    await grid(page).press('ArrowLeft')
    await expect(lines(page)).toHaveCount(3)
  })

  test('says what of a query it does not understand, and what fits', async ({ studio, expectAccessible }) => {
    const { page } = studio
    await openRuns(page)
    await query(page).fill('factor:8')
    await query(page).press('Escape')
    await query(page).fill('factor:8 ')
    await expect(query(page)).toHaveAccessibleDescription(/no field “factor”. Did you mean “factors”/)
    await expect(count(page)).toHaveText('15 runs')
    await expectAccessible(page)
    await query(page).fill('model:NeuMF -tag:sweep-2')
    await expect(page.getByRole('heading', { name: 'No run fits' })).toBeVisible()
    await page.getByRole('button', { name: 'Clear the filter' }).last().click()
    await expect(lines(page)).toHaveCount(15)
  })

  test('is starred, tagged, archived and found again', async ({ studio, expectAccessible }) => {
    const { page } = studio
    await openRuns(page)
    await grid(page).press('Home')
    await grid(page).press('Space')
    await grid(page).press('Shift+ArrowDown')
    await actions(page).getByRole('button', { name: 'Tags…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Tags of 2 runs' })
    await dialog.getByLabel('Add').fill('for the paper, final')
    await expectAccessible(page)
    await page.keyboard.press('Enter')
    await query(page).fill('tag:"for the paper"')
    await expect(lines(page)).toHaveCount(2)
    await actions(page).getByRole('button', { name: 'Star or unstar' }).click()
    await query(page).fill('starred tag:final')
    await expect(lines(page)).toHaveCount(2)
    await actions(page).getByRole('button', { name: 'Archive' }).click()
    await expect(page.getByRole('heading', { name: 'No run fits' })).toBeVisible()
    await tools(page).getByRole('button', { name: 'Show archived runs' }).click()
    await expect(lines(page)).toHaveCount(2)
    await expect(lines(page).first()).toContainText('archived')
  })

  test('loses runs to the trash and gets them back', async ({ studio, expectAccessible }) => {
    const { page } = studio
    await openRuns(page)
    await grid(page).press('Home')
    await grid(page).press('Delete')
    await expect(lines(page)).toHaveCount(14)
    await grid(page).press('Control+z')
    await expect(lines(page)).toHaveCount(15)
    await grid(page).press('Delete')
    await expect(lines(page)).toHaveCount(14)
    await page.getByRole('button', { name: 'Trash', exact: true }).click()
    const trash = page.getByRole('dialog', { name: 'Trash' })
    await expectAccessible(page)
    await trash.getByRole('button', { name: /^Restore/ }).click()
    await expect(trash).toContainText('The trash is empty')
    await page.keyboard.press('Escape')
    await expect(lines(page)).toHaveCount(15)
    await grid(page).press('Control+a')
    await grid(page).press('Delete')
    await expect(page.getByRole('heading', { name: 'No runs yet' })).toBeVisible()
  })

  test('deletes what is in the trash only after a question', async ({ studio }) => {
    const { page } = studio
    await openRuns(page)
    await grid(page).press('Delete')
    await expect(lines(page)).toHaveCount(14)
    await page.getByRole('button', { name: 'Trash', exact: true }).click()
    const trash = page.getByRole('dialog', { name: 'Trash' })
    await trash.getByRole('button', { name: 'Empty the trash…' }).click()
    await trash.getByRole('button', { name: 'Delete for good' }).click()
    await expect(trash).toContainText('The trash is empty')
  })

  test('keeps notes when another run is shown, and shows them in every window', async ({ studio }) => {
    const { page } = studio
    await openRuns(page)
    const other = await studio.openWindow()
    await openRuns(other)
    await grid(page).press('Home')
    await page.getByRole('tab', { name: 'Notes' }).click()
    await page.getByRole('textbox', { name: 'Notes' }).fill('the second seed diverged')
    await lines(page).nth(3).click()
    await expect(page.getByRole('textbox', { name: 'Notes' })).toHaveValue('')
    await query(other).fill('note:diverged')
    await expect(lines(other)).toHaveCount(1)
    await lines(other).first().getByRole('button', { name: /^Star/ }).click()
    await query(page).fill('note:diverged starred')
    await expect(lines(page)).toHaveCount(1)
  })

  test('copies rows for a paper, and saves the table', async ({ studio, context }) => {
    const { page } = studio
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    await openRuns(page)
    await grid(page).press('Home')
    const choose = async (title: string) => {
      await actions(page).getByRole('button', { name: 'More actions' }).click()
      await page.getByRole('menuitem', { name: title }).click()
    }
    const clipboard = () => page.evaluate(() => navigator.clipboard.readText())
    await choose('Copy as Markdown')
    await expect.poll(clipboard).toMatch(/^\| Model \| Settings \|[^]*\| NeuMF \| F = 8 \| 0\.\d{3} \|/)
    await choose('Copy as LaTeX')
    await expect.poll(clipboard).toMatch(/NeuMF & F = 8 & 0\.\d{3} &/)
    const download = page.waitForEvent('download')
    await choose('Save the table as CSV')
    const table = await readFile(await (await download).path(), 'utf8')
    expect(table.split('\r\n')).toHaveLength(15 + 2)
    expect(table).toMatch(/^Id,Star,Name,/)
  })

  test('sets the width of the inspector by keyboard and keeps it', async ({ studio }) => {
    const { page } = studio
    await openRuns(page)
    const edge = page.getByRole('separator', { name: 'Width of the inspector' })
    await edge.press('ArrowLeft')
    await expect(edge).toHaveAttribute('aria-valuenow', '360')
    await expect.poll(async () => (await page.locator('.pane').boundingBox())?.width).toBe(360)
    await page.reload()
    await expect(edge).toHaveAttribute('aria-valuenow', '360')
  })
})

test('a run is exported and comes back from its .zip', async ({ studio }) => {
  const { page } = studio
  await openRuns(page)
  await lines(page).first().click()
  const name = await inspector(page).getByRole('heading', { level: 2 }).innerText()
  const download = page.waitForEvent('download')
  await actions(page).getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'Export as .zip' }).click()
  const file = join(studio.library, '..', 'exported.zip')
  await (await download).saveAs(file)
  await grid(page).press('Delete')
  await expect(page.getByRole('heading', { name: 'No runs yet' })).toBeVisible()
  await dropPaths(page.getByRole('main'), [file])
  await expect(lines(page)).toHaveCount(1)
  await expect(inspector(page).getByRole('heading', { level: 2 })).toHaveText(name)
})

test('a run is exported only when nobody trains it', async ({ studio }) => {
  const { page } = studio
  await openRuns(page)
  const [id] = await start(studio, 'trains', ENDLESS)
  await line(page, id).click()
  await expect(line(page, id)).toContainText('Training')
  await actions(page).getByRole('button', { name: 'More actions' }).click()
  const item = page.getByRole('menuitem', { name: 'Export as .zip' })
  await expect(item).toHaveAttribute('aria-disabled', 'true')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+.')
  await expect(line(page, id)).toContainText('Interrupted')
  await actions(page).getByRole('button', { name: 'More actions' }).click()
  await expect(item).not.toHaveAttribute('aria-disabled')
})

test.describe('a damaged run', () => {
  test.use({
    prepareLibrary: async ({}, use) =>
      use(async (library) => {
        const [first] = await writeManyRuns(library, 3, OTHER_DATA)
        await writeFile(join(library, 'runs', first, 'run.json'), '{"schemaVersion": 1, "id"')
      }),
  })

  test('is shown with its problem beside the others, and can be removed', async ({
    studio,
    expectAccessible,
  }) => {
    const { page } = studio
    await openRuns(page)
    await expect(lines(page)).toHaveCount(3)
    await query(page).fill('damaged')
    await expect(lines(page)).toHaveCount(1)
    await lines(page).first().click()
    await expect(lines(page).first()).toContainText('Unreadable')
    await expect(inspector(page).getByRole('alert').first()).toContainText('run.json')
    await inBothThemes(page, expectAccessible)
    await inspector(page).getByRole('button', { name: 'Move to trash' }).click()
    await query(page).fill('')
    await expect(lines(page)).toHaveCount(2)
  })
})
