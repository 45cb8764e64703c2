import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

/** Files that need a document, which Vue keeps for as long as it is loaded, or that replace a module for all who import it. */
const alone = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => join('test', name).replaceAll('\\', '/'))
  .filter((path) =>
    /@vitest-environment happy-dom|\bvi\.(mock|resetModules)\(/.test(readFileSync(path, 'utf8')),
  )

export default defineConfig({
  plugins: [vue()],
  // Many tests wait for processes and disks, so every core is used (Vitest would leave one free, of two that is half).
  test: {
    testTimeout: 30_000,
    maxWorkers: '100%',
    expect: { poll: { timeout: 10_000 } },
    projects: [
      // Files share a process and what it has imported: starting one for each takes longer than most of them.
      {
        extends: true,
        test: { name: 'together', include: ['test/**/*.test.ts'], exclude: alone, isolate: false },
      },
      { extends: true, test: { name: 'alone', include: alone } },
    ],
  },
})
