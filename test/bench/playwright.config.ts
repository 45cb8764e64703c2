import { defineConfig } from '@playwright/test'
import e2e from '../e2e/playwright.config.ts'

/** `npx playwright test -c test/bench`: figures of the built windows, which nothing asserts. */
export default defineConfig({
  ...e2e,
  testDir: import.meta.dirname,
  testMatch: ['interface.ts', 'liveRuns.ts', 'screens.ts'],
  outputDir: '../../out/bench',
  timeout: 180_000,
})
