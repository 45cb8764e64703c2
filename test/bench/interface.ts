import type { Page } from '@playwright/test'
import { test } from '../e2e/studioFixture.ts'
import { writeManyRuns } from './manyRuns.ts'

/**
 * How a library of 2,000 runs feels: time until the table can be used, and the length of frames while it is scrolled,
 * filtered, sorted and walked through. Budget: usable in 1.5 s, no frame over 50 ms on two idle cores. Each line of
 * the output also says how much the page's main thread computed, which other work on the machine changes less.
 */
const COUNT = 2000
const STEPS = 60

interface Frames {
  frames: number
  median: number
  p95: number
  longest: number
  over50: number
}

function print(what: string, figures: object): void {
  const words = Object.entries(figures).map(([name, value]) => `${name} ${Number(Number(value).toFixed(1))}`)
  process.stdout.write(`${what.padEnd(28)} ${words.join('  ')}\n`)
}

/** Begins to note the time between frames. */
async function watchFrames(page: Page): Promise<() => Promise<Frames>> {
  const lengths = await page.evaluateHandle(() => {
    const noted: number[] = []
    let last = performance.now()
    const note = () => {
      const now = performance.now()
      noted.push(now - last)
      last = now
      requestAnimationFrame(note)
    }
    requestAnimationFrame(note)
    return noted
  })
  return async () => {
    const sorted = (await lengths.jsonValue()).slice(1).sort((a, b) => a - b)
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]
    const over50 = sorted.filter((length) => length > 50).length
    return { frames: sorted.length, median: at(0.5), p95: at(0.95), longest: at(1), over50 }
  }
}

/** Milliseconds that the main thread of the page has computed so far. */
async function mainThread(page: Page): Promise<() => Promise<number>> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' })
  return async () => {
    const { metrics } = await devtools.send('Performance.getMetrics')
    return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN)
  }
}

test.use({
  prepareLibrary: async ({}, use) =>
    use(async (library) => {
      await writeManyRuns(library, COUNT, {
        ...{ datasetId: 'aaaaaaaaaaaa', name: 'ml-1m', fingerprint: 'a'.repeat(64) },
        ...{ userCount: 6040, itemCount: 3706, interactions: 994_169 },
      })
    }),
})

test('the runs table', async ({ studio }) => {
  const { page } = studio
  const grid = page.locator('[role$=grid][aria-label=Runs]')
  const firstLine = grid.locator('.run-line').first()
  await page.getByRole('link', { name: /^Runs/ }).click()
  await firstLine.waitFor()
  for (let i = 0; i < 3; i++) {
    const start = performance.now()
    await page.reload()
    await firstLine.waitFor()
    print('usable after a reload', { ms: performance.now() - start })
  }
  await page.waitForTimeout(2000)

  const computed = await mainThread(page)
  const measure = async (what: string, steps: number, action: () => Promise<unknown>) => {
    const [frames, before] = [await watchFrames(page), await computed()]
    await action()
    await page.waitForTimeout(300)
    const [figures, after] = [await frames(), await computed()]
    print(what, { ...figures, 'computed each': (after - before) / steps })
  }

  await measure('nothing', STEPS, () => page.waitForTimeout(1000))
  await grid.hover()
  await measure('scrolling by the wheel', STEPS, async () => {
    for (let i = 0; i < STEPS; i++) await page.mouse.wheel(0, 120)
  })
  await measure('scrolling by whole pages', STEPS, () =>
    grid.evaluate(async (element, steps) => {
      for (let i = 0; i < steps; i++) {
        element.scrollTop = 900 * i
        await new Promise(requestAnimationFrame)
      }
    }, STEPS),
  )
  const words = 'model:NeuMF hr10>0.6'
  const field = page.getByRole('combobox', { name: 'Filter the runs' })
  await measure('typing a query', words.length, () => field.pressSequentially(words, { delay: 50 }))
  await field.fill('')
  await measure('sorting', 1, () => page.getByRole('button', { name: 'HR@10 best' }).click())
  await measure('grouping', 1, () => page.getByRole('button', { name: 'Group seeds' }).click())
  await measure('walking with the arrow keys', STEPS, async () => {
    for (let i = 0; i < STEPS; i++) await grid.press('ArrowDown')
  })
})
