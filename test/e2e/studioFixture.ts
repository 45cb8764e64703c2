import { mkdtemp, rm } from 'node:fs/promises'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, expect, type Locator, type Page } from '@playwright/test'
import type { AxeResults } from 'axe-core'
import { ServedLibrary } from './servedLibrary.ts'
import { WindowProblems } from './windowProblems.ts'

export { expect }

/** The program under test: a served library and its first window. */
export interface StudioUnderTest {
  server: ServedLibrary
  /** Folder of the library. */
  library: string
  /** The first window, opened with the token. */
  page: Page
  problems: WindowProblems
  /** One more window on the same library. */
  openWindow(): Promise<Page>
  /** Starts the server again on the same port, after its end. */
  restart(): Promise<ServedLibrary>
}

interface StudioOptions {
  /** Fills the library before it is served. */
  prepareLibrary: ((library: string) => Promise<void>) | undefined
}

interface StudioFixtures {
  studio: StudioUnderTest
  /** Fails on any violation of WCAG 2.2 A and AA that axe finds on the page. */
  expectAccessible: (page: Page) => Promise<void>
}

export const test = base.extend<StudioFixtures & StudioOptions>({
  prepareLibrary: [undefined, { option: true }],

  studio: async ({ context, prepareLibrary }, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'ncf-e2e-'))
    const library = join(folder, 'library')
    await prepareLibrary?.(library)
    const problems = new WindowProblems()
    await problems.watch(context)
    const open = async () => {
      const page = await context.newPage()
      await page.goto(studio.server.address)
      return page
    }
    const studio = { server: await ServedLibrary.start(library), library, problems } as StudioUnderTest
    studio.openWindow = open
    studio.restart = async () => (studio.server = await ServedLibrary.start(library, studio.server.port))
    try {
      studio.page = await open()
      await use(studio)
      expect(problems.unexpected, 'what the windows complained about').toEqual([])
    } finally {
      await context.close()
      await studio.server.end()
      await rm(folder, { recursive: true, force: true })
    }
  },

  expectAccessible: async ({}, use) => {
    await use(async (page) => expect(await violations(page)).toEqual([]))
  },
})

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** What axe finds, each with the elements it is about. The protocol of the browser evaluates it: no CSP is lifted. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axeSource)
  const found = await page.evaluate(
    (rules) =>
      (window as unknown as { axe: { run(root: Document, options: object): Promise<AxeResults> } }).axe.run(
        document,
        { runOnly: rules },
      ),
    RULES,
  )
  return found.violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} (${help}) at ${target.join(' ')}: ${failureSummary}`),
  )
}

/** Drops files or folders of the disk onto an element, as a person with a file browser does. */
export async function dropPaths(target: Locator, paths: readonly string[]): Promise<void> {
  const page = target.page()
  const box = await target.boundingBox()
  if (box === null) throw new Error('What is dropped upon is not visible.')
  const devtools = await page.context().newCDPSession(page)
  const place = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await devtools.send('Input.dispatchDragEvent', {
      type,
      ...place,
      data: { items: [], files: [...paths], dragOperationsMask: 1 },
    })
  }
  await devtools.detach()
}
