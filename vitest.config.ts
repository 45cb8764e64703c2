import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

const WINDOWS = 'test/renderer/**/*.test.ts'

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
        test: { name: 'node', include: ['test/**/*.test.ts'], exclude: [WINDOWS], isolate: false },
      },
      {
        // Each file has a document of its own, which Vue keeps for as long as it is loaded.
        extends: true,
        test: { name: 'windows', include: [WINDOWS] },
      },
    ],
  },
})
