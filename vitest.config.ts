import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

/** Tests of components; those of mere functions of the windows need no document. */
const withDocument = readdirSync('test/renderer', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => join('test/renderer', name).replaceAll('\\', '/'))
  .filter((path) => readFileSync(path, 'utf8').includes('@vitest-environment happy-dom'))

export default defineConfig({
  plugins: [vue()],
  // Many tests wait for processes and disks, so every core is used (Vitest would leave one free, of two that is half).
  test: {
    testTimeout: 30_000,
    maxWorkers: '100%',
    expect: { poll: { timeout: 10_000 } },
    projects: [
      {
        // Files share a process and what it has imported: starting one for each takes longer than most of them.
        extends: true,
        test: { name: 'node', include: ['test/**/*.test.ts'], exclude: withDocument, isolate: false },
      },
      {
        // Each file has a process of its own, as Vue keeps the first document that it sees.
        extends: true,
        test: { name: 'windows', include: withDocument },
      },
    ],
  },
})
